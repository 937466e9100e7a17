"""The report: the page and the data and videos of chosen clips as one folder, there at once or not at all."""

import re
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hmworld.dataset import Clip, Dataset
from hmworld.dataset.store import storage_errors
from hmworld.errors import DatasetError, UsageError
from hmworld.report.page.build import SCRIPTS, Verdict, page_files
from hmworld.report.page.clip import CheckLine, clip_script, safe_id
from hmworld.report.page.packed import script
from hmworld.report.page.parts import part_of, swap, tidy
from hmworld.report.page.source import inside, left_beside
from hmworld.report.page.stills import stills
from hmworld.report.page.table import caption_scripts, table_script
from hmworld.report.preview import is_preview

FORECAST, PREVIEW = KEPT = ("forecast.md", "preview.html")
"""What other commands write beside the page; it stays."""
MARK, BEGINS = "data/table.js", b"HM.table("
"""A folder whose file of this name begins so is a report of ours and may be replaced."""
_OURS = frozenset({"index.html", "style.css", "data.js", *SCRIPTS, "data", "clips", "stills", *KEPT})
_INSIDE = {
    "data": re.compile(r"table\.js|captions-[0-9]+\.js"),
    "clips": re.compile(r"[A-Za-z0-9_-]+\.(js|mp4)"),
    "stills": re.compile(r"[A-Za-z0-9_-]+\.jpg"),
}
_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What file managers leave in any folder that they show."""

Checker = Callable[[Clip], Sequence[CheckLine]]


@dataclass(frozen=True)
class Written:
    """What was written of a report."""

    size: int
    """In bytes."""
    failed: Mapping[str, str]
    """Clips that could not be shown: their ids, and why."""


def check_place(out: Path) -> None:
    """UsageError where a report must not be written: a file, or a folder that holds anything that is not of a report of ours."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out}: is a file; --out is the folder of the report")
    if out.is_dir() and (others := _strangers(out)):
        raise UsageError(
            f"{out}: holds {min(others)!r}, which is not of a report and would be deleted; move it away, or choose another --out"
        )


def _strangers(out: Path) -> list[str]:
    """Names in a folder that no report of ours has."""
    mark = out / MARK
    if not mark.is_file() or mark.is_symlink():
        return [path.name for path in out.iterdir() if path.name not in KEPT]
    with mark.open("rb") as file:
        if file.read(len(BEGINS)) != BEGINS:
            return [MARK]
    others = [path.name for path in out.iterdir() if path.name not in _OURS | _LITTER]
    for name, expected in _INSIDE.items():
        if (out / name).is_dir():
            inside_it = [path.name for path in (out / name).iterdir() if path.name not in _LITTER and not expected.fullmatch(path.name)]
            others += [f"{name}/{found}" for found in inside_it]
    return others


def write_report(
    dataset: Dataset, out: Path, clips: Collection[str], checker: Checker | None, verdict: Verdict | None, done: Callable[[], None]
) -> Written:
    """Write the report of a dataset with players for `clips` (ids).

    `checker` gives the checks of a clip, `done` is called after each. A clip that cannot be read has its error in place of a player.
    A report that is there is replaced when the new one is whole.
    """
    # Where `out` is a link, the folder that it names is replaced, never the link.
    out = out.resolve()
    fresh = part_of(out)
    with storage_errors(out):
        tidy(out)
        check_place(out)
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            kept = _kept(dataset.root, out)
            page = page_files(dataset, verdict, preview=is_preview(kept.get(PREVIEW, b"").decode("utf-8", "replace")))
            written = _fill(dataset, fresh, page, clips, checker, done)
            for name, data in kept.items():
                (fresh / name).write_bytes(data)
            # Once more: writing took a while, in which something may have been put there.
            check_place(out)
            swap(fresh, out)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return written


def _kept(root: Path, out: Path) -> dict[str, bytes]:
    """Files that go beside the page: the dataset's, of which a preview must be one of ours; else those that lie in `out` already."""
    kept = {}
    for name in KEPT:
        text, there = left_beside(root, name), out / name
        if text and (name == FORECAST or is_preview(text)):
            kept[name] = text.encode()
        elif there.is_file() and not there.is_symlink():
            kept[name] = there.read_bytes()
    return kept


def _fill(
    dataset: Dataset, folder: Path, page: Mapping[str, bytes], clips: Collection[str], checker: Checker | None, done: Callable[[], None]
) -> Written:
    size, failed = 0, {}

    def put(name: str, data: bytes) -> None:
        nonlocal size
        (folder / name).write_bytes(data)
        size += len(data)

    for part in ("data", "clips", "stills"):
        (folder / part).mkdir(parents=True)
    for name, data in page.items():
        put(name, data)
    put("data/table.js", table_script(dataset.manifest, clips))
    for number, data in enumerate(caption_scripts(dataset.manifest)):
        put(f"data/captions-{number}.js", data)
    for clip_id in clips:
        name = safe_id(clip_id)
        try:
            files = _files(dataset, name, checker)
        except DatasetError as error:
            failed[name] = str(error)
            files = {f"clips/{name}.js": script("HM.failed", name, str(error))}
        for path, data in files.items():
            put(path, data)
        done()
    return Written(size, failed)


def _files(dataset: Dataset, clip_id: str, checker: Checker | None) -> dict[str, bytes]:
    """The files of one clip."""
    clip = dataset.clip(clip_id)
    inside(dataset.root, clip)
    return {
        f"clips/{clip_id}.js": clip_script(dataset.root, clip, checker(clip) if checker else None),
        f"clips/{clip_id}.mp4": clip.member("mp4"),
        f"stills/{clip_id}.jpg": stills(clip),
    }
