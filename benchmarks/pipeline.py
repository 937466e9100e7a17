"""What a clip costs: bare capture through the socket, bare encoding, and the whole pipeline on the same clips in the same run.

    python benchmarks/pipeline.py [--clips 4] [--json]

Bare capture: poses are set and RGB, mask and depth are asked for and received, nothing else. Bare encoding: the frames of one clip through
the three encoders. The whole pipeline: `render_batch` of the same clips on the same running engine. CPU seconds are those of this
process and the engine's.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from common import cpu_seconds, last_line, machine, table

from flows.prepare import prepare
from hmworld.caption import template_caption
from hmworld.choreography import choreograph
from hmworld.cli.generate import load_recipe
from hmworld.dataset import PlanRow
from hmworld.dataset.encode import FrameWriter, quantise_depth
from hmworld.engine import ClipSession
from hmworld.engine.tokens import Instant
from hmworld.model import Recipe
from hmworld.produce import Batch, render_batch
from hmworld.produce.claim import process_slot
from hmworld.produce.render import instants
from hmworld.produce.slot import Slot, SlotSpec
from hmworld.protocol.director import director_command


class BareSession(ClipSession):
    """Asks for nothing but RGB, mask and depth."""

    def replies(self, moments: list[Instant]) -> list[list[bytes]]:
        """Raw replies of each moment, one transaction ahead."""
        wire, camera, found, sizes = self._connection, self._camera, [], []

        def collect() -> None:
            found.append([wire.collect("bare capture") for _ in range(sizes.pop(0))][3:])

        for moment in moments:
            commands = [
                c for c in self._capture_commands(moment) if "/camera/" in c or c.startswith(director_command("SetSubjects", "0")[:-1])
            ]
            wire.submit(commands)
            sizes.append(len(commands))
            if len(sizes) > 1:
                collect()
        collect()
        assert camera
        return found


def bare_capture(slot: Slot, row: PlanRow) -> tuple[float, float]:
    """Wall and CPU seconds a frame."""
    session = BareSession(slot.connection(), row.spec)
    choreography = choreograph(row.spec)
    moments = instants(choreography, choreography.frame_times.tolist())
    began, cpu = time.perf_counter(), used(slot)
    assert len(session.replies(moments)) == len(moments)
    return (time.perf_counter() - began) / len(moments), (used(slot) - cpu) / len(moments)


def bare_encoding(slot: Slot, row: PlanRow, recipe: Recipe) -> float:
    """CPU seconds a frame of the three encoders."""
    session = ClipSession(slot.connection(), row.spec)
    choreography = choreograph(row.spec)
    shots = list(session.captures(instants(choreography, choreography.frame_times.tolist())))
    size = (row.spec.render.width, row.spec.render.height)
    with tempfile.TemporaryDirectory() as folder:
        cpu = cpu_seconds()
        for kind, frames in (
            ("rgb", [s.bgra for s in shots]),
            ("mask", [s.mask for s in shots]),
            ("depth", [quantise_depth(s.depth_m) for s in shots]),
        ):
            with FrameWriter(Path(folder) / f"{kind}.mkv", kind, size, row.spec.render.fps, recipe.encoder) as writer:
                for frame in frames:
                    writer.write(frame)
        return (cpu_seconds() - cpu) / len(shots)


def used(slot: Slot) -> float:
    """CPU seconds of this process and the engine's."""
    assert slot.process_id is not None
    return cpu_seconds() + cpu_seconds(slot.process_id)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    print(machine())
    recipe = load_recipe("demo").model_copy(update={"clips": options.clips, "name": "benchmark"})
    root = Path(tempfile.mkdtemp(prefix="hmworld-benchmark-"))
    try:
        slots = (SlotSpec(options.threads),)
        rows = prepare(recipe, root).rows(range(options.clips))
        slot = process_slot(root, slots)
        for row in rows[:2]:
            bare_capture(slot, row)  # scenes loaded, kernels warm
        captures = [bare_capture(slot, row) for row in rows]
        encoding = statistics.median(bare_encoding(slot, row, recipe) for row in rows)
        walls, cpus = [], []
        frames = recipe.render.frames
        for row in rows:
            began, cpu = time.perf_counter(), used(slot)
            report = render_batch(Batch(str(root), (row.row,), slots), template_caption)
            assert report.done == 1, report
            walls.append(time.perf_counter() - began)
            cpus.append((used(slot) - cpu) / frames)
        slot.close()
    finally:
        shutil.rmtree(root)
    capture_fps = [1 / wall for wall, _ in captures]
    capture_cpu = statistics.median(cpu for _, cpu in captures)
    whole = statistics.median(cpus)
    beyond = whole / (capture_cpu + encoding) - 1
    values: dict[str, object] = {
        "capture_fps_median": statistics.median(capture_fps),
        "capture_fps_worst": min(capture_fps),
        "capture_cpu_s_per_frame": capture_cpu,
        "encoding_cpu_s_per_frame": encoding,
        "pipeline_cpu_s_per_frame": whole,
        "beyond_capture_and_encoding": beyond,
        "clips_per_hour": 3600 / statistics.mean(walls),
    }
    table(
        f"{options.clips} clips of {recipe.render.width}x{recipe.render.height}, {frames} frames, engine with {options.threads} threads",
        [
            ("bare capture, frames/s, median", values["capture_fps_median"], "goal >= 15"),
            ("bare capture, frames/s, worst clip", values["capture_fps_worst"], ""),
            ("bare capture, CPU ms/frame", 1000 * capture_cpu, ""),
            ("bare encoding, CPU ms/frame", 1000 * encoding, ""),
            ("whole pipeline, CPU ms/frame", 1000 * whole, ""),
            ("beyond capture and encoding, %", 100 * beyond, "goal <= 15"),
            ("clips/hour, one engine", values["clips_per_hour"], ""),
        ],
    )
    last_line(options.json, values)


if __name__ == "__main__":
    main()
