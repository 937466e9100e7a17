"""The cards that a dataset carries, so that its ground truth can be derived again without the catalog it was planned from.

`cards/scenes/<name>.json`, `cards/subjects/<name>.json` and `cards/motions/<sha256>.npz`.
"""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from hmworld.dataset.store import LocalStore
from hmworld.errors import DatasetError
from hmworld.geometry.motion import Motion
from hmworld.model.base import explain
from hmworld.model.cards import SceneCard, SubjectCard

C = TypeVar("C", SceneCard, SubjectCard)


def write_cards(root: Path, scenes: list[SceneCard], subjects: list[tuple[SubjectCard, bytes]]) -> None:
    """Store cards and motion files in a dataset."""
    store = LocalStore(root)
    for scene in scenes:
        store.replace(f"cards/scenes/{scene.name}.json", scene.canonical())
    for subject, motion in subjects:
        store.replace(f"cards/subjects/{subject.name}.json", subject.canonical())
        store.publish_if_absent(f"cards/motions/{subject.motion_sha256}.npz", [motion])


def read_scene_card(root: Path, name: str) -> SceneCard:
    """A scene card of a dataset."""
    return _read(root / "cards" / "scenes" / f"{name}.json", SceneCard)


def read_subject_card(root: Path, name: str) -> SubjectCard:
    """A subject card of a dataset."""
    return _read(root / "cards" / "subjects" / f"{name}.json", SubjectCard)


def _read(path: Path, cls: type[C]) -> C:
    try:
        return cls.model_validate_json(path.read_bytes())
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise DatasetError(explain(error, str(path), cls)) from error


@lru_cache(maxsize=128)
def read_motion(root: Path, sha256: str) -> Motion:
    """A motion file of a dataset, checked against its name; DatasetError if it is missing or another."""
    path = root / "cards" / "motions" / f"{sha256}.npz"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read: {error.strerror}") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise DatasetError(f"{path}: is not the file that its name says (sha256 differs)")
    return Motion.from_bytes(data)
