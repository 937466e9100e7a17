"""What the embedded engine has loaded and posed: scene, look, subjects, cameras.

Frames are drawn on demand and kept until something moves.
"""

import hashlib
import io
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hmworld.catalog import Catalog
from hmworld.catalog.catalog import scene_digest
from hmworld.embedded.mesh import BodyMesh, Frame, Light, StaticMesh, View
from hmworld.embedded.raster import Renderer
from hmworld.embedded.scenes import build_scene
from hmworld.geometry import frames
from hmworld.geometry.motion import Motion
from hmworld.model.cards import Look

Array = NDArray[np.float64]

DEFAULT_LOOK = Look(
    sun_azimuth_deg=40.0,
    sun_elevation_deg=40.0,
    sun_rgb=(2.6, 2.4, 2.1),
    sky_rgb=(0.35, 0.52, 0.85),
    horizon_rgb=(0.7, 0.78, 0.88),
    ground_rgb=(0.2, 0.18, 0.15),
    fog_density_per_m=0.003,
    exposure=0.8,
)
MAX_SIZE = 4096
BODIES_DIR = Path(__file__).parent / "assets" / "bodies"
NEAR_M = 0.1
BODY_ARRAYS = ("vertices", "normals", "colours", "triangles", "joints", "weights")


class WorldError(ValueError):
    """A request that cannot be met; its text goes back to the client after `error `."""


@dataclass
class Camera:
    """A camera: its actor's name, Unreal pose, horizontal field of view and picture size."""

    name: str
    ue: Array = field(default_factory=lambda: np.array([0.0, 0.0, 160.0, 0.0, 0.0, 0.0]))
    fov_deg: float = 90.0
    width: int = 640
    height: int = 480


@dataclass
class Subject:
    """A spawned subject: its motion and mesh, where it is and what it does."""

    name: str
    motion: Motion
    gait: str
    cycle_s: float
    idle_cycle_s: float
    scale: float
    mesh: BodyMesh
    color: tuple[int, int, int]
    ue: Array = field(default_factory=lambda: np.zeros(6))
    gait_time_s: float = 0.0
    idle_time_s: float = 0.0
    gait_weight: float = 1.0
    hidden: bool = False

    def root_matrices(self) -> Array:
        """Skinning matrices (J, 3, 4) in the root frame at scale 1."""
        return self.motion.matrices(self.gait, self.gait_time_s / self.cycle_s, self.idle_time_s / self.idle_cycle_s, self.gait_weight)

    def world_matrices(self) -> Array:
        """Skinning matrices (J, 3, 4) from the rest pose into the world."""
        root = frames.T_world_subject_from_ue(self.ue)
        out = self.scale * np.einsum("ab,jbc->jac", root[:3, :3], self.root_matrices())
        out[..., 3] += root[:3, 3]
        return np.asarray(out)


