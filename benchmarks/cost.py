"""What a frame costs by its size and streams: CPU seconds and bytes, and the rates that `hmworld plan` counts with.

    python benchmarks/cost.py [--sizes 416x240,832x480,1280x720] [--clips 4] [--frames 60] [--json]

The same few clips (one a scene) are rendered by `render_batch` on one running engine, once without optional streams and once with each.
CPU seconds are those of this process and the engine's, so other work on the machine matters little; one thread draws. Bytes are those of
the staged fragments, which shards are made of. Seconds are fitted by a line over the pixels of a frame (fixed part, part a megapixel),
bytes by a power of them (bytes at one megapixel, exponent).
"""

import argparse
import shutil
import tempfile
from pathlib import Path

import numpy as np
from common import cpu_seconds, last_line, machine, table

from flows.prepare import prepare
from hmworld.caption import template_caption
from hmworld.dataset import LocalStore
from hmworld.dataset.staging import read_result
from hmworld.model import Recipe
from hmworld.produce import Batch, render_batch
from hmworld.produce.claim import process_slot
from hmworld.produce.render import render_key
from hmworld.produce.slot import Slot

SCENES = ["city_street", "mountain_meadow", "harbour", "farmyard", "museum_hall", "forest_road"]
STREAMS: tuple[tuple[str, ...], ...] = ((), ("depth",), ("flow",), ("normal",))
VIDEO, TRUTH = "video", "ground truth"
"""Of the main shards: the pictures, and all that stands beside them."""


def recipe_of(width: int, height: int, frames: int, clips: int, streams: tuple[str, ...]) -> Recipe:
    """Clips of a size, one a scene as far as there are scenes."""
    return Recipe.from_data(
        {
            "name": "cost",
            "seed": 5,
            "clips": clips,
            "scenes": SCENES[:clips],
            "balance": {"scenes": {name: 1 / min(clips, len(SCENES)) for name in SCENES[:clips]}, "tolerance": 0.01},
            "render": {"width": width, "height": height, "frames": frames, "context_frames": frames // 2},
            "streams": list(streams),
        },
        "benchmark",
    )


def measure(slot: Slot, root: Path, recipe: Recipe) -> tuple[float, dict[str, float]]:
    """CPU seconds a frame, and bytes a frame by what they hold, of all clips of a recipe."""
    plan = prepare(recipe, root)
    rows = plan.rows(range(len(plan)))
    assert slot.process_id is not None
    began = cpu_seconds() + cpu_seconds(slot.process_id)
    report = render_batch(Batch(str(root), tuple(range(len(rows)))), template_caption)
    used = cpu_seconds() + cpu_seconds(slot.process_id) - began
    assert report.done == len(rows), report
    frames, sizes = len(rows) * recipe.render.frames, dict.fromkeys((VIDEO, TRUTH, *recipe.streams), 0)
    kept = 0
    for row in rows:
        result = read_result(LocalStore(root), render_key(row.spec, slot.info(), plan.recipe))
        assert result is not None
        kept += not result.reject_reason
        for fragment in result.fragments:
            if fragment.stream != "main":
                sizes[fragment.stream] += fragment.bytes
                continue
            video = sum(m.size for m in fragment.members if m.name.endswith(".mp4"))
            sizes[VIDEO] += video
            sizes[TRUTH] += fragment.bytes - video
    return used / frames, {name: size / (kept * recipe.render.frames) for name, size in sizes.items()}


def line(megapixels: list[float], values: list[float]) -> tuple[float, float]:
    """Fixed part and part a megapixel whose errors are least, in shares of the values; neither below 0."""
    x, y = np.array(megapixels), np.array(values)
    rows = np.column_stack([np.ones_like(x), x]) / y[:, None]
    fixed, slope = np.linalg.lstsq(rows, np.ones_like(y), rcond=None)[0]
    if fixed < 0.0:
        fixed, slope = 0.0, float((1.0 / (rows[:, 1] @ rows[:, 1])) * rows[:, 1].sum())
    return float(fixed), float(slope)


def power(megapixels: list[float], values: list[float]) -> tuple[float, float]:
    """Value at one megapixel and exponent, by least squares of the logarithms."""
    exponent, start = np.polyfit(np.log(megapixels), np.log(values), 1)
    return float(np.exp(start)), float(exponent)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="416x240,832x480,1280x720")
    parser.add_argument("--clips", type=int, default=4)
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    print(machine())
    sizes = [tuple(map(int, size.split("x"))) for size in options.sizes.split(",")]
    seconds: dict[str, list[float]] = {"": []}
    parts: dict[str, list[float]] = {}
    root = Path(tempfile.mkdtemp(prefix="hmworld-benchmark-"))
    try:
        slot = process_slot(root)
        slot.connection()
        measure(slot, root / "warm", recipe_of(96, 64, options.frames, options.clips, ("flow", "normal")))
        for width, height in sizes:
            for streams in STREAMS:
                name = "".join(streams)
                used, found = measure(
                    slot, root / f"{width}-{name or 'main'}", recipe_of(width, height, options.frames, options.clips, streams)
                )
                seconds.setdefault(name, []).append(used)
                for part, size in found.items():
                    if name == "" or part == name:
                        parts.setdefault(part, []).append(size)
        slot.close()
    finally:
        shutil.rmtree(root)
    megapixels = [width * height / 1e6 for width, height in sizes]
    rates = {"main": line(megapixels, seconds[""])}
    for name in seconds:
        if name:
            rates[name] = line(megapixels, [max(1e-6, more - bare) for more, bare in zip(seconds[name], seconds[""], strict=True)])
    sizes_of = {name: power(megapixels, values) for name, values in parts.items()}
    title = f"{options.clips} clips of {options.frames} frames, one engine with 1 thread"
    columns = " ".join(f"{f'{w}x{h}':>10}" for w, h in sizes)
    table(
        f"{title}: CPU ms a frame ({columns})",
        [(name or "no optional stream", " ".join(f"{1000 * v:10.1f}" for v in values), "") for name, values in seconds.items()],
    )
    table(f"kB a frame ({columns})", [(name, " ".join(f"{v / 1e3:10.2f}" for v in values), "") for name, values in parts.items()])
    table(
        "fitted: s a frame, fixed and a megapixel; bytes a frame at one megapixel, and exponent",
        [(f"{name}, s a frame", f"{fixed:.4f} {slope:.4f}", "") for name, (fixed, slope) in rates.items()]
        + [(f"{name}, bytes a frame", f"{size:.0f} {exponent:.3f}", "") for name, (size, exponent) in sizes_of.items()],
    )
    last_line(options.json, {"seconds": seconds, "bytes": parts, "megapixels": megapixels, "seconds_rates": rates, "bytes_rates": sizes_of})


if __name__ == "__main__":
    main()
