"""The contact sheet as a picture and as a page."""

import html
import re

import cv2
import numpy as np
import pytest

from hmworld.errors import StorageError
from hmworld.report.contact_sheet import COLUMNS, GAP, WIDTH, Group, Section, Tile, picture, write_contact_sheet


def tile(colour, caption, size=(40, 30)):
    return Tile(np.full((size[1], size[0], 3), colour, np.uint8), caption)


def subjects(count):
    return Section("subjects", tuple(Group(f"Subject {k}", f"s_{k}: a thing", (tile((0, 0, 200), f"{k} m"),)) for k in range(count)))


def scenes():
    looks = (tile((200, 0, 0), "yard · day"), tile((0, 200, 0), "yard · night"))
    return Section("scenes", (Group("A <b>yard</b>", "yard: in a yard", looks), Group("Hall", "hall: in a hall", looks[:1])))


def count_of(sheet, colour):
    regions, _ = cv2.connectedComponents((np.abs(sheet.astype(int) - colour).max(axis=2) < 3).astype(np.uint8))
    return regions - 1


@pytest.mark.parametrize("count", [1, COLUMNS, COLUMNS + 1, 49])
def test_subjects_stand_in_rows_of_seven(count):
    sheet = picture([subjects(count)])
    assert sheet.shape[1] == WIDTH
    assert count_of(sheet, (0, 0, 200)) == count
    red = (sheet == (0, 0, 200)).all(axis=2)
    row = red[np.flatnonzero(red.any(axis=1))[0]]
    assert np.diff(row.astype(int)).clip(0).sum() == min(count, COLUMNS)


def test_every_view_of_a_scene_is_on_the_sheet_side_by_side():
    sheet = picture([scenes(), subjects(2)])
    assert count_of(sheet, (200, 0, 0)) == 2
    assert count_of(sheet, (0, 200, 0)) == 1
    blue = (sheet == (200, 0, 0)).all(axis=2)
    assert np.flatnonzero(blue.any(axis=0))[0] == GAP


def test_the_page_needs_nothing_else_escapes_names_and_can_be_searched(tmp_path):
    path = tmp_path / "deep" / "sheet.html"
    write_contact_sheet([scenes(), subjects(3)], path)
    text = path.read_text()
    assert len(re.findall(r'src="data:image/jpeg;base64,', text)) == 6
    assert not re.findall(r'(?:src|href)="(?!data:)', text)
    assert "<b>yard</b>" not in text
    assert html.escape("A <b>yard</b>") in text
    assert 'data-words="subject 2 s_2: a thing 2 m"' in text
    assert "prefers-color-scheme: dark" in text


def test_a_sheet_that_cannot_be_written_is_an_error_of_storage(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        write_contact_sheet([subjects(1)], tmp_path / "file" / "sheet.png")
