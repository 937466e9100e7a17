"""LICENSE-ASSETS of a dataset: whose work the pictures show, and whether it is all under one licence."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hmworld.dataset.cards import read_scene_card, read_subject_card
from hmworld.dataset.plan_file import PlanFile

ASSETS_NAME = "LICENSE-ASSETS"
ROWS_AT_ONCE = 1024

_KNOWN = ("Apache-2.0", "MIT", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0")
"""SPDX names; in lower case they are the Hub's."""


@dataclass(frozen=True)
class Licence:
    """What all that the pictures show is under."""

    hub_id: str
    """The Hub's name for it; "other" where it is not all under one licence that is known."""
    name: str
    url: str
    """Where to read it: an address or a file of the dataset."""


def credits_of(root: Path, plan: PlanFile) -> dict[str, str]:
    """Who made each scene and subject of the plan, and its licence, as its card says."""
    scenes: set[str] = set()
    subjects: set[str] = set()
    for first in range(0, len(plan), ROWS_AT_ONCE):
        for row in plan.rows(range(first, min(first + ROWS_AT_ONCE, len(plan)))):
            scenes.add(row.spec.scene.name)
            subjects.update(subject.name for subject in row.spec.subjects)
    found = {f"scene {name}": read_scene_card(root, name).credit for name in scenes}
    return found | {f"subject {name}": read_subject_card(root, name).credit for name in subjects}


def assets_text(credits: dict[str, str]) -> str:
    """The file, a line a scene and subject."""
    lines = sorted(f"{what}: {credit}" for what, credit in credits.items())
    return "What the pictures of this dataset show, and under which licence it is:\n\n" + "\n".join(lines) + "\n"


def licence_of(credits: Iterable[str]) -> Licence:
    """The licence that all credits end with, after a comma; "other" where they differ or one ends with none that is known."""
    ends = {credit.rsplit(", ", 1)[-1].strip() for credit in credits}
    if len(ends) == 1 and (name := ends.pop()) in _KNOWN:
        return Licence(name.lower(), name, f"https://spdx.org/licenses/{name}.html")
    return Licence("other", "other", ASSETS_NAME)
