"""Maps: heights on a grid over the navmesh, boxes of what stands there, sun and lamps."""

from __future__ import annotations

import math
from typing import Any

import unreal

from hmworld_import.assets import find, tell_empty
from hmworld_import.dump import Dump, numbers_of
from hmworld_import.request import Request

NONE = float("nan")
ABOVE_CM, BELOW_CM = 60.0, 60.0
"""The ground is sought so far above and below the navmesh, which is only near it."""
SKY_CM = 10000.0
"""The highest surface is sought from so far above the navigation volumes."""
MARGIN_CM = 5000.0
"""What stands so far outside the grid is told too: it hides what is behind it."""
MOST_THINGS = 5000


def collect_maps(request: Request, dump: Dump) -> None:
    """Tell every map of the request."""
    tell_empty(request.maps, "World", "a map as /Game/Maps/Park, or a content folder of maps", dump)
    for data in find(request.maps, "World"):
        package = str(data.package_name)
        try:
            _collect(package, request, dump)
        except Exception as error:  # the editor raises whatever it likes; what is wrong with one map keeps no other back
            dump.problem(f"{package}: {type(error).__name__}: {error}")


def _collect(package: str, request: Request, dump: Dump) -> None:
    world = unreal.EditorLoadingAndSavingUtils.load_map(package)
    if world is None:
        dump.problem(f"{package}: cannot be loaded; the editor's log says why")
        return
    _tell_parts(world, package, dump)
    actors = list(unreal.get_editor_subsystem(unreal.EditorActorSubsystem).get_all_level_actors())
    volumes = [actor.get_actor_bounds(False) for actor in actors if isinstance(actor, unreal.NavMeshBoundsVolume)]
    low = [min((numbers_of(middle)[k] - numbers_of(half)[k] for middle, half in volumes), default=0.0) for k in range(3)]
    high = [max((numbers_of(middle)[k] + numbers_of(half)[k] for middle, half in volumes), default=0.0) for k in range(3)]
    cell = max(request.cell_cm, max(high[0] - low[0], high[1] - low[1]) / request.most_cells)
    rows, columns = math.ceil((high[1] - low[1]) / cell), math.ceil((high[0] - low[0]) / cell)
    ground: list[float] = []
    top: list[float] = []
    for i in range(rows):
        if i % max(1, rows // 10) == 0:
            unreal.log(f"hmworld: {package}: row {i} of {rows}")
        for j in range(columns):
            x, y = low[0] + (j + 0.5) * cell, low[1] + (i + 0.5) * cell
            ground.append(_ground(world, x, y, low[2], high[2]))
            top.append(_hit(world, x, y, high[2] + SKY_CM, low[2], True))
    dump.maps.append(
        {
            "map": package,
            "low_cm": low[:2],
            "cell_cm": cell,
            "rows": rows,
            "columns": columns,
            "heights": dump.numbers(f"map_{len(dump.maps):03d}.f32", ground + top),
            "navmesh_volumes": len(volumes),
            "things": _things(actors, low, high, request.least_thing_cm),
            "sun": _sun(actors),
            "lamps": _lamps(actors),
        }
    )


def _tell_parts(world: unreal.World, package: str, dump: Dump) -> None:
    """A problem for a map of several parts: what the editor has of it is not what a game shows."""
    # None where the world is not partitioned.
    parts = unreal.WorldPartitionBlueprintLibrary.get_actor_descs()
    if parts:
        dump.problem(
            f"{package}: has World Partition, with {len(parts)} actors in its cells: only what the editor loads with it was looked at. "
            "In the editor load the region, clear Is Spatially Loaded of its actors, so that they come with the map, and save; or convert "
            f"the map to one without partition. Render it on games of its own: --map SCENE={package}"
        )
    levels = list(unreal.EditorLevelUtils.get_levels(world))
    if len(levels) > 1:
        names = ", ".join(sorted({level.get_path_name().split(".")[0].split("/")[-1] for level in levels} - {package.split("/")[-1]}))
        dump.problem(
            f"{package}: has sublevels ({names}): they were looked at, but a game that streams it in shows the persistent level alone. "
            f"Move their actors into it in the editor's Levels window, save, and run this again; or render it with --map SCENE={package}, "
            "with each of them set to Always Loaded"
        )


def _ground(world: unreal.World, x: float, y: float, low: float, high: float) -> float:
    """Height of the ground under the navmesh at a place, the lowest where there are storeys; NaN where there is no navmesh."""
    reach = unreal.Vector(1.0, 1.0, high - low + 1.0)
    found = unreal.NavigationSystemV1.project_point_to_navigation(world, unreal.Vector(x, y, low), None, None, reach)
    if found is None or abs(found.x - x) > 1.0 or abs(found.y - y) > 1.0:
        return NONE
    for complex_ in (True, False):
        height = _hit(world, x, y, found.z + ABOVE_CM, found.z - BELOW_CM, complex_)
        if not math.isnan(height):
            return height
    return NONE


def _hit(world: unreal.World, x: float, y: float, above: float, below: float, complex_: bool) -> float:
    """Height of the first surface from above, by visibility; NaN where there is none."""
    start, end = unreal.Vector(x, y, above), unreal.Vector(x, y, below)
    channel = unreal.TraceTypeQuery.TRACE_TYPE_QUERY1
    hit = unreal.SystemLibrary.line_trace_single(world, start, end, channel, complex_, [], unreal.DrawDebugTrace.NONE, True)
    if hit is None:
        return NONE
    told = hit.to_tuple()
    # Blocking hit, initial overlap, time, distance, location, impact point, ...
    return told[5].z if told[0] else NONE


def _things(actors: list[unreal.Actor], low: list[float], high: list[float], least: float) -> list[dict[str, Any]]:
    """Static meshes and instances of them that are visible and not small, near the grid; the largest where there are many."""
    found: list[tuple[float, dict[str, Any]]] = []
    for actor in actors:
        for component in actor.get_components_by_class(unreal.StaticMeshComponent):
            mesh = component.get_editor_property("static_mesh")
            if mesh is None or not component.is_visible():
                continue
            box = mesh.get_bounding_box()
            collides = component.get_collision_enabled() != unreal.CollisionEnabled.NO_COLLISION
            for place in _places(component):
                ends = zip(numbers_of(place.scale3d), numbers_of(box.min), numbers_of(box.max), strict=True)
                size = [abs(scale) * (high_ - low_) for scale, low_, high_ in ends]
                at, reach = numbers_of(place.translation), sum(size)
                near = all(low[k] - MARGIN_CM - reach <= at[k] <= high[k] + MARGIN_CM + reach for k in range(2))
                if max(size) < least or not near:
                    continue
                turn = place.rotation
                told = {
                    "name": actor.get_name(),
                    "location_cm": at,
                    "rotation": [turn.x, turn.y, turn.z, turn.w],
                    "scale": numbers_of(place.scale3d),
                    "low_cm": numbers_of(box.min),
                    "high_cm": numbers_of(box.max),
                    "collides": collides,
                }
                found.append((size[0] * size[1] * size[2], told))
    found.sort(key=lambda pair: (-pair[0], pair[1]["name"], pair[1]["location_cm"]))
    return [told for _, told in found[:MOST_THINGS]]


def _places(component: unreal.StaticMeshComponent) -> list[unreal.Transform]:
    """Where a component's mesh stands in the world: once, or once for each instance."""
    if isinstance(component, unreal.InstancedStaticMeshComponent):
        places = [component.get_instance_transform(k, True) for k in range(component.get_instance_count())]
        return [place for place in places if place is not None]
    return [component.get_world_transform()]


def _sun(actors: list[unreal.Actor]) -> list[float] | None:
    """Direction in which the first directional light by name shines."""
    for actor in sorted(actors, key=lambda a: a.get_name()):
        for light in actor.get_components_by_class(unreal.DirectionalLightComponent):
            return numbers_of(light.get_forward_vector())
    return None


def _lamps(actors: list[unreal.Actor]) -> list[str]:
    """Names of the actors that are lamps: point lights, spot lights among them, and rectangles."""
    kinds = (unreal.PointLightComponent, unreal.RectLightComponent)
    return sorted({actor.get_name() for actor in actors for kind in kinds if len(actor.get_components_by_class(kind)) > 0})
