"""Reading for training: our stream beside webdataset, litdata, bare reads and bare decoding; then filter and resume at 59,225 clips.

    PYTHONPATH=.:tests/dataset python benchmarks/stream.py DATASET [--samples 400] [--rounds 7] [--clips 59225] [--json]

DATASET is any of ours, `demo-dataset` for one: its samples are repeated under other ids until there are enough. All arms run in this
process on one core, in turns, with warm caches, a round each; figures are medians. Needs the development extras; litdata where installed.
"""

import argparse
import importlib
import io
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import webdataset as wds
from common import last_line, machine, table
from synthetic_datasets import Shape, clip_id, manifest_row, write_info, write_shards

import hmworld as hm
from hmworld.dataset import Dataset, tables
from hmworld.dataset.tar import digest
from hmworld.model.dataset import ShardInfo

PER_SHARD = 50
WINDOW = 81
MAIN = ("json", "mp4", "mask.mkv", "npz", "txt")


def repeated(source: Dataset, out: Path, count: int) -> Dataset:
    """A dataset of `count` samples: those of the source again and again, under ids of their own."""

    def sample(number: int) -> tuple[dict[str, Any], list[tuple[str, bytes]]]:
        clip, own = source[number % len(source)], clip_id(number)
        files = {name: clip.member(name) for name in MAIN}
        files["json"] = files["json"].replace(clip.clip_id.encode(), own.encode())
        return {**clip.row, "clip_id": own, "row": number}, [(f"{own}.{name}", data) for name, data in files.items()]

    rows, shards = write_shards(out, map(sample, range(count)), PER_SHARD)
    tables.write_rows(out / "manifest.parquet", rows, tables.MANIFEST)
    write_info(out, count, shards)
    return hm.open(out)


# -- arms: each reads all samples once, and returns how many bytes or frames it was given ------------------------


def ours(dataset: Dataset, seed: int) -> int:
    """Global shuffle, every member's digest checked, every json checked against the schema."""
    return sum(sum(map(len, s["raw"].values())) for s in dataset.stream(None, WINDOW, ("raw",), spanning="random", seed=seed))


def ours_unchecked(dataset: Dataset, seed: int) -> int:
    """The same without checks."""
    return sum(sum(map(len, s["raw"].values())) for s in dataset.stream(None, WINDOW, ("raw",), spanning="random", seed=seed, check=False))


def of_webdataset(dataset: Dataset, seed: int) -> int:
    """Shards shuffled, and a buffer of 100 samples."""
    shards = [str(path) for path in sorted((dataset.root / "shards").glob("*.tar"))]
    samples = wds.WebDataset(shards, shardshuffle=len(shards), seed=seed).shuffle(100, rng=random.Random(seed))
    return sum(len(value) for sample in samples for name, value in sample.items() if isinstance(value, bytes))


def bare_reads(dataset: Dataset, seed: int) -> int:
    """`os.pread` of every member of every sample, in the same order as ours, and nothing else."""
    files = {path.name: os.open(path, os.O_RDONLY) for path in (dataset.root / "shards").glob("*.tar")}
    total = 0
    for clip in ORDERS[seed]:
        for path, offset, size in SPANS[clip]:
            total += len(os.pread(files[path], size, offset))
    for file in files.values():
        os.close(file)
    return total


def order_of(dataset: Dataset, seed: int) -> list[str]:
    """Clips in the order in which `ours` reads them."""
    return [s["clip_id"] for s in dataset.stream(None, WINDOW, ("time_s",), spanning="random", seed=seed, check=False)]


ORDERS: dict[int, list[str]] = {}
SPANS: dict[str, list[tuple[str, int, int]]] = {}


def our_windows(dataset: Dataset, seed: int) -> int:
    """Windows of 81 frames as RGB arrays, one a clip."""
    return sum(len(s["rgb"]) for s in dataset.stream(None, WINDOW, ("rgb",), spanning="random", seed=seed))


def bare_windows(dataset: Dataset, seed: int) -> int:
    """The same windows by PyAV alone, from bytes in memory: seek, decode, to RGB, into one array."""
    total = 0
    for data, start in WINDOWS[seed]:
        with av.open(io.BytesIO(data)) as container:
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            per_frame = int(1 / (stream.average_rate * stream.time_base))
            container.seek(start * per_frame, stream=stream)
            out = np.empty((WINDOW, stream.height, stream.width, 3), np.uint8)
            for frame in container.decode(stream):
                k = frame.pts // per_frame - start
                if 0 <= k < WINDOW:
                    out[k] = frame.to_ndarray(format="rgb24")
                if k == WINDOW - 1:
                    break
            total += len(out)
    return total


WINDOWS: dict[int, list[tuple[bytes, int]]] = {}


def litdata_arm(dataset: Dataset, folder: Path) -> Callable[[Dataset, int], int] | None:
    """Of litdata, whose own chunks are written first; None where it is not installed."""
    try:
        litdata: Any = importlib.import_module("litdata")
    except ImportError:
        return None
    clips = [{name: clip.member(name) for name in MAIN} for clip in dataset]
    writer = importlib.import_module("litdata.streaming.writer").BinaryWriter(str(folder), chunk_bytes="64MB")
    for number, clip in enumerate(clips):
        writer[number] = clip
    writer.done()
    writer.merge()

    def arm(_: Dataset, seed: int) -> int:
        samples = litdata.StreamingDataset(str(folder), shuffle=True, seed=seed)
        return sum(sum(map(len, sample.values())) for sample in samples)

    return arm


