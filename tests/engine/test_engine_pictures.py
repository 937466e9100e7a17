"""What comes off the wire: pictures, depth, masks, replies; and what goes on it: looks and colours."""

import io
import itertools
import struct

import numpy as np
import pytest

from hmworld.engine.connection import parse_director_reply
from hmworld.engine.pictures import COLOUR_TOLERANCE, MaskReader, read_bmp, read_depth_m, read_flow, read_normals
from hmworld.engine.tokens import look_token, mask_colours
from hmworld.errors import EngineError
from hmworld.model import Look

HEIGHT, WIDTH = 3, 5


def bmp(pixels, height=None):
    data = pixels.tobytes()
    rows, columns = pixels.shape[:2]
    header = struct.pack("<2sIHHI", b"BM", 54 + len(data), 0, 0, 54)
    return header + struct.pack("<IiiHHIIiiII", 40, columns, -rows if height is None else height, 1, 32, 0, len(data), 0, 0, 0, 0) + data


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


PIXELS = np.arange(HEIGHT * WIDTH * 4, dtype=np.uint8).reshape(HEIGHT, WIDTH, 4)


def test_a_bmp_is_read_row_by_row_from_the_top():
    np.testing.assert_array_equal(read_bmp(bmp(PIXELS), (HEIGHT, WIDTH)), PIXELS)


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ("error no camera", "expected a BMP picture, got 'error no camera'"),
        (b"", "expected a BMP picture"),
        (b"BM", "expected a BMP picture"),
        (b"\x89PNG" + bytes(100), "expected a BMP picture"),
        (bmp(PIXELS, height=HEIGHT), "top-down 32-bit BMP of 5x3, got 5x-3"),
        (bmp(PIXELS[:2]), "BMP of 5x3, got 5x2"),
        (bmp(PIXELS[:, :4].copy()), "BMP of 5x3, got 4x3"),
        (bmp(PIXELS)[:-1], "got 5x3, 113 bytes"),
    ],
)
def test_a_picture_that_is_no_bmp_of_the_size_is_refused(reply, message):
    with pytest.raises(EngineError, match=message):
        read_bmp(reply, (HEIGHT, WIDTH))


def test_depth_comes_in_centimetres_and_nothing_is_infinite():
    cm = np.array([[100.0, 12345.0, 65503.0], [65504.0, 6_550_000.0, np.inf], [np.nan, 0.5, 70000.0]], np.float32)
    metres = read_depth_m(npy(cm), (3, 3))
    assert metres.dtype == np.float32
    inf = np.inf
    np.testing.assert_allclose(metres, [[1.0, 123.45, 655.03], [inf, inf, inf], [inf, 0.005, inf]], rtol=1e-6)


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ("error", "expected an NPY of depth, got 'error'"),
        (b"nothing of the kind", "expected an NPY of depth"),
        (npy(np.zeros((2, 2), np.float32))[:60], "expected an NPY of depth"),
        (npy(np.zeros((2, 3), np.float32)), r"expected depth of shape \(2, 2\) and float32, got \(2, 3\) and float32"),
        (npy(np.zeros((2, 2), np.float64)), "got .* and float64"),
        (npy(np.zeros((2, 2, 1), np.float32)), r"got \(2, 2, 1\)"),
    ],
)
def test_depth_that_is_not_an_npy_of_the_size_is_refused(reply, message):
    with pytest.raises(EngineError, match=message):
        read_depth_m(reply, (2, 2))


def test_normals_come_in_unreals_axes_and_are_turned_into_the_worlds():
    normals = np.array([[[0.6, 0.8, 0.0], [0.0, 0.0, 0.0]]], np.float32)
    np.testing.assert_array_equal(read_normals(npy(normals), (1, 2)), np.array([[[0.6, -0.8, 0.0], [0.0, 0.0, 0.0]]], np.float32))
    with pytest.raises(EngineError, match=r"expected normals of shape \(2, 2, 3\) and float32, got \(1, 2, 3\)"):
        read_normals(npy(normals), (2, 2))


def test_flow_comes_in_pixels_with_nan_where_it_is_not_known():
    flow = np.array([[[1.5, -2.0], [np.nan, np.nan]]], np.float32)
    np.testing.assert_array_equal(read_flow(npy(flow), (1, 2)), flow)
    with pytest.raises(EngineError, match="expected an NPY of optical flow, got 'error Invalid filename type"):
        read_flow("error Invalid filename type, filename npy", (1, 2))