class World:
    """All that a request can see or change."""

    def __init__(self, catalog: Catalog, threads: int) -> None:
        self.catalog = catalog
        self.cameras = [Camera("PlayerPawn")]
        self.subjects: list[Subject] = []
        self.scene = ""
        self._center_m = (0.0, 0.0, 0.0)
        self.look = DEFAULT_LOOK
        self.paused = False
        self._renderer = Renderer(threads)
        self._frames: dict[int, Frame] = {}
        self._posed = False

    # -- loading -------------------------------------------------------------------------------------------------

    def load_scene(self, name: str, card_sha256: str, center_m: tuple[float, float, float]) -> None:
        """Make a scene of the catalog current, with the best shadows about a point (world metres), and drop all subjects."""
        card = self.catalog.scenes.get(name)
        if card is None or card.embedded is None:
            raise WorldError(f"No scene {name!r} here; known: {','.join(self.catalog.scenes)}")
        if scene_digest(card) != card_sha256:
            raise WorldError(f"Scene {name!r} has card {scene_digest(card)}, asked for {card_sha256}")
        self.clear_subjects()
        if (self.scene, self._center_m) != (name, center_m):
            mesh = _scene_mesh(card.embedded.generator, card.embedded.seed)
            self._renderer.set_scene(mesh, center_m)
            self.scene, self._center_m = name, center_m
            self.set_look(self.look)

    def set_look(self, look: Look) -> None:
        """Light the scene."""
        self.look = look
        self._renderer.set_light(Light(**{name: getattr(look, name) for name in type(look).model_fields}))
        self._frames.clear()

    def spawn(self, name: str, subject: str, gait: str, scale: float, motion_sha256: str) -> Subject:
        """Spawn a subject of the catalog under an object name."""
        card = self.catalog.subjects.get(subject)
        if card is None or card.mesh_sha256 is None:
            raise WorldError(f"No subject {subject!r} here; known: {','.join(self.catalog.subjects)}")
        if any(s.name == name for s in self.subjects):
            raise WorldError(f"Failed to spawn {name}, object exists.")
        if card.motion_sha256 != motion_sha256:
            raise WorldError(f"Subject {subject!r} has motion {card.motion_sha256}, asked for {motion_sha256}")
        if gait not in card.gaits or not 0.05 <= scale <= 20.0:
            raise WorldError(f"Subject {subject!r} has gaits {','.join(card.gaits)} and scales 0.05 to 20")
        if len(self.subjects) >= 255:
            raise WorldError("255 subjects are the most that a mask can tell apart")
        spawned = Subject(
            name=name,
            motion=self.catalog.motion(subject),
            gait=gait,
            cycle_s=card.gaits[gait].cycle_s,
            idle_cycle_s=card.gaits["idle"].cycle_s,
            scale=scale,
            mesh=load_mesh(subject, card.mesh_sha256),
            color=default_color(len(self.subjects) + 1),
        )
        if not self.scene:
            raise WorldError("No scene is loaded; call vbp HMDirector LoadStage first")
        self.subjects.append(spawned)
        self._bodies_changed()
        return spawned

    def clear_subjects(self) -> None:
        """Destroy all spawned subjects."""
        self.subjects.clear()
        self._bodies_changed()

    def destroy(self, name: str) -> None:
        """Destroy one subject."""
        self.subjects.remove(self.subject(name))
        self._bodies_changed()

    def _bodies_changed(self) -> None:
        if self.scene:
            self._renderer.set_bodies([s.mesh for s in self.subjects])
        self.moved()

    # -- looking up ----------------------------------------------------------------------------------------------

    def subject(self, name: str) -> Subject:
        """A spawned subject by its object name."""
        for subject in self.subjects:
            if subject.name == name:
                return subject
        raise WorldError(f"Can not find actor with id '{name}'")

    def camera(self, index: str) -> tuple[int, Camera]:
        """A camera by its index on the wire."""
        if not index.isdigit() or int(index) >= len(self.cameras):
            raise WorldError("Invalid sensor id")
        return int(index), self.cameras[int(index)]

    # -- drawing -------------------------------------------------------------------------------------------------

    def moved(self) -> None:
        """Forget drawn frames and posed vertices: something of the world changed."""
        self._frames.clear()
        self._posed = False

    def forget_frame(self, camera: int) -> None:
        """Forget the drawn frame of one camera: it moved."""
        self._frames.pop(camera, None)

    def _pose(self) -> None:
        if not self._posed and self.scene:
            self._renderer.pose([s.world_matrices() for s in self.subjects])
            self._posed = True

    def _view(self, camera: Camera) -> View:
        return View(camera.width, camera.height, camera.fov_deg, frames.T_world_camera_from_ue(camera.ue), NEAR_M)

    def frame(self, index: int) -> Frame:
        """RGB, instances and depth of a camera at this instant."""
        if not self.scene:
            raise WorldError("No scene is loaded; call vbp HMDirector LoadStage first")
        if index not in self._frames:
            self._pose()
            visible = [not s.hidden for s in self.subjects]
            self._frames[index] = self._renderer.render(self._view(self.cameras[index]), visible)
        return self._frames[index]

    def silhouette(self, index: int, name: str) -> tuple[int, int, int, int, int]:
        """Pixel count and half-open box x0, y0, x1, y1 of one subject alone in a camera."""
        self._pose()
        body = self.subjects.index(self.subject(name))
        count, x0, y0, x1, y1 = self._renderer.silhouette_stats(self._view(self.cameras[index]), body)
        return count, x0, y0, x1, y1

    def joints_world(self, subject: Subject) -> Array:
        """Joint positions (J, 3) in world metres."""
        rest = np.concatenate([subject.motion.rest_joints, np.ones((len(subject.motion.rest_joints), 1))], 1)
        return np.asarray(np.einsum("jik,jk->ji", subject.world_matrices(), rest))

    def posed_bounds(self, subject: Subject) -> tuple[Array, Array]:
        """Min and max (3,) of the posed mesh in the root's axes, relative to the root, metres."""
        self._pose()
        vertices = self._renderer.posed_vertices(self.subjects.index(subject)).astype(np.float64)
        root = frames.T_world_subject_from_ue(subject.ue)
        local = (vertices - root[:3, 3]) @ root[:3, :3]
        return local.min(0), local.max(0)


def default_color(number: int) -> tuple[int, int, int]:
    """Mask colour of the n-th spawned object until a client sets one; never black, which is the scene."""
    return (number * 37 % 256, number * 101 % 256, 255 - number * 53 % 256)


@lru_cache(maxsize=2)
def _scene_mesh(generator: str, seed: int) -> StaticMesh:
    return build_scene(generator, seed).mesh


@lru_cache(maxsize=64)
def load_mesh(subject: str, sha256: str) -> BodyMesh:
    """The embedded engine's mesh of a subject, checked against its card."""
    path = BODIES_DIR / f"{subject}.npz"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WorldError(f"Mesh of {subject!r} can not be read: {error.strerror}") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise WorldError(f"Mesh of {subject!r} is not the one its card names")
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return BodyMesh(**{name: arrays[name] for name in BODY_ARRAYS})
