"""Running an export: all or nothing, inside its folder, and linked where another export holds the same media."""

import errno
import json
import os
from pathlib import Path

import pytest

from hmworld.dataset import open_dataset
from hmworld.errors import DatasetError, UsageError
from hmworld.export import EXPORTERS, Exporter, Options, Target, export_dataset
from hmworld.export.base import INDEX

ANY = Options(any_length=True)


def run(dataset, name, out, options=ANY, link=False):
    opened = open_dataset(dataset)
    return export_dataset(opened, list(opened), EXPORTERS[name], out, options, link)


def test_an_export_says_what_it_is_of(tiny_dataset, tmp_path):
    run(tiny_dataset, "camera-ctrl", tmp_path / "out")
    index = json.loads((tmp_path / "out" / INDEX).read_text())
    assert (index["format"], index["dataset"]) == ("camera-ctrl", "tiny")
    assert index["clips"] == [clip.clip_id for clip in open_dataset(tiny_dataset)]
    assert all((tmp_path / "out" / name).is_file() for name in index["media"].values())


@pytest.mark.parametrize("name", sorted(EXPORTERS))
def test_the_same_dataset_gives_the_same_bytes(tiny_dataset, tmp_path, name):
    for out in ("a", "b"):
        run(tiny_dataset, name, tmp_path / out)
    files = [{p.relative_to(tmp_path / out): p.read_bytes() for p in (tmp_path / out).rglob("*") if p.is_file()} for out in ("a", "b")]
    assert files[0] == files[1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"], "nothing is left outside"


def test_a_folder_that_holds_something_is_refused_and_kept(tiny_dataset, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="choose another --out"):
        run(tiny_dataset, "worldplay", tmp_path / "out")
    assert (tmp_path / "out" / "mine.txt").read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1


def test_an_empty_folder_is_taken(tiny_dataset, tmp_path):
    (tmp_path / "out").mkdir()
    run(tiny_dataset, "worldplay", tmp_path / "out")
    assert (tmp_path / "out" / "train.json").is_file()


def test_an_export_that_fails_leaves_nothing(tiny_dataset, tmp_path):
    def fails(clips, target, options):
        target.write("half.txt", "half")
        raise DatasetError("a clip is damaged")

    dataset = open_dataset(tiny_dataset)
    with pytest.raises(DatasetError, match="damaged"):
        export_dataset(dataset, list(dataset), Exporter("broken", "", fails), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def never(clips, target, options):
    pytest.fail("it should fail before any work")


def test_a_link_for_out_is_refused_at_once_and_kept(tiny_dataset, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    with pytest.raises(UsageError, match="out: is a link"):
        export_dataset(open_dataset(tiny_dataset), [], Exporter("never", "", never), tmp_path / "out")
    assert (sorted(path.name for path in tmp_path.iterdir()), (tmp_path / "out").is_symlink()) == (["out", "real"], True)


def test_an_empty_folder_that_cannot_be_replaced_is_refused_at_once(tiny_dataset, tmp_path, monkeypatch):
    """As a mount point."""

    def busy(self):
        raise OSError(errno.EBUSY, "Device or resource busy")

    (tmp_path / "out").mkdir()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "rmdir", busy)
        with pytest.raises(UsageError, match="out: cannot be replaced: Device or resource busy"):
            export_dataset(open_dataset(tiny_dataset), [], Exporter("never", "", never), tmp_path / "out")


def test_a_second_run_for_one_out_is_refused_and_does_not_touch_the_first(tiny_dataset, tmp_path):
    dataset = open_dataset(tiny_dataset)

    def outer(clips, target, options):
        target.write("a.txt", "a")
        with pytest.raises(UsageError, match=r"/out: another run works in this folder"):
            export_dataset(dataset, [], Exporter("never", "", never), tmp_path / "out")
        target.write("b.txt", "b")

    export_dataset(dataset, [], Exporter("outer", "", outer), tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.txt", "b.txt", INDEX]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_a_killed_run_left_is_removed(tiny_dataset, tmp_path):
    left = tmp_path / ".out.part"
    (left / "new").mkdir(parents=True)
    (left / ".lock").touch()
    (left / "new" / "half.txt").write_text("half")
    run(tiny_dataset, "worldplay", tmp_path / "out")
    assert not (tmp_path / "out" / "half.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", sorted(EXPORTERS))
def test_an_export_keeps_nothing_of_a_clip_that_it_has_written(tiny_dataset, tmp_path, name):
    dataset = open_dataset(tiny_dataset)
    clips = list(dataset)
    export_dataset(dataset, clips, EXPORTERS[name], tmp_path / "out", ANY)
    assert [sorted({"arrays", "meta", "spec"} & set(vars(clip))) for clip in clips] == [[]] * len(clips)


def test_clips_too_short_for_a_layouts_readers_are_named_with_what_to_do(tiny_dataset, tmp_path):
    with pytest.raises(DatasetError, match=r"hm-world: 4 of 4 clips .* 30 and 30 frames, HM-World's 77 each; pass --any-length"):
        run(tiny_dataset, "hm-world", tmp_path / "out", Options())
    with pytest.raises(DatasetError, match=r"multicam: .* has 60 frames, ReCamMaster's reader asks for 81"):
        run(tiny_dataset, "multicam", tmp_path / "out", Options())
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_leaves_the_folder_is_refused(tmp_path):
    for name in ("../out", "/out", "a/../../b", ""):
        with pytest.raises(ValueError, match="stays in its folder"):
            Target(tmp_path).path(name)


def test_linked_exports_share_their_media_and_read_the_same(tiny_dataset, tmp_path):
    first = run(tiny_dataset, "camera-ctrl", tmp_path / "first")
    plain = run(tiny_dataset, "worldplay", tmp_path / "plain")
    linked = run(tiny_dataset, "worldplay", tmp_path / "linked", link=True)
    assert (first.linked_files, plain.linked_files, linked.linked_files) == (0, 0, 4)
    assert linked.linked_bytes == sum(len(clip.member("mp4")) for clip in open_dataset(tiny_dataset))
    for clip in open_dataset(tiny_dataset):
        name = f"videos/{clip.clip_id}.mp4"
        assert os.path.samefile(tmp_path / "linked" / name, tmp_path / "first" / name)
        assert (tmp_path / "linked" / name).read_bytes() == clip.member("mp4")


def test_pictures_are_linked_without_decoding_a_video(tiny_dataset, tmp_path, monkeypatch):
    from hmworld.dataset import Clip

    run(tiny_dataset, "context-as-memory", tmp_path / "first")
    monkeypatch.setattr(Clip, "rgb", lambda self: pytest.fail("decoded"))
    made = run(tiny_dataset, "coco", tmp_path / "second", link=True)
    assert made.linked_files == 4 * 60


def test_exports_of_another_dataset_are_not_linked(tiny_dataset, tmp_path):
    run(tiny_dataset, "camera-ctrl", tmp_path / "first")
    index = tmp_path / "first" / INDEX
    index.write_text(json.dumps({**json.loads(index.read_text()), "dataset_sha256": "0" * 64}))
    assert run(tiny_dataset, "worldplay", tmp_path / "second", link=True).linked_files == 0


def test_a_disk_that_cannot_link_gets_copies(tiny_dataset, tmp_path, monkeypatch):
    def cannot(*_):
        raise OSError("not supported")

    run(tiny_dataset, "camera-ctrl", tmp_path / "first")
    monkeypatch.setattr(os, "link", cannot)
    made = run(tiny_dataset, "worldplay", tmp_path / "second", link=True)
    assert (made.linked_files, len(list((tmp_path / "second" / "videos").iterdir()))) == (0, 4)
