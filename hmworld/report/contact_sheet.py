"""A contact sheet: groups of pictures with their names, as one PNG or as one HTML page that needs nothing else."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from jinja2 import Environment, PackageLoader
from numpy.typing import NDArray

from hmworld.errors import StorageError

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Tile:
    """A picture (H, W, 3), BGR, and what stands below it."""

    picture: Picture
    caption: str


@dataclass(frozen=True)
class Group:
    """The pictures of one thing. `detail` begins with its name and a colon."""

    title: str
    detail: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Section:
    """Groups of one kind."""

    title: str
    groups: tuple[Group, ...]


WIDTH, GAP = 1400, 12
_TEXT_PX, _SMALL_PX, _HEAD_PX = 15, 12, 24
_BACK, _INK, _FAINT = (27, 24, 22), (240, 238, 236), (168, 162, 156)
COLUMNS = 7
"""Groups of one picture in a row."""
_JPEG_QUALITY = 90


def write_contact_sheet(sections: Sequence[Section], path: Path) -> None:
    """Write a sheet as PNG or HTML, by the file's ending; StorageError if it cannot be written."""
    html = path.suffix.lower() == ".html"
    data = page(sections).encode() if html else _encoded(".png", picture(sections), [])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise StorageError(f"{path}: cannot be written: {error.strerror}") from error


def picture(sections: Sequence[Section]) -> Picture:
    """The whole sheet (H, WIDTH, 3), BGR."""
    strips = [_strip(GAP)]
    for section in sections:
        heading = _strip(_HEAD_PX * 2)
        _write(heading, f"{len(section.groups)} {section.title}", (GAP, _HEAD_PX + 6), _HEAD_PX, _INK)
        strips.append(heading)
        single = all(len(group.tiles) == 1 for group in section.groups)
        if single:
            for first in range(0, len(section.groups), COLUMNS):
                strips.append(_row_of_singles(section.groups[first : first + COLUMNS]))
        else:
            across = max(len(group.tiles) for group in section.groups)
            strips += [_row_of_one(group, across) for group in section.groups]
    return np.concatenate(strips)


def _row_of_singles(groups: Sequence[Group]) -> Picture:
    width = (WIDTH - GAP * (COLUMNS + 1)) // COLUMNS
    tiles = [_fitted(group.tiles[0].picture, width) for group in groups]
    height = max(len(tile) for tile in tiles)
    strip = _strip(height + GAP + 2 * _TEXT_PX + _SMALL_PX)
    for k, (group, tile) in enumerate(zip(groups, tiles, strict=True)):
        x = GAP + k * (width + GAP)
        strip[: len(tile), x : x + width] = tile
        name = group.detail.partition(":")[0]
        _write(strip, name, (x, height + _TEXT_PX + 4), _TEXT_PX, _INK, width)
        _write(strip, group.tiles[0].caption, (x, height + 2 * _TEXT_PX + 6), _SMALL_PX, _FAINT, width)
    return strip


def _row_of_one(group: Group, across: int) -> Picture:
    width = (WIDTH - GAP * (across + 1)) // across
    tiles = [_fitted(tile.picture, width) for tile in group.tiles]
    height, head = max(len(tile) for tile in tiles), _TEXT_PX + 10
    strip = _strip(head + height + GAP + _SMALL_PX + 8)
    _write(strip, f"{group.title}   ({group.detail})", (GAP, _TEXT_PX + 2), _TEXT_PX, _INK, WIDTH - 2 * GAP)
    for k, tile in enumerate(tiles):
        x = GAP + k * (width + GAP)
        strip[head : head + len(tile), x : x + width] = tile
        _write(strip, group.tiles[k].caption, (x, head + height + _SMALL_PX + 4), _SMALL_PX, _FAINT, width)
    return strip


def _strip(height: int) -> Picture:
    return np.full((height, WIDTH, 3), _BACK, np.uint8)


def _fitted(image: Picture, width: int) -> Picture:
    height = round(image.shape[0] * width / image.shape[1])
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _write(image: Picture, text: str, at: tuple[int, int], pixels: int, colour: tuple[int, int, int], room: int = WIDTH) -> None:
    """Text in plain ASCII whose capitals are about 0.7 `pixels` high, cut to `room` pixels."""
    plain = text.replace("·", "-").encode("ascii", "replace").decode()
    scale = pixels / 30.0
    while plain and cv2.getTextSize(plain, cv2.FONT_HERSHEY_DUPLEX, scale, 1)[0][0] > room:
        plain = plain[:-1]
    cv2.putText(image, plain, at, cv2.FONT_HERSHEY_DUPLEX, scale, colour, 1, cv2.LINE_AA)


def page(sections: Sequence[Section]) -> str:
    """The sheet as one HTML page: pictures inside it, a search box, light or dark as the reader prefers."""
    environment = Environment(loader=PackageLoader("hmworld.report"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("contact_sheet.html").render(sections=sections, uri=_uri)


def _uri(image: Picture) -> str:
    data = _encoded(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return "data:image/jpeg;base64," + base64.b64encode(data).decode()


def _encoded(kind: str, image: Picture, options: list[int]) -> bytes:
    done, data = cv2.imencode(kind, image, options)
    if not done:
        raise StorageError(f"a picture of {image.shape[1]}x{image.shape[0]} cannot be encoded as {kind}")
    return bytes(data)
