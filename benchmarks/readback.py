"""What it costs to read back with every frame where camera and subjects are: captures of one clip with and without it, in turns.

python benchmarks/readback.py [--sizes 208x120,832x480] [--frames 60] [--rounds 10] [--json]
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

from common import cpu_seconds, last_line, machine, table

from flows.prepare import prepare
from hmworld.choreography import choreograph
from hmworld.engine import ClipSession, Connection, launch_embedded
from hmworld.engine.readback import check_poses
from hmworld.engine.tokens import Instant
from hmworld.model import Recipe
from hmworld.produce.render import instants


def captured(session: ClipSession, poses: list[Instant], engine: int, reads_back: bool) -> tuple[float, float]:
    """Frames/s, and CPU seconds a frame of engine and driver, of all captures of a clip."""
    queries, check = (session.queries, check_poses) if reads_back else ([], lambda *_: None)
    with patch.object(session, "queries", queries), patch("hmworld.engine.session.check_poses", check):
        began, cpu = time.perf_counter(), cpu_seconds() + cpu_seconds(engine)
        count = sum(1 for _ in session.captures(poses))
        return count / (time.perf_counter() - began), (cpu_seconds() + cpu_seconds(engine) - cpu) / count


def measure(size: tuple[int, int], frames: int, rounds: int, root: Path) -> dict[bool, list[tuple[float, float]]]:
    """Frames/s and CPU seconds a frame with and without, pair by pair."""
    render = {"width": size[0], "height": size[1]}
    recipe = Recipe.from_data(
        {
            "name": "readback",
            "clips": 1,
            "seed": 8,
            "scenes": ["park"],
            "subjects_per_clip": [2, 2],
            "streams": ["depth"],
            "render": render,
        },
        "benchmark",
    )
    (row,) = prepare(recipe, root).rows([0])
    choreography = choreograph(row.spec)
    poses = instants(choreography, choreography.frame_times.tolist()[:frames])
    found: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    with launch_embedded(1) as engine, Connection(engine.address, engine.alive) as connection:
        session = ClipSession(connection, row.spec)
        for number in range(-1, rounds):
            for reads_back in (True, False) if number % 2 else (False, True):
                figure = captured(session, poses, engine.process.pid, reads_back)
                if number >= 0:  # one to warm up
                    found[reads_back].append(figure)
    return found


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="208x120,832x480")
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    print(machine())
    values: dict[str, object] = {}
    for text in options.sizes.split(","):
        width, height = map(int, text.split("x"))
        with tempfile.TemporaryDirectory() as folder:
            found = measure((width, height), options.frames, options.rounds, Path(folder) / "clip")
        pairs = list(zip(found[True], found[False], strict=True))
        wall = statistics.quantiles((1.0 - a / b for (a, _), (b, _) in pairs), n=4)
        cpu = statistics.quantiles((a / b - 1.0 for (_, a), (_, b) in pairs), n=4)
        with_it, without = (statistics.median(rate for rate, _ in found[reads_back]) for reads_back in (True, False))
        rows = [
            ("read back, frames/s", with_it, "median"),
            ("not, frames/s", without, "median"),
            ("cost in frames/s", f"{wall[1]:.1%}", f"median of pairs; quartiles {wall[0]:.1%} and {wall[2]:.1%}; goal <= 3 %"),
            ("cost in CPU time", f"{cpu[1]:.1%}", f"of engine and driver; quartiles {cpu[0]:.1%} and {cpu[2]:.1%}"),
        ]
        table(f"{text}, two subjects, depth, {options.rounds} pairs of {options.frames} frames", rows)
        values[text] = {"with": with_it, "without": without, "cost": wall[1], "cpu_cost": cpu[1]}
    last_line(options.json, values)


if __name__ == "__main__":
    main()
