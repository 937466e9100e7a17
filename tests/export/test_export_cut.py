"""Videos cut at any frame and joined again: every frame is the one it should be, and keeps its bits wherever it can."""

import io

import numpy as np
import pytest

from hmworld.dataset.decode import decode_frames
from hmworld.dataset.encode import FrameWriter
from hmworld.errors import DatasetError
from hmworld.export.cut import join, write_head, write_tail
from hmworld.model.recipe import EncoderSettings

FRAMES, SIZE = 50, (64, 48)


def picture(t):
    """A picture that says its number in six large dark or bright bars, so that a frame is known after any encoding."""
    frame = np.full((SIZE[1], SIZE[0], 4), 255, np.uint8)
    for bit in range(6):
        frame[:, 10 * bit : 10 * bit + 10, :3] = 220 if t >> bit & 1 else 30
    return frame


def number(frame):
    return sum(int(frame[:, 10 * bit + 2 : 10 * bit + 8].mean() > 128) << bit for bit in range(6))


def video(path, settings=EncoderSettings(), first=0, last=FRAMES):  # noqa: B008
    with FrameWriter(path, "rgb", SIZE, 15, settings) as writer:
        for t in range(first, last):
            writer.write(picture(t))
    return path.read_bytes()


def frames(source):
    return np.stack(list(decode_frames(io.BytesIO(source) if isinstance(source, bytes) else str(source), "rgb24")))


@pytest.mark.parametrize("cut", [1, 15, 16, 17, 31, 32, 33, 40, 49])
def test_a_video_cut_anywhere_and_joined_again_has_every_frame_in_its_place(tmp_path, cut):
    settings = EncoderSettings()
    whole = video(tmp_path / "whole.mp4")
    write_head(whole, cut, tmp_path / "head.mp4")
    anew = write_tail(whole, cut, tmp_path / "tail.mp4", settings)
    assert anew == min(-cut % settings.gop, FRAMES - cut)
    before, after = frames(tmp_path / "head.mp4"), frames(tmp_path / "tail.mp4")
    assert [number(f) for f in before] == list(range(cut))
    assert [number(f) for f in after] == list(range(cut, FRAMES))
    original = frames(whole)
    np.testing.assert_array_equal(before, original[:cut])
    np.testing.assert_array_equal(after[anew:], original[cut + anew :])
    assert np.abs(after.astype(int) - original[cut:]).mean() < 3.0
    assert join([(tmp_path / "head.mp4").read_bytes(), (tmp_path / "tail.mp4").read_bytes()], tmp_path / "joined.mp4", settings)
    np.testing.assert_array_equal(frames(tmp_path / "joined.mp4"), np.concatenate([before, after]))


def test_a_tail_of_a_video_of_another_encoder_is_encoded_anew_as_a_whole(tmp_path):
    whole = video(tmp_path / "whole.mp4", EncoderSettings(crf=30, gop=12))
    anew = write_tail(whole, 20, tmp_path / "tail.mp4", EncoderSettings(crf=18, gop=16))
    assert anew == FRAMES - 20
    assert [number(f) for f in frames(tmp_path / "tail.mp4")] == list(range(20, FRAMES))


def test_halves_of_different_encoders_are_joined_by_encoding_them_anew(tmp_path):
    parts = [video(tmp_path / "a.mp4", EncoderSettings(), 0, 20), video(tmp_path / "b.mp4", EncoderSettings(crf=30), 20, 50)]
    assert not join(parts, tmp_path / "joined.mp4", EncoderSettings())
    assert [number(f) for f in frames(tmp_path / "joined.mp4")] == list(range(50))


def test_a_cut_behind_the_end_is_refused(tmp_path):
    whole = video(tmp_path / "whole.mp4")
    with pytest.raises(DatasetError, match="no frame 60"):
        write_tail(whole, 60, tmp_path / "tail.mp4", EncoderSettings())
