"""What a frame costs: through the socket on every scene, against the renderer sketch, and against peers that need no GPU.

    python benchmarks/render.py [--scenes a,b] [--sizes 640x360,...] [--frames 40] [--parts socket,sketch,peers] [--json]
        [--sketch DIR] [--peers SITE_PACKAGES] [--catalog DIR]

Socket: RGB, mask and depth of a fixed camera path with two walkers, one request ahead, as a clip is captured; one process with all cores,
and two side by side that share them. Sketch: its own scene, both in this process, frames in turn, both at 2x2 samples a pixel. Peers:
moderngl and VTK on llvmpipe and Blender's Cycles, each where it can be imported; `--peers` names a folder of another environment to
look in.
"""

import argparse
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from common import last_line, machine, table
from peers import Remote, peers, timed
from sketch import sketch_film
from stages import HFOV_DEG, Film, Shot, film, gait_of, scene_mesh, shots, triangles_in_view, view_of

from hmworld.catalog import Catalog, open_catalog
from hmworld.catalog.catalog import scene_digest
from hmworld.embedded.raster import Renderer
from hmworld.engine import Connection, launch_embedded
from hmworld.engine.session import LOAD_TIMEOUT_S
from hmworld.engine.tokens import look_token
from hmworld.protocol.director import director_command
from hmworld.protocol.grammar import fixed

SIZES = "640x360,832x480,1280x720"
WARM_FRAMES = 3
GOAL_SIZE = "832x480"
CORES = os.cpu_count() or 1


@dataclass(frozen=True)
class Cell:
    """Frames/s of one scene and size with so many processes; with two, of both together."""

    scene: str
    size: str
    processes: int
    median: float
    worst: float
    quartiles: tuple[float, float]
    triangles_in_view: int


def set_up(connection: Connection, catalog: Catalog, scene: str, walkers: list[str], size: tuple[int, int]) -> str:
    """Load scene, look and walkers, and answer the camera."""
    card = catalog.scenes[scene]
    connection.text("vset /action/game/pause")
    center = ",".join(fixed(v * s, 4) for v, s in zip(card.stages[0].center_m, (100, -100, 100), strict=True))
    connection.director("LoadStage", scene, scene_digest(card), center, timeout_s=LOAD_TIMEOUT_S)
    connection.director("SetLook", look_token(next(iter(card.looks.values()))), timeout_s=LOAD_TIMEOUT_S)
    connection.director("ClearSubjects")
    for number, name in enumerate(walkers):
        subject = catalog.subjects[name]
        gait = gait_of(catalog, name)
        connection.director("SpawnSubject", f"b_{number}", name, gait, "1", subject.motion_sha256, timeout_s=LOAD_TIMEOUT_S)
    if len(connection.text("vget /cameras").split()) < 2:
        connection.text("vset /cameras/spawn")
    camera = str(len(connection.text("vget /cameras").split()) - 1)
    connection.text(f"vset /camera/{camera}/size {size[0]} {size[1]}")
    connection.text(f"vset /camera/{camera}/fov {fixed(HFOV_DEG, 6)}")
    return camera


def commands(shot: Shot, camera: str) -> list[str]:
    """One capture transaction."""
    poses = ",".join(
        ",".join([*(fixed(float(v), 4) for v in ue[:3]), *(fixed(float(v), 5) for v in ue[3:]), fixed(seconds, 6), "0", "1"])
        for ue, seconds in shot.walkers
    )
    return [
        f"vset /camera/{camera}/location {' '.join(fixed(float(v), 4) for v in shot.camera_ue[:3])}",
        f"vset /camera/{camera}/rotation {' '.join(fixed(float(v), 5) for v in shot.camera_ue[3:])}",
        director_command("SetSubjects", poses),
        f"vget /camera/{camera}/lit bmp",
        f"vget /camera/{camera}/object_mask bmp",
        f"vget /camera/{camera}/depth npy",
    ]


def capture(connection: Connection, path: list[Shot], camera: str, start: threading.Barrier) -> list[float]:
    """Seconds between one frame's last reply and the next's."""
    ends: list[float] = []

    def collect() -> None:
        for _ in range(6):
            connection.collect("a frame", LOAD_TIMEOUT_S)
        ends.append(time.perf_counter())

    start.wait()
    for number, shot in enumerate(path):
        connection.submit(commands(shot, camera))
        if number:
            collect()
    collect()
    return np.diff(ends)[WARM_FRAMES:].tolist()


