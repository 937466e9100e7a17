"""The catalog: every card and trajectory by name, checked as it is read."""

import functools
import hashlib
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeVar

from hmworld.catalog.locations import cards_dir, trajectories_dir
from hmworld.errors import RecipeError, UsageError
from hmworld.geometry.motion import Motion
from hmworld.model.base import Document
from hmworld.model.cards import SceneCard, SubjectCard
from hmworld.model.trajectory import CameraTrajectory, SubjectTrajectory

D = TypeVar("D", SceneCard, SubjectCard, CameraTrajectory, SubjectTrajectory)

Kind = Literal["scenes", "subjects", "camera_paths", "subject_paths"]

MESH = ".mesh.npz"
"""Ends the name of a file beside a card of one's own: what the embedded engine draws."""
MOTION = ".motion.npz"


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
    """Where the cards that ship lie; motion files stand beside the subjects' cards."""
    added: Path | None = None
    """A folder of one's own cards (see `open_catalog`)."""
    _digests: dict[tuple[str, str], str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def digest(self, kind: Kind, name: str) -> str:
        """Digest of a card or trajectory, reckoned once; that of a scene is its `scene_digest`."""
        if (kind, name) not in self._digests:
            document = getattr(self, kind)[name]
            self._digests[kind, name] = scene_digest(document) if kind == "scenes" else document.digest()
        return self._digests[kind, name]

    def beside(self, kind: Literal["scenes", "subjects"], name: str, ending: str) -> Path:
        """The file of that ending that belongs to a card: it stands beside it."""
        own = self.added is not None and (self.added / kind / f"{name}.yaml").is_file()
        return (self.added if own and self.added is not None else self.folder) / kind / f"{name}{ending}"

    def motion(self, subject: str) -> Motion:
        """The motion of a subject; RecipeError if its file is missing or not what the card says."""
        return load_motion(self.beside("subjects", subject, MOTION), self.subjects[subject].motion_sha256)

    def motion_bytes(self, subject: str) -> bytes:
        """The bytes of a subject's motion file, checked against its card."""
        return _read_checked(self.beside("subjects", subject, MOTION), self.subjects[subject].motion_sha256)

    def copy_added(self, scenes: Iterable[str], subjects: Iterable[str], folder: Path) -> None:
        """Copy those of the cards that do not ship, with their files, into a folder that `open_catalog` reads."""
        for kind, names in (("scenes", scenes), ("subjects", subjects)):
            for name in names:
                if self.added is None or not (self.added / kind / f"{name}.yaml").is_file():
                    continue
                (folder / kind).mkdir(parents=True, exist_ok=True)
                for path in sorted((self.added / kind).glob(f"{name}.*")):
                    shutil.copyfile(path, folder / kind / path.name)


def load_catalog(cards: Path, trajectories: Path) -> Catalog:
    """Read all cards and trajectories below two folders; RecipeError on the first that cannot be used."""
    return Catalog(
        scenes=_read(cards / "scenes", SceneCard),
        subjects=_read(cards / "subjects", SubjectCard),
        camera_paths=_with_probes(trajectories, "camera", CameraTrajectory),
        subject_paths=_with_probes(trajectories, "subject", SubjectTrajectory),
        folder=cards,
    )


@functools.cache
def default_catalog() -> Catalog:
    """The catalog that ships with hmworld."""
    return load_catalog(cards_dir(), trajectories_dir())


def open_catalog(added: Path | None) -> Catalog:
    """The catalog that ships and, where a folder is named, one's own cards.

    The folder holds any of `scenes/`, `subjects/`, `trajectories/camera/` and `trajectories/subject/`. UsageError if it holds none of
    them, RecipeError for a card that cannot be used or has the name of one that ships.
    """
    shipped = default_catalog()
    if added is None:
        return shipped
    parts = {"scenes": "scenes", "subjects": "subjects", "camera_paths": "trajectories/camera", "subject_paths": "trajectories/subject"}
    if not any((added / part).is_dir() for part in parts.values()):
        raise UsageError(
            f"{added}: is no catalog: expected a folder with {', '.join(f'{part}/' for part in parts.values())} or some of them; "
            "`hmworld catalog add-subject` and `add-scene` make one"
        )
    return replace(
        shipped,
        scenes=_joined(shipped.scenes, _read(added / "scenes", SceneCard, may_be_empty=True), added / "scenes"),
        subjects=_joined(shipped.subjects, _read(added / "subjects", SubjectCard, may_be_empty=True), added / "subjects"),
        camera_paths=_joined(
            shipped.camera_paths, _read(added / parts["camera_paths"], CameraTrajectory, may_be_empty=True), added / parts["camera_paths"]
        ),
        subject_paths=_joined(
            shipped.subject_paths,
            _read(added / parts["subject_paths"], SubjectTrajectory, may_be_empty=True),
            added / parts["subject_paths"],
        ),
        added=added,
    )


def _joined(shipped: Mapping[str, D], own: Mapping[str, D], folder: Path) -> dict[str, D]:
    clash = sorted(set(shipped) & set(own))
    if clash:
        raise RecipeError(f"{folder / clash[0]}.yaml: name: {clash[0]!r} is the name of one that ships; rename yours (file and name)")
    return dict(sorted({**shipped, **own}.items()))


def _with_probes(folder: Path, kind: str, cls: type[D]) -> dict[str, D]:
    """Trajectories of a kind, those for probes among them."""
    return _joined(_read(folder / kind, cls), _read(folder / "probe" / kind, cls, may_be_empty=True), folder / "probe" / kind)


def _read(folder: Path, cls: type[D], may_be_empty: bool = False) -> dict[str, D]:
    found: dict[str, D] = {}
    for path in sorted(folder.glob("*.yaml")):
        document: Document = cls.from_yaml(path)
        assert isinstance(document, cls)
        if document.name != path.stem:
            raise RecipeError(f"{path}: name: must equal the file's name, expected {path.stem!r}, got {document.name!r}")
        found[document.name] = document
    if not found and not may_be_empty:
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
    """Read a motion file and check its digest; RecipeError if it is missing, another, or of an older hmworld."""
    data = _read_checked(path, sha256)
    try:
        return Motion.from_bytes(data)
    except KeyError as error:
        raise RecipeError(f"{path}: motion file of an older hmworld, without {error.args[0]}; add the subject again") from error
