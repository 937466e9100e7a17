"""A small dataset whose clips are 77 + 77 frames, as HM-World's are, for the exporters and the importer."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hmworld.dataset import open_dataset
from hmworld.export import EXPORTERS, Options, Target, export_dataset

RECIPE = """
name: halves
clips: 2
seed: 5
subjects: [fox, horse, man_suit, woman_red_coat]
subjects_per_clip: [2, 2]
streams: [depth]
clips_per_shard: 1
render: {width: 160, height: 96, frames: 154, context_frames: 77}
"""


@pytest.fixture(scope="session")
def halves(once: Callable[[str, Callable[[Path], None]], Path], hmworld: Callable[..., object]) -> Path:
    """Two clips of two subjects, 160x96, 154 frames with the cut in the middle."""

    def make(folder: Path) -> None:
        (folder / "halves.yaml").write_text(RECIPE)
        done = hmworld("generate", folder / "halves.yaml", "--out", folder / "data", "--workers", 1)
        assert done.returncode == 0, done.stderr  # type: ignore[attr-defined]

    return once("halves", make) / "data"


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory, halves: Path) -> Callable[[str], Path]:
    """The dataset in a layout, written once for all tests."""
    root, done = tmp_path_factory.mktemp("exports"), set()

    def folder(name: str) -> Path:
        if name not in done:
            export_to(halves, name, root / name)
            done.add(name)
        return root / name

    return folder


def export_to(dataset: Path, name: str, out: Path, *, options: Options = Options(), link: bool = False) -> Target:  # noqa: B008
    opened = open_dataset(dataset)
    return export_dataset(opened, list(opened), EXPORTERS[name], out, options, link)
