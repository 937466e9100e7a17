"""What the embedded engine has loaded: scene, look, subjects, cameras, and the time.

Nothing moves by itself: time passes only when a client says so.
"""

import re
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hmworld.catalog import Catalog
from hmworld.catalog.catalog import MESH
from hmworld.embedded.actors import Camera, Subject, WorldError, free_color
from hmworld.embedded.cameras import Cameras
from hmworld.embedded.cube import BOX_CLASS, CUBE_CLASS, cube_mesh, cube_motion
from hmworld.embedded.drawing import Drawing
from hmworld.embedded.mesh import BodyMesh, StaticMesh
from hmworld.embedded.meshfiles import read_body, read_scene
from hmworld.embedded.scenes import build_scene
from hmworld.embedded.strict import Strict
from hmworld.errors import RecipeError
from hmworld.geometry import frames
from hmworld.geometry.motion import Motion
from hmworld.model.cards import EmbeddedMesh, Look, SceneCard
from hmworld.protocol.settings import PluginSettings

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
MAX_SUBJECTS = 255
MIN_SCALE, MAX_SCALE = 0.05, 20.0
MAX_EDGE_CM = 100_000.0
STAND_OFF_M = 0.2
"""A camera that moves through the world stops so far before a surface."""
BODIES_DIR = Path(__file__).parent / "assets" / "bodies"

_OBJECT_NAME = re.compile("[A-Za-z0-9_][A-Za-z0-9_.:-]{0,99}")


