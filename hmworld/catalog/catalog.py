"""The catalog: every card and trajectory by name, checked as it is read."""

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from hmworld.catalog.locations import cards_dir, trajectories_dir
from hmworld.errors import RecipeError
from hmworld.geometry.motion import Motion
from hmworld.model.base import Document
from hmworld.model.cards import SceneCard, SubjectCard
from hmworld.model.trajectory import CameraTrajectory, SubjectTrajectory

D = TypeVar("D", SceneCard, SubjectCard, CameraTrajectory, SubjectTrajectory)


def scene_digest(card: SceneCard) -> str:
    """Digest of a scene card without its looks: lighting a scene anew does not make it another scene."""
    return card.model_copy(update={"looks": {}}).digest()


@dataclass(frozen=True)
class Catalog:
    """Cards and trajectories by name, in alphabetical order."""

    scenes: Mapping[str, SceneCard]
    subjects: Mapping[str, SubjectCard]
    camera_paths: Mapping[str, CameraTrajectory]
    subject_paths: Mapping[str, SubjectTrajectory]
    folder: Path
    """Where the cards lie; motion files stand beside the subjects' cards."""

    def motion(self, subject: str) -> Motion:
        """The motion of a subject; RecipeError if its file is missing or not what the card says."""
        card = self.subjects[subject]
        return load_motion(self.folder / "subjects" / f"{subject}.motion.npz", card.motion_sha256)

    def motion_bytes(self, subject: str) -> bytes:
        """The bytes of a subject's motion file, checked against its card."""
        return _read_checked(self.folder / "subjects" / f"{subject}.motion.npz", self.subjects[subject].motion_sha256)


def load_catalog(cards: Path, trajectories: Path) -> Catalog:
    """Read all cards and trajectories below two folders; RecipeError on the first that cannot be used."""
    return Catalog(
        scenes=_read(cards / "scenes", SceneCard),
        subjects=_read(cards / "subjects", SubjectCard),
        camera_paths=_read(trajectories / "camera", CameraTrajectory),
        subject_paths=_read(trajectories / "subject", SubjectTrajectory),
        folder=cards,
    )


@functools.cache
def default_catalog() -> Catalog:
    """The catalog that ships with hmworld."""
    return load_catalog(cards_dir(), trajectories_dir())


def _read(folder: Path, cls: type[D]) -> dict[str, D]:
    found: dict[str, D] = {}
    for path in sorted(folder.glob("*.yaml")):
        document: Document = cls.from_yaml(path)
        assert isinstance(document, cls)
        if document.name != path.stem:
            raise RecipeError(f"{path}: name: must equal the file's name, expected {path.stem!r}, got {document.name!r}")
        found[document.name] = document
    if not found:
        raise RecipeError(f"{folder}: holds no *.yaml; hmworld is not installed completely")
    return found


def _read_checked(path: Path, sha256: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RecipeError(f"{path}: motion file of the card cannot be read: {error}") from error
    actual = hashlib.sha256(data).hexdigest()
    if actual != sha256:
        raise RecipeError(f"{path}: sha256 is {actual}, the card says {sha256}; bake the subject again")
    return data


@functools.lru_cache(maxsize=256)
def load_motion(path: Path, sha256: str) -> Motion:
    """Read a motion file and check its digest; RecipeError if it is missing or another."""
    return Motion.from_bytes(_read_checked(path, sha256))
