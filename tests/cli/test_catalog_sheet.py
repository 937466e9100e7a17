"""`hmworld catalog --sheet`: pictures of scenes and subjects, taken through a running engine."""

import base64
import re

import cv2
import numpy as np
import pytest


@pytest.mark.slow
def test_a_sheet_of_two_subjects_shows_them_on_plain_paper_and_names_them(tmp_path, hmworld):
    out = tmp_path / "sheet.html"
    names = ("labrador", "man_blue_shirt")
    done = hmworld("catalog", "--sheet", out, *(part for name in names for part in ("--only", name)))
    assert done.returncode == 0, done.stderr
    text = out.read_text()
    assert re.findall(r"<code>(\w+)</code>", text) == list(names)
    assert "http" not in text.replace("http-equiv", "")
    pictures = [
        cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
        for data in re.findall(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", text)
    ]
    assert len(pictures) == 2
    for picture in pictures:
        height, width = picture.shape[:2]
        paper = np.array((236, 234, 231)) + np.linspace(0, -30, height)[:, None, None]
        subject = np.abs(picture - paper).max(axis=2) > 60
        rows, columns = np.nonzero(subject)
        # Whole, in the middle, and large: it fills the tile in one direction and touches no edge.
        assert rows.min() > 5
        assert rows.max() < height - 5
        assert columns.min() > 5
        assert columns.max() < width - 5
        assert max(np.ptp(rows) / height, np.ptp(columns) / width) > 0.75


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--sheet", "x.jpg"), "--sheet: expected a file name ending in .png or .html"),
        (("--sheet", "x.png", "--only", "unicorn"), "--only: unknown unicorn"),
        (("--only", "labrador"), "pass --sheet too"),
    ],
)
def test_a_wrong_call_is_refused(tmp_path, hmworld, arguments, words):
    done = hmworld("catalog", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert not list(tmp_path.iterdir())