class World:
    """All that a request can see or change."""

    def __init__(self, catalog: Catalog, threads: int, settings: PluginSettings | None = None, strict: Strict | None = None) -> None:
        self.catalog = catalog
        self.strict = strict
        """The habits of the plugin's branch 5.2, where they are wanted."""
        settings = settings or PluginSettings()
        self._spawned = 1
        self._cameras = Cameras(settings)
        self.subjects: list[Subject] = []
        self.scene = ""
        """The loaded scene; none before a client asks for one or for a picture."""
        self._center_m = (0.0, 0.0, 0.0)
        self.look = DEFAULT_LOOK
        self.window = (settings.width, settings.height)
        """Width and height of the player's window, which only screenshots show."""
        self.viewmode = "lit"
        self.paused = False
        self.tick_s = 1.0 / 30.0
        self.time_scale = 1.0
        self.drawing = Drawing(threads, self.subjects)
        self._place_player(self._scene_card(self._first_level()))

    # -- loading -------------------------------------------------------------------------------------------------

    def load_scene(self, name: str, card_sha256: str, center_m: tuple[float, float, float]) -> None:
        """Make a scene of the catalog current, with the best shadows about a point (world metres), and drop all subjects."""
        card = self._scene_card(name)
        if self._digest(card) != card_sha256:
            raise WorldError(f"Scene {name!r} has card {self._digest(card)}, asked for {card_sha256}")
        self.clear_subjects()
        if (self.scene, self._center_m) != (name, center_m):
            self.drawing.set_scene(self._scene_mesh(card), center_m, self.look)
            self.scene, self._center_m = name, center_m
            self._unsettled()

    def _scene_mesh(self, card: SceneCard) -> StaticMesh:
        if isinstance(card.embedded, EmbeddedMesh):
            try:
                return _own_scene(self.catalog.beside("scenes", card.name, MESH), card.embedded.mesh_sha256)
            except RecipeError as error:
                raise WorldError(str(error)) from error
        assert card.embedded is not None, "looked up as one of the embedded engine's"
        return _generated(card.embedded.generator, card.embedded.seed)

    def _body(self, subject: str, sha256: str) -> tuple[Motion, BodyMesh]:
        own = self.catalog.beside("subjects", subject, MESH)
        try:
            return self.catalog.motion(subject), _body_mesh(own if own.is_file() else BODIES_DIR / f"{subject}.npz", sha256)
        except RecipeError as error:
            raise WorldError(str(error)) from error

    def open_level(self, name: str) -> None:
        """Start a scene of the catalog afresh, as a game does: no subjects, no spawned cameras, its day look, the player on a stage.

        `name` may be a path, whose last part counts.
        """
        card = self._scene_card(name.rsplit("/", 1)[-1])
        self.load_scene(card.name, self._digest(card), card.stages[0].center_m)
        self.set_look(_day(card))
        self._place_player(card)

    def _place_player(self, card: SceneCard) -> None:
        stage = card.stages[0]
        self._cameras.start(frames.ue_points_from_world(stage.center_m), -stage.yaw_deg + 0.0)
        self.viewmode = "lit"
        self.drawing.cameras_changed(self.cameras)

    def _first_level(self) -> str:
        return next(name for name, card in self.catalog.scenes.items() if card.embedded is not None)

    @property
    def level(self) -> str:
        """The loaded scene, or the one that will be when a picture is asked for."""
        return self.scene or self._first_level()

    def ensure_scene(self) -> None:
        """Load the first scene of the catalog where there is none: a client of a game expects to see something."""
        if not self.scene:
            card = self._scene_card(self._first_level())
            self.look = _day(card)
            self.load_scene(card.name, self._digest(card), card.stages[0].center_m)

    def _digest(self, card: SceneCard) -> str:
        return self.catalog.digest("scenes", card.name)

    def _scene_card(self, name: str) -> SceneCard:
        card = self.catalog.scenes.get(name)
        if card is not None and card.embedded is None:
            raise WorldError(f"No scene {name!r} here: its card has it in Unreal only; render it with --engine unreal")
        if card is None or card.embedded is None:
            raise WorldError(f"No scene {name!r} here; known: {','.join(n for n, c in self.catalog.scenes.items() if c.embedded)}")
        return card

    def set_look(self, look: Look) -> None:
        """Light the scene."""
        if look != self.look:
            self.look = look
            self.drawing.set_look(look)
            self._unsettled()

    def _unsettled(self) -> None:
        if self.strict is not None:
            self.strict.changed()

    # -- subjects ------------------------------------------------------------------------------------------------

    def spawn(self, name: str, subject: str, gait: str, scale: float, motion_sha256: str) -> Subject:
        """Spawn a subject of the catalog under an object name."""
        card = self.catalog.subjects.get(subject)
        if card is None or card.mesh_sha256 is None:
            raise WorldError(f"No subject {subject!r} here; known: {','.join(self.catalog.subjects)}")
        if card.motion_sha256 != motion_sha256:
            raise WorldError(f"Subject {subject!r} has motion {card.motion_sha256}, asked for {motion_sha256}")
        if gait not in card.gaits or not MIN_SCALE <= scale <= MAX_SCALE:
            raise WorldError(f"Subject {subject!r} has gaits {','.join(card.gaits)} and scales {MIN_SCALE:g} to {MAX_SCALE:g}")
        self._check_free(name)
        motion, mesh = self._body(subject, card.mesh_sha256)
        return self._add(
            Subject(
                name=name,
                uclass=subject,
                motion=motion,
                gait=gait,
                cycle_s=card.gaits[gait].cycle_s,
                idle_cycle_s=card.gaits["idle"].cycle_s,
                scale=np.full(3, scale),
                mesh=mesh,
                color=free_color(self.subjects),
            )
        )

    def spawn_class(self, uclass: str, name: str = "") -> Subject:
        """Spawn a subject of the catalog, or the cube, by its class name: idle at the origin, under `name` or one made up."""
        uclass = uclass.removesuffix("_C") if uclass not in self.catalog.subjects else uclass
        name = name or self._free_name(uclass)
        self._check_free(name)
        if uclass == CUBE_CLASS:
            return self._add(self._cube(name, uclass))
        card = self.catalog.subjects.get(uclass)
        if card is None or card.mesh_sha256 is None:
            raise WorldError(f"Can not find a class with name '{uclass}'")
        moving = next(gait for gait, values in card.gaits.items() if values.stride_m > 0.0)
        spawned = self.spawn(name, uclass, moving, 1.0, card.motion_sha256)
        spawned.gait_weight = 0.0
        return spawned

    def spawn_box(self, name: str, ue: Array, edges_cm: Array) -> Subject:
        """Spawn a box about a pose (6,) in Unreal's numbers, with edges (3,) along its own axes."""
        if not ((edges_cm >= 1.0) & (edges_cm <= MAX_EDGE_CM)).all():
            raise WorldError(f"Argument Invalid: edges must be 1 to {MAX_EDGE_CM:g} cm")
        self._check_free(name)
        box = self._cube(name, BOX_CLASS)
        box.ue, box.scale = ue, edges_cm / 100.0
        return self._add(box)

    def _cube(self, name: str, uclass: str) -> Subject:
        return Subject(name, uclass, cube_motion(), "idle", 1.0, 1.0, np.ones(3), cube_mesh(), free_color(self.subjects))

    def posed_subjects(self) -> list[Subject]:
        """Those of the catalog, in the order of their spawning: no cubes, no boxes."""
        return [subject for subject in self.subjects if subject.uclass not in (CUBE_CLASS, BOX_CLASS)]

    def _check_free(self, name: str) -> None:
        if not _OBJECT_NAME.fullmatch(name):
            raise WorldError("Argument Invalid: a name is letters, digits and _.:-, at most 100 of them")
        if name in self._names():
            raise WorldError(f"Failed to spawn {name}, object exists.")
        if len(self.subjects) >= MAX_SUBJECTS:
            raise WorldError(f"{MAX_SUBJECTS} subjects are the most that a mask can tell apart")

    def _names(self) -> set[str]:
        return {subject.name for subject in self.subjects} | {camera.name for camera in self.cameras}

    def _free_name(self, uclass: str) -> str:
        while f"{uclass}_{self._spawned}" in self._names():
            self._spawned += 1
        return f"{uclass}_{self._spawned}"

    def _add(self, subject: Subject) -> Subject:
        self.ensure_scene()
        self.subjects.append(subject)
        if self.strict is not None:
            self.strict.spawned(subject)
        self.drawing.bodies_changed()
        return subject

    def rename(self, subject: Subject, name: str) -> None:
        """Give a subject another name that nothing has."""
        if not _OBJECT_NAME.fullmatch(name):
            raise WorldError("Argument Invalid: a name is letters, digits and _.:-, at most 100 of them")
        if name in self._names():
            raise WorldError(f"Renaming an object to overwrite an existing object is not allowed, {name}")
        subject.name = name

    def clear_subjects(self) -> None:
        """Destroy all spawned subjects."""
        self.subjects.clear()
        self.drawing.bodies_changed()

    def destroy(self, subject: Subject) -> None:
        """Destroy one subject."""
        self.subjects.remove(subject)
        self.drawing.bodies_changed()

    def subject(self, name: str) -> Subject:
        """A spawned subject by its object name."""
        for subject in self.subjects:
            if subject.name == name:
                return subject
        raise WorldError("Can not find object")

    # -- cameras -------------------------------------------------------------------------------------------------

    @property
    def cameras(self) -> list[Camera]:
        """All cameras, in the order of their indices."""
        return self._cameras.all

    def camera(self, index: str) -> Camera:
        """A camera by its index on the wire."""
        return self._cameras.at(index)

    def spawn_camera(self) -> Camera:
        """A new camera, the last of the list."""
        self._unsettled()
        return self._cameras.spawn(self._free_name("FusionCameraActor"))

    def resize_camera(self, camera: Camera, width: int, height: int) -> None:
        """Let a camera's pictures have another size."""
        if (width, height) != (camera.width, camera.height):
            self._unsettled()
        camera.width, camera.height = width, height
        self.drawing.camera_changed(camera)

    def destroy_camera(self, camera: Camera) -> None:
        """Destroy a camera other than the player's; the indices of those after it shift."""
        self._cameras.destroy(camera)
        self.drawing.cameras_changed(self.cameras)

    def set_eyes_distance(self, distance_cm: float) -> None:
        """Camera 1 is the right eye of camera 0, so far to its right."""
        self.drawing.camera_changed(self._cameras.set_eyes_distance(distance_cm))

    def sweep(self, camera: Camera, target_cm: Array) -> None:
        """Move a camera on a straight line; surfaces and visible subjects stop it `STAND_OFF_M` before them."""
        self.ensure_scene()
        start, end = frames.world_points_from_ue(camera.ue[:3]), frames.world_points_from_ue(target_cm)
        length = float(np.linalg.norm(end - start))
        if length == 0.0:
            return
        direction = (end - start) / length
        free = self.drawing.free_way(start, end + STAND_OFF_M * direction) - STAND_OFF_M
        camera.ue[:3] = target_cm if free >= length else frames.ue_points_from_world(start + max(free, 0.0) * direction)
        self.drawing.camera_changed(camera)

    # -- time ----------------------------------------------------------------------------------------------------

    def remember(self) -> None:
        """Make this instant the earlier one of optical flow."""
        self.drawing.remember(self.cameras)

    def tick(self) -> None:
        """Let one tick pass: what was becomes the earlier instant, and all animations go on."""
        self.remember()
        for subject in self.subjects:
            subject.gait_time_s += self.tick_s * self.time_scale
            subject.idle_time_s += self.tick_s * self.time_scale
        self.drawing.moved()

    # -- measuring -----------------------------------------------------------------------------------------------

    @staticmethod
    def joints_world(subject: Subject) -> Array:
        """Joint positions (J, 3) in world metres."""
        rest = np.concatenate([subject.motion.rest_joints, np.ones((len(subject.motion.rest_joints), 1))], 1)
        return np.asarray(np.einsum("jik,jk->ji", subject.world_matrices(), rest))

    def posed_bounds(self, subject: Subject) -> tuple[Array, Array]:
        """Min and max (3,) of the posed mesh in the root's axes, relative to the root, metres."""
        local = subject.in_root(self.drawing.posed_vertices(subject))
        return local.min(0), local.max(0)


def _day(card: SceneCard) -> Look:
    return card.looks.get("day") or next(iter(card.looks.values()))


@lru_cache(maxsize=2)
def _generated(generator: str, seed: int) -> StaticMesh:
    return build_scene(generator, seed).mesh


@lru_cache(maxsize=2)
def _own_scene(path: Path, sha256: str) -> StaticMesh:
    return read_scene(path, sha256)


@lru_cache(maxsize=64)
def _body_mesh(path: Path, sha256: str) -> BodyMesh:
    return read_body(path, sha256)