def rounds(arms: dict[str, Callable[[Dataset, int], int]], dataset: Dataset, count: int, items: int) -> dict[str, float]:
    """Median of items/s of each arm; arms in turns, the first round to warm up."""
    found: dict[str, list[float]] = {name: [] for name in arms}
    for number in range(-1, count):
        for name, arm in arms.items():
            began = time.perf_counter()
            arm(dataset, number + 1)
            if number >= 0:
                found[name].append(items / (time.perf_counter() - began))
    return {name: statistics.median(figures) for name, figures in found.items()}


def many_clips(folder: Path, count: int) -> Path:
    """A dataset of so many clips with a manifest and no shards."""
    folder.mkdir()
    shape, shards = Shape(clips=count), -(-count // PER_SHARD)
    names = [f"shards/train-{k:06d}.tar" for k in range(shards)]

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(count):
            name, at = names[number // PER_SHARD], number % PER_SHARD * 3_000_000
            places = [
                {
                    "stream": "main",
                    "name": m,
                    "shard": name,
                    "offset": at + 600_000 * k,
                    "size": 500_000 + number % 777,
                    "xxh3": digest(b"%d" % number),
                }
                for k, m in enumerate(MAIN)
            ]
            own = {
                "clip_id": f"{digest(b'%d' % number)}{number:04x}"[:20],
                "shard": name,
                "shard_offset": at,
                "shard_bytes": 3_000_000,
            }
            yield {**manifest_row(number, shape), **own, "members": places}

    tables.write_rows(folder / "manifest.parquet", rows(), tables.MANIFEST)
    infos = [
        ShardInfo(path=name, stream="main", split="train", first_row=0, last_row=0, clips=PER_SHARD, bytes=1, sha256="0" * 64)
        for name in names
    ]
    write_info(folder, count, infos)
    return folder


def median_ms(work: Callable[[], object], count: int) -> float:
    """Median milliseconds of `work`."""
    spent = []
    for _ in range(count + 1):
        began = time.perf_counter()
        work()
        spent.append(1000 * (time.perf_counter() - began))
    return statistics.median(spent[1:])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--samples", type=int, default=400)
    parser.add_argument("--decoded", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--clips", type=int, default=59_225)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(machine())
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        dataset = repeated(hm.open(options.dataset), Path(folder) / "set", options.samples)
        for row in dataset.manifest.to_pylist():
            SPANS[row["clip_id"]] = [(Path(m["shard"]).name, m["offset"], m["size"]) for m in row["members"]]
        size = sum(span[2] for spans in SPANS.values() for span in spans) / len(SPANS)
        arms = {"ours": ours, "ours, no checks": ours_unchecked, "webdataset": of_webdataset, "bare pread": bare_reads}
        lit = litdata_arm(dataset, Path(folder) / "litdata")
        if lit is not None:
            arms["litdata"] = lit
        for seed in range(options.rounds + 1):
            ORDERS[seed] = order_of(dataset, seed)
        read = rounds(arms, dataset, options.rounds, options.samples)
        table(
            f"{options.samples} samples of {size / 1e6:.2f} MB, bytes only: samples/s",
            [(name, figure, f"ours {read['ours'] / figure:.2f}x") for name, figure in read.items()],
        )
        few = dataset.select(range(options.decoded))
        for seed in range(options.rounds + 1):
            WINDOWS[seed] = [
                (few.clip(s["clip_id"]).member("mp4"), s["start"])
                for s in few.stream(None, WINDOW, ("time_s",), spanning="random", seed=seed)
            ]
        decoded = rounds({"ours": our_windows, "bare PyAV": bare_windows}, few, options.rounds, options.decoded * WINDOW)
        table(
            f"windows of {WINDOW} frames of {few[0].row['width']}x{few[0].row['height']} to RGB: frames/s",
            [(name, figure, f"ours {decoded['ours'] / figure:.2f}x") for name, figure in decoded.items()],
        )
        big = many_clips(Path(folder) / "big", options.clips)
        opened = hm.open(big)
        opened.filter("n_absences >= 0")
        state = opened.stream(8, 12, ("rgb",), seed=5).state_dict() | {"done": 8 * (options.clips // 20)}

        def resumed(dataset: Dataset) -> None:
            """All that comes before the first read: units, order of the epoch, byte ranges."""
            stream = dataset.stream(8, 12, ("rgb",), seed=5, resume=state)
            stream._order(stream.epoch)
            assert stream._index.names

        figures = {
            "open": median_ms(lambda: hm.open(big), options.rounds),
            "filter, flat columns": median_ms(lambda: hm.open(big).filter("n_absences >= 2 and max_gap_s > 0.5"), options.rounds),
            "filter, single absences": median_ms(lambda: hm.open(big).filter("absences(gap_s > 0.5) >= 2"), options.rounds),
            "filter, a list": median_ms(lambda: hm.open(big).filter("'horse' in species"), options.rounds),
            "open and resume": median_ms(lambda: resumed(hm.open(big)), options.rounds),
            "resume in an open dataset": median_ms(lambda: resumed(opened), options.rounds),
        }
        table(
            f"{options.clips} clips, ms ({(big / 'manifest.parquet').stat().st_size / 1e6:.1f} MB of manifest)",
            [(k, v, "goal 50") for k, v in figures.items()],
        )
    last_line(options.json, {"bytes": read, "windows": decoded, "ms": figures})


if __name__ == "__main__":
    main()