def picture(rgb_rows):
    rgb = np.array(rgb_rows, np.uint8)
    return np.concatenate([rgb[..., ::-1], np.full((*rgb.shape[:2], 1), 255, np.uint8)], -1)


def test_exact_colours_are_the_numbers_of_their_subjects():
    reader = MaskReader([(200, 40, 0), (0, 80, 120)])
    ids = reader.read(picture([[(0, 0, 0), (200, 40, 0)], [(0, 80, 120), (0, 120, 80)]]))
    assert ids.dtype == np.uint8
    assert ids.tolist() == [[0, 1], [2, 0]]


def test_colours_off_by_an_engines_rounding_are_still_those_of_their_subject():
    t = COLOUR_TOLERANCE
    reader = MaskReader([(200, 40, 0), (0, 80, 120)])
    row = [(200 - t, 40 + t, t), (200 - t - 1, 40, 0), (t, 80 - t, 120 + t), (0, 80, 120 - t - 1), (1, 1, 1)]
    assert reader.read(picture([row])).tolist() == [[1, 0, 2, 0, 0]]


def test_a_mask_is_read_as_by_comparing_every_pixel_with_every_colour():
    rng = np.random.default_rng(9)
    colours = mask_colours(6)
    near = np.array(colours)[rng.integers(0, 6, (20, 30))] + rng.integers(-5, 6, (20, 30, 3))
    rgb = np.where(rng.random((20, 30, 1)) < 0.3, 0, near).clip(0, 255)
    ids = MaskReader(colours).read(picture(rgb))
    for y in range(20):
        for x in range(30):
            fitting = [
                n for n, c in enumerate(colours, 1) if max(abs(int(a) - b) for a, b in zip(rgb[y, x], c, strict=True)) <= COLOUR_TOLERANCE
            ]
            assert ids[y, x] == (fitting[0] if fitting else 0)


@pytest.mark.parametrize("colours", [[(1, 2, 3), (1, 2, 3)], [(0, 0, 0)], [(5, 5, 5), (0, 0, 0)]])
def test_colours_that_cannot_tell_subjects_apart_are_refused(colours):
    with pytest.raises(EngineError, match="they must differ and none be black"):
        MaskReader(colours)


def test_mask_colours_differ_by_far_more_than_the_tolerance_and_are_neither_black_nor_grey():
    colours = mask_colours(255)
    assert len(colours) == len(set(colours)) == 255
    assert all(len(set(c)) > 1 and min(c) >= 0 and max(c) <= 255 for c in colours)
    values = np.array(colours)
    apart = [np.abs(values[i] - values[j]).max() for i, j in itertools.combinations(range(255), 2)]
    assert min(apart) > 2 * COLOUR_TOLERANCE + 20
    assert mask_colours(3) == colours[:3]


def test_a_look_is_seventeen_plain_numbers_in_the_order_of_the_table():
    look = Look(
        sun_azimuth_deg=-40.0,
        sun_elevation_deg=50.5,
        sun_rgb=(1.0, 2.0, 3.0),
        sky_rgb=(4.0, 5.0, 6.0),
        horizon_rgb=(7.0, 8.0, 9.0),
        ground_rgb=(10.0, 11.0, 12.0),
        fog_density_per_m=0.00001,
        exposure=1e-4,
        lamps=0.5,
    )
    assert look_token(look) == "-40,50.5,1,2,3,4,5,6,7,8,9,10,11,12,0.00001,0.0001,0.5"


def test_a_directors_reply_is_an_object_of_strings():
    assert parse_director_reply('{"scene": "s"}', "vbp HMDirector LoadStage") == {"scene": "s"}


@pytest.mark.parametrize("reply", ["ok", "[]", '{"pixels": 5}', '"text"', "", b"\x00\x01"])
def test_any_other_reply_of_the_director_is_refused_with_its_command(reply):
    with pytest.raises(EngineError, match=r"'vbp HMDirector Bones hm_1' was answered .*expected a JSON object of strings"):
        parse_director_reply(reply, "vbp HMDirector Bones hm_1")
