"""A stand-in for Unreal's `unreal` module: one walker, one prop, one map, all known in closed form.

It lets the content scripts run from request to dump. It was written by us and knows of Unreal only what we believe: that the scripts run
here shows that their own logic holds together, and nothing about Unreal.
"""

import os
import sys
from enum import Enum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "embedded" / "unreal"))

from handmade_dump import CYCLE_S, JOINTS, rest_pose, ue, walk_pose
from handmade_walker import FEET, HEAD, HIPS, walker

LENGTHS = {"A_Walker_Idle": 2.0, "A_Walker_Walk": CYCLE_S, "A_Walker_Run": CYCLE_S, "A_Walker_Dance": 1.0, "A_Walker_Walk_Add": 1.0}
WAY_CM = 120.0
"""How far the run's root motion carries the walker."""
BOXES = [(500.0, 300.0, 100.0, 150.0, 200.0)]
"""x, y, half x, half y, height of the boxes on the map's plain, which is 24 m wide about the origin."""
HALF_CM = 1200.0


def log(arg: str) -> None:
    print(arg)


def log_error(arg: str) -> None:
    print(f"error: {arg}")


class Vector:
    def __init__(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> None:
        self.x, self.y, self.z = float(x), float(y), float(z)


def _transform(row: Any) -> SimpleNamespace:
    turn = SimpleNamespace(**dict(zip("xyzw", map(float, row[3:7]), strict=True)))
    return SimpleNamespace(translation=Vector(*row[:3]), rotation=turn, scale3d=Vector(*row[7:]))


class _Properties:
    def get_editor_property(self, name: str) -> Any:
        return getattr(self, name)

    def set_editor_property(self, name: str, value: Any) -> None:
        setattr(self, name, value)


class Object(_Properties):
    def __init__(self, package: str) -> None:
        self._package, self._name = package, package.rsplit("/", 1)[-1]

    def get_name(self) -> str:
        return self._name

    def get_path_name(self) -> str:
        return f"{self._package}.{self._name}"


class AdditiveAnimationType(Enum):
    AAT_NONE = 0
    AAT_LOCAL_SPACE_BASE = 1


class AnimDataEvalType(Enum):
    COMPRESSED = 2


class AnimPoseSpaces(Enum):
    LOCAL = 0
    WORLD = 1


class CollisionEnabled(Enum):
    NO_COLLISION = 0
    QUERY_AND_PHYSICS = 3


class TraceTypeQuery(Enum):
    TRACE_TYPE_QUERY1 = 0


class DrawDebugTrace(Enum):
    NONE = 0


class SkeletalMesh(Object):
    pass


class AnimSequence(Object):
    def get_play_length(self) -> float:
        return LENGTHS[self.get_name()]


class World(Object):
    pass


_SKELETON, _OTHER = Object("/Game/Robots/SKEL_Walker"), Object("/Game/Robots/SKEL_Hat")


def _mesh(package: str, skeleton: Object | None) -> SkeletalMesh:
    mesh = SkeletalMesh(package)
    mesh.skeleton = skeleton
    info = _Properties()
    info.allow_cpu_access = False
    mesh.lod_info = [info]
    return mesh


def _sequence(name: str) -> AnimSequence:
    sequence = AnimSequence(f"/Game/Robots/Anims/{name}")
    sequence.skeleton = _SKELETON
    sequence.enable_root_motion = name == "A_Walker_Run"
    sequence.additive_anim_type = AdditiveAnimationType.AAT_LOCAL_SPACE_BASE if name.endswith("_Add") else AdditiveAnimationType.AAT_NONE
    return sequence


ASSETS: dict[str, Object] = {
    "/Game/Robots/SK_Walker": _mesh("/Game/Robots/SK_Walker", _SKELETON),
    "/Game/Robots/SK_Hat": _mesh("/Game/Robots/SK_Hat", _OTHER),
    "/Game/Broken/SK_Bare": _mesh("/Game/Broken/SK_Bare", None),
    **{f"/Game/Robots/Anims/{name}": _sequence(name) for name in LENGTHS},
    "/Game/Maps/Yard": World("/Game/Maps/Yard"),
    "/Game/Town/Parted": World("/Game/Town/Parted"),
    "/Game/Town/Huge": World("/Game/Town/Huge"),
}


class AnimPoseEvaluationOptions(_Properties):
    pass


class AnimPoseExtensions:
    @staticmethod
    def get_anim_pose_at_time(sequence: AnimSequence, time: float, options: AnimPoseEvaluationOptions) -> Any:
        assert 0.0 <= time <= sequence.get_play_length()
        assert options.optional_skeletal_mesh is ASSETS["/Game/Robots/SK_Walker"]
        assert options.extract_root_motion != options.incorporate_root_motion_into_pose
        name, share = sequence.get_name(), time / sequence.get_play_length()
        moves = name in ("A_Walker_Walk", "A_Walker_Run")
        pose = walk_pose(share) if moves else rest_pose()
        if name == "A_Walker_Run" and not options.extract_root_motion:
            pose[0, 1] += WAY_CM * share
        return pose

    @staticmethod
    def get_bone_names(pose: Any) -> list[str]:
        return [*JOINTS, "VB ik_hand"]

    @staticmethod
    def get_bone_pose(pose: Any, bone: str, space: AnimPoseSpaces) -> Any:
        assert space is AnimPoseSpaces.LOCAL or bone == JOINTS[0]
        return _transform(pose[JOINTS.index(bone)])

    @staticmethod
    def get_ref_bone_pose(pose: Any, bone: str, space: AnimPoseSpaces) -> Any:
        at = [ue(p) for p in (HIPS, HIPS + HEAD, HIPS + FEET[0], HIPS + FEET[1])][JOINTS.index(bone)]
        return _transform([*at, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0])


class GLTFExportOptions(_Properties):
    pass


class GLTFExporter:
    @staticmethod
    def export_to_gltf(mesh: SkeletalMesh, path: str, options: GLTFExportOptions, actors: set[Any]) -> bool:
        assert options.export_uniform_scale == 0.01
        assert options.default_level_of_detail == 1, "LOD 0 has too many vertices"
        walker().write(Path(path))
        return True


class SkeletalMeshEditorSubsystem:
    def get_lod_count(self, mesh: SkeletalMesh) -> int:
        return 2

    def get_num_verts(self, mesh: SkeletalMesh, level: int) -> int:
        return (90000, 96)[level]


def _inside(x: float, y: float, grown: float = 0.0) -> float | None:
    """Height of the box at a place, its sides `grown` by so much."""
    return next((h for bx, by, hx, hy, h in BOXES if abs(x - bx) <= hx + grown and abs(y - by) <= hy + grown), None)


class Actor(Object):
    def __init__(self, name: str, *components: Any) -> None:
        super().__init__(name)
        self._components = components

    def get_components_by_class(self, kind: type) -> list[Any]:
        return [c for c in self._components if isinstance(c, kind)]


class NavMeshBoundsVolume(Actor):
    def get_actor_bounds(self, only_colliding: bool) -> tuple[Vector, Vector]:
        return Vector(0.0, 0.0, 0.0), Vector(HALF_CM, HALF_CM, 300.0)


class StaticMeshComponent(_Properties):
    def __init__(self, place: list[float], collides: bool = True) -> None:
        self.static_mesh = SimpleNamespace(get_bounding_box=lambda: SimpleNamespace(min=Vector(-50, -50, 0), max=Vector(50, 50, 100)))
        self._place, self._collides = place, collides

    def is_visible(self) -> bool:
        return True

    def get_collision_enabled(self) -> CollisionEnabled:
        return CollisionEnabled.QUERY_AND_PHYSICS if self._collides else CollisionEnabled.NO_COLLISION

    def get_world_transform(self) -> Any:
        return _transform(self._place)


class InstancedStaticMeshComponent(StaticMeshComponent):
    def get_instance_count(self) -> int:
        return 2

    def get_instance_transform(self, index: int, world_space: bool = False) -> Any:
        assert world_space
        return _transform([-900.0 + 400.0 * index, -900.0, 0.0, 0.0, 0.0, 0.0, 1.0, *([0.2, 2.0][index],) * 3])


class DirectionalLightComponent:
    def get_forward_vector(self) -> Vector:
        return Vector(0.6, 0.0, -0.8)


class PointLightComponent:
    pass


class RectLightComponent:
    pass


def _box(x: float, y: float, half_x: float, half_y: float, height: float) -> Actor:
    return Actor("Crate_1", StaticMeshComponent([x, y, 0.0, 0.0, 0.0, 0.0, 1.0, half_x / 50.0, half_y / 50.0, height / 100.0]))


class EditorActorSubsystem:
    def get_all_level_actors(self) -> list[Actor]:
        return [
            NavMeshBoundsVolume("Nav_1"),
            *(_box(*box) for box in BOXES),
            Actor("Bushes_1", InstancedStaticMeshComponent([], collides=False)),
            Actor("Sun_1", DirectionalLightComponent()),
            Actor("Lamp_2", PointLightComponent()),
            Actor("Lamp_1", RectLightComponent()),
        ]


def get_editor_subsystem(kind: type) -> Any:
    return kind()


class EditorLoadingAndSavingUtils:
    loaded = ""

    @staticmethod
    def load_map(path: str) -> Object | None:
        EditorLoadingAndSavingUtils.loaded = path
        return ASSETS.get(path)


class EditorLevelUtils:
    @staticmethod
    def get_levels(world: Object) -> list[Any]:
        parts = {"/Game/Town/Parted": ["/Game/Town/Parted", "/Game/Town/Houses"]}.get(world._package, [world._package])
        return [SimpleNamespace(get_path_name=lambda part=part: f"{part}.{part.rsplit('/', 1)[-1]}:PersistentLevel") for part in parts]


class WorldPartitionBlueprintLibrary:
    @staticmethod
    def get_actor_descs() -> list[Any] | None:
        return [object()] * 3 if EditorLoadingAndSavingUtils.loaded == "/Game/Town/Huge" else None


class NavigationSystemV1:
    @staticmethod
    def project_point_to_navigation(world: Any, point: Vector, data: None, kind: None, reach: Vector) -> Vector | None:
        edge = max(abs(point.x), abs(point.y)) > HALF_CM - 35.0
        # The navmesh lies near the ground, not on it.
        return None if edge or _inside(point.x, point.y, 35.0) is not None else Vector(point.x, point.y, 7.0)


class SystemLibrary:
    @staticmethod
    def get_engine_version() -> str:
        return "5.4.4-fake"

    @staticmethod
    def line_trace_single(world: Any, start: Vector, end: Vector, *rest: Any) -> Any:
        height = _inside(start.x, start.y) or 0.0
        if not end.z <= height <= start.z:
            return None
        at = Vector(start.x, start.y, height)
        return SimpleNamespace(to_tuple=lambda: (True, False, 0.5, start.z - height, at, at))


class EditorAssetLibrary:
    @staticmethod
    def does_asset_exist(path: str) -> bool:
        return path in ASSETS

    @staticmethod
    def does_directory_exist(path: str) -> bool:
        return any(p.startswith(f"{path}/") for p in ASSETS)

    @staticmethod
    def save_loaded_asset(asset: Object) -> bool:
        log(f"saved {asset.get_path_name()}")
        return "FAKE_UNREAL_READ_ONLY" not in os.environ


class _Registry:
    def wait_for_completion(self) -> None:
        pass

    def get_assets_by_path(self, folder: str, recursive: bool = False) -> list[Any]:
        def below(path: str) -> bool:
            return path.startswith(f"{folder}/") if recursive else path.rsplit("/", 1)[0] == folder

        return [
            SimpleNamespace(
                package_name=path, asset_class_path=SimpleNamespace(asset_name=type(asset).__name__), get_asset=lambda asset=asset: asset
            )
            for path, asset in ASSETS.items()
            if below(path)
        ]


class AssetRegistryHelpers:
    @staticmethod
    def get_asset_registry() -> _Registry:
        return _Registry()


class FBXImportType(Enum):
    FBXIT_ANIMATION = 2


class FbxFactory:
    pass


class FbxImportUI(_Properties):
    pass


class AssetImportTask(_Properties):
    pass


class AssetToolsHelpers:
    @staticmethod
    def get_asset_tools() -> Any:
        def import_asset_tasks(tasks: list[AssetImportTask]) -> None:
            for task in tasks:
                options = getattr(task, "options", None)
                if options is not None:
                    assert isinstance(task.factory, FbxFactory)
                    assert options.mesh_type_to_import is FBXImportType.FBXIT_ANIMATION
                    ASSETS[f"{task.destination_path}/{task.destination_name}"] = taken = _sequence(f"A_Walker_{task.destination_name}")
                    taken.skeleton = options.skeleton
                elif Path(task.filename).read_bytes() != b"a take":
                    ASSETS[f"{task.destination_path}/SK_Tin"] = ASSETS["/Game/Robots/SK_Walker"]

        return SimpleNamespace(import_asset_tasks=import_asset_tasks)


class Paths:
    @staticmethod
    def project_saved_dir() -> str:
        return os.environ["FAKE_UNREAL_SAVED"]

    @staticmethod
    def convert_relative_path_to_full(path: str) -> str:
        return os.path.abspath(path)