def cell(
    connections: list[Connection], catalog: Catalog, scene: str, size_name: str, walkers: list[str], frames: int, in_view: int
) -> Cell:
    """One cell of the table."""
    size = parsed(size_name)
    path = shots(catalog.scenes[scene], frames + WARM_FRAMES + 1, len(walkers))
    cameras = [set_up(c, catalog, scene, walkers, size) for c in connections]
    start, answers = threading.Barrier(len(connections)), [[] for _ in connections]  # type: list[list[float]]

    def run(k: int) -> None:
        answers[k] = capture(connections[k], path, cameras[k], start)

    threads = [threading.Thread(target=run, args=(k,)) for k in range(len(connections))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rates = [1.0 / np.array(a) for a in answers]
    low, middle, high = np.sum([np.percentile(r, [25, 50, 75]) for r in rates], axis=0)
    return Cell(scene, size_name, len(connections), float(middle), float(sum(r.min() for r in rates)), (float(low), float(high)), in_view)


def parsed(size: str) -> tuple[int, int]:
    """Width and height of "640x360"."""
    width, height = size.split("x")
    return int(width), int(height)


def socket_part(catalog: Catalog, own: Path | None, scenes: list[str], sizes: list[str], walkers: list[str], frames: int) -> list[Cell]:
    """Every scene and size, with one process and with two."""
    in_view = {}
    for scene in scenes:
        mesh, path = scene_mesh(catalog, scene), shots(catalog.scenes[scene], frames, len(walkers))
        views = [view_of(shot.camera_ue, parsed(sizes[0])) for shot in path[:: max(1, frames // 6)]]
        in_view[scene] = round(statistics.median(triangles_in_view(mesh, view) for view in views))
    cells = []
    for processes in (1, 2):
        engines = [launch_embedded(threads=max(1, CORES // processes), catalog=own) for _ in range(processes)]
        try:
            connections = [Connection(engine.address, engine.alive) for engine in engines]
            for scene in scenes:
                for size in sizes:
                    cells.append(cell(connections, catalog, scene, size, walkers, frames, in_view[scene]))
                    print(f"  {scene} {size}, {processes} processes: {cells[-1].median:.1f} frames/s", file=sys.stderr, flush=True)
            for connection in connections:
                connection.close()
        finally:
            for engine in engines:
                engine.close()
    return cells


def print_cells(cells: list[Cell], sizes: list[str]) -> None:
    """A table a size and number of processes."""
    for size in sizes:
        for processes in (1, 2):
            some = [c for c in cells if c.size == size and c.processes == processes]
            print(f"\n{size}, {processes} process{'es' if processes > 1 else ''}: frames/s (RGB + mask + depth through the socket)")
            print(f"  {'scene':<22} {'median':>7} {'worst':>7} {'middle half':>15} {'triangles in view':>18}")
            for c in some:
                print(
                    f"  {c.scene:<22} {c.median:>7.1f} {c.worst:>7.1f} {c.quartiles[0]:>7.1f}-{c.quartiles[1]:<7.1f} "
                    f"{c.triangles_in_view:>18,}"
                )
            print(f"  {'median of the scenes':<22} {statistics.median(c.median for c in some):>7.1f}")


def ours(data: Film, threads: int) -> Callable[[int], Any]:
    """Our renderer in this process: poses, shades and answers RGB, mask and depth of frame k."""
    renderer = Renderer(threads)
    renderer.set_scene(data.scene, data.stage_m)
    renderer.set_light(data.light)
    renderer.set_bodies(list(data.bodies))
    visible = [True] * len(data.bodies)

    def draw(k: int) -> Any:
        renderer.pose(list(data.matrices[k]))
        return renderer.render(data.views[k], visible)

    return draw


def in_turn(draws: dict[str, Callable[[int], float]], counts: dict[str, int]) -> dict[str, list[float]]:
    """Seconds of every frame of each; frame k of one follows frame k of the other, so that a busy machine hits all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in draws}
    for draw in draws.values():
        draw(0)
    for k in range(max(counts.values())):
        for name, draw in draws.items():
            if k < counts[name]:
                seconds[name].append(draw(k))
    return seconds


def rates(seconds: list[float]) -> dict[str, float]:
    """Frames/s: median, worst, quartiles."""
    low, middle, high = np.percentile(1.0 / np.array(seconds), [25, 50, 75])
    return {"median": float(middle), "worst": 1.0 / max(seconds), "q1": float(low), "q3": float(high)}


def sketch_part(folder: Path, size: str, frames: int) -> dict[str, Any]:
    """Our renderer and the sketch on the sketch's scene."""
    data, sketch = sketch_film(folder, parsed(size), frames, CORES)
    seconds = in_turn({"sketch": timed(sketch), "ours": timed(ours(data, CORES))}, {"sketch": frames, "ours": frames})
    found = {name: rates(values) for name, values in seconds.items()}
    ratio = statistics.median(s / o for s, o in zip(seconds["sketch"], seconds["ours"], strict=True))
    table(
        f"the sketch's own scene, {len(data.scene.triangles):,} triangles, {size}, 2x2 samples, {CORES} threads, in turn",
        [
            ("sketch, frames/s, median", found["sketch"]["median"], f"worst {found['sketch']['worst']:.1f}"),
            ("ours, frames/s, median", found["ours"]["median"], f"worst {found['ours']['worst']:.1f}"),
            ("ours over the sketch, median of frames", ratio, "goal >= 2"),
        ],
    )
    return {**found, "ratio": ratio, "size": size}


def peers_part(catalog: Catalog, scene: str, walkers: list[str], size: str, frames: int) -> dict[str, Any]:
    """Our renderer and every peer that can be imported, on one scene and path."""
    data = film(catalog, scene, walkers, parsed(size), frames)
    draws: dict[str, Callable[[int], float]] = {"ours": timed(ours(data, CORES))}
    counts, words = {"ours": frames}, {"ours": "all our renderer draws, posing included"}
    missing = {}
    for peer in peers():
        try:
            draws[peer.name] = Remote(peer.name, data)
        except RuntimeError as error:
            missing[peer.name] = str(error)
            continue
        counts[peer.name], words[peer.name] = min(frames, peer.frames), peer.draws
    found = {name: rates(values) for name, values in in_turn(draws, counts).items()}
    rows: list[tuple[str, object, str]] = []
    for name, rate in found.items():
        ratio = "" if name == "ours" else f"ours is {found['ours']['median'] / rate['median']:.2f} times as fast; "
        rows.append((f"{name}, frames/s, median", rate["median"], ratio + words[name]))
    rows += [(name, "missing", why) for name, why in missing.items()]
    table(f"{scene}, {len(data.scene.triangles):,} triangles, {size}, each in its process, in turn", rows)
    return {"scene": scene, "size": size, "rates": found, "missing": missing}


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", default="socket,sketch,peers")
    parser.add_argument("--scenes", default="", help="of the catalog, comma-separated (default: all)")
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--frames", type=int, default=40, help="timed frames a cell")
    parser.add_argument("--subjects", default="", help="two walkers (default: the first person and the first animal)")
    parser.add_argument("--catalog", type=Path, help="folder of cards of one's own")
    parser.add_argument("--sketch", type=Path, help="folder of the renderer sketch")
    parser.add_argument("--sketch-size", default="640x360")
    parser.add_argument("--peers", type=Path, help="site-packages folder in which peers are looked for")
    parser.add_argument("--peers-scene", default="", help="default: the first scene")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.peers is not None:
        sys.path.append(str(options.peers))
    catalog = open_catalog(options.catalog)
    drawn = [name for name, card in catalog.scenes.items() if card.embedded is not None]
    scenes = options.scenes.split(",") if options.scenes else drawn
    kinds = {kind: next(n for n, s in catalog.subjects.items() if s.kind == kind and s.mesh_sha256) for kind in ("person", "animal")}
    walkers = options.subjects.split(",") if options.subjects else list(kinds.values())
    sizes, parts = options.sizes.split(","), options.parts.split(",")
    print(f"{machine()}; walkers {', '.join(walkers)}")
    values: dict[str, object] = {}
    if "socket" in parts:
        cells = socket_part(catalog, options.catalog, scenes, sizes, walkers, options.frames)
        print_cells(cells, sizes)
        values["socket"] = [asdict(c) for c in cells]
        goal = [c.median for c in cells if c.size == GOAL_SIZE and c.processes == 1]
        if goal:
            table("goal", [(f"median scene at {GOAL_SIZE}, 1 process", statistics.median(goal), "goal >= 30 on 2 cores")])
    if "sketch" in parts:
        if options.sketch is None:
            print("\nthe sketch: left out, --sketch names no folder")
        else:
            values["sketch"] = sketch_part(options.sketch, options.sketch_size, options.frames)
    if "peers" in parts:
        scene = options.peers_scene or scenes[0]
        values["peers"] = peers_part(catalog, scene, walkers, GOAL_SIZE if GOAL_SIZE in sizes else sizes[0], options.frames)
    last_line(options.json, values)


if __name__ == "__main__":
    main()
