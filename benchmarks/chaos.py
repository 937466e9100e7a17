"""A farm whose parts are killed, stopped and damaged at random, against a run that nobody disturbs.

    PYTHONPATH=.:tests/flows python benchmarks/chaos.py [--clips 300] [--faults 110] [--seed 1] [--sqlite] [--keep DIR]

Real parts: Prefect's server on PostgreSQL (both on loopback; the programs of Debian's `postgresql`, or any on PATH), `hmworld worker` with
an embedded engine a slot, and `hmworld generate --runner prefect`, all started again when they end, as a service manager does. Three runs:

1. undisturbed, on the local runner;
2. the farm with faults of every kind in random order, spread evenly over the clips: kill -9 of turns (the processes of flow runs),
   engines, workers, keepers, the supervisor, Prefect's server and the database server; SIGSTOP of turns, engines and workers; a disk that
   is full for 4 s (a tmpfs, where we may mount one); bytes changed or cut off in staged clips, records, leases and tickets; clocks set by
   a day. Nothing may be quarantined, and every file is to be that of run 1, byte for byte;
3. the farm with a third as many faults, and a clip that can never be rendered: it is to be quarantined with its reason, and every member
   of every other clip to be that of run 1.

Needs the development extras. Linux only.
"""

import argparse
import contextlib
import hashlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from chaos_farm import EVERY, HMWORLD, Farm, Service, free_port, members, recipe_of, small_disk, spoil
from common import last_line, machine, table

import hmworld as hm

PATIENCE_S = 4 * 3600.0


def program(name: str) -> str:
    """A program of PostgreSQL, on PATH or where Debian puts it."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        raise SystemExit("PostgreSQL is not installed (Debian: apt-get install postgresql); or give --sqlite")
    return path


@contextmanager
def postgres(base: Path) -> Iterator[tuple[Service, str]]:
    """A database server of our own on loopback, as a service, and its URL."""
    data, port, me = base / "pg", free_port(), []
    data.mkdir(parents=True)
    if Path("/proc/self").stat().st_uid == 0:  # the server refuses to run as root
        shutil.chown(data, "postgres", "postgres")
        me = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        for folder in (base, *base.parents):
            if folder.stat().st_uid == 0 and not folder.stat().st_mode & 0o1:
                folder.chmod(folder.stat().st_mode | 0o11)
    made = subprocess.run(
        [*me, program("initdb"), "-D", str(data), "-U", "prefect", "-A", "trust", "--locale=C", "-E", "UTF8"],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    if made.returncode:
        raise SystemExit(made.stderr)
    options = ["-D", str(data), "-h", "127.0.0.1", "-p", str(port), "-k", ""]
    service = Service("database", [*me, program("postgres"), *options], {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}, base / "database.log")
    service.tend()
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.2)
        yield service, f"postgresql+asyncpg://prefect@127.0.0.1:{port}/postgres"
    finally:
        if service.process is not None:
            service.process.kill()
            service.process.wait()


def digests(dataset: Path) -> dict[str, str]:
    """Digest of every file."""
    files = sorted(path for path in dataset.rglob("*") if path.is_file())
    return {path.relative_to(dataset).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def drawn(count: int, kinds: list[str], seed: int) -> list[str]:
    """So many faults, as often each kind, in random order."""
    faults = [kinds[k % len(kinds)] for k in range(count)]
    random.Random(seed).shuffle(faults)
    return faults


def disturbed(base: Path, recipe: Path, clips: int, count: int, options: argparse.Namespace, is_spoiled: bool) -> dict[str, Any]:
    """Run the farm under faults, and say what became of it."""
    with contextlib.ExitStack() as stack:
        is_small = stack.enter_context(small_disk(base / "data", "150m"))
        kinds = [*EVERY, *(["full_disk"] if is_small else []), *([] if options.sqlite else ["kill_database"])]
        database, url = (None, "") if options.sqlite else stack.enter_context(postgres(base))
        farm = Farm(base, recipe, options.seed + is_spoiled, workers=options.workers, database=url)
        if database is not None:
            farm.services = {"database": database, **farm.services}
        row, motion = -1, ""
        if is_spoiled:
            planned = subprocess.run(
                [*HMWORLD, "plan", str(recipe), "--out", str(farm.out)], env=farm.env, capture_output=True, check=False
            )
            assert planned.returncode == 0, planned.stderr
            row, motion = spoil(farm.out)
        try:
            began = time.perf_counter()
            farm.start_server()
            farm.run(clips, drawn(count, kinds, options.seed + is_spoiled), PATIENCE_S)
            took = time.perf_counter() - began
        finally:
            farm.end()
        starts = {name: service.starts for name, service in farm.services.items()}
        found = {"seconds": took, "faults": dict(farm.faults), "starts": starts, "again": len(farm.twice), "row": row, "motion": motion}
        shutil.copytree(farm.out, base / "dataset")
        return found


def main() -> None:
    """Run and print; exit code 1 where a run is not as it is to be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=300)
    parser.add_argument("--faults", type=int, default=110)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sqlite", action="store_true", help="Prefect's server on SQLite instead of PostgreSQL")
    parser.add_argument("--keep", help="a new folder for all files of the run; a temporary one otherwise")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    print(machine(), flush=True)
    base = Path(options.keep or tempfile.mkdtemp(prefix="hmworld-chaos-"))
    base.mkdir(parents=True, exist_ok=True)
    recipe = base / "chaos.yaml"
    recipe.write_text(recipe_of(options.clips))
    good = base / "undisturbed" / "chaos"
    began = time.perf_counter()
    with (base / "undisturbed.log").open("wb") as log:
        subprocess.run([*HMWORLD, "generate", str(recipe), "--out", str(good)], check=True, stdout=log, stderr=log)
    undisturbed_s = time.perf_counter() - began
    print(f"undisturbed: {undisturbed_s:.0f} s", flush=True)
    first = disturbed(base / "faults", recipe, options.clips, options.faults, options, is_spoiled=False)
    counts = hm.open(base / "faults" / "dataset").info.counts
    expected, found = digests(good), digests(base / "faults" / "dataset")
    same = expected == found
    _show("with faults", first, undisturbed_s)
    second = disturbed(base / "spoiled", recipe, options.clips, options.faults // 3, options, is_spoiled=True)
    rejects = [one for one in pq.read_table(base / "spoiled" / "dataset" / "rejects.parquet").to_pylist() if one["reason"] == "quarantined"]
    lost = {one["clip_id"] for one in rejects}
    others = {key: data for key, data in members(good).items() if key[0] not in lost}
    others_same = members(base / "spoiled" / "dataset") == others
    is_named = [one["row"] for one in rejects] == [second["row"]] and second["motion"] in rejects[0]["detail"]
    _show("with faults and a clip that can never be rendered", second, undisturbed_s)
    verdicts = {
        "quarantined_with_faults": counts.rejected_by_reason.get("quarantined", 0),
        "files_same_with_faults": same,
        "quarantined_for_its_reason": is_named,
        "other_members_same": others_same,
    }
    files = f"{sum(found.get(name) == digest for name, digest in expected.items())} of {len(expected)}"
    table(
        "what came of it",
        [
            ("clips quarantined for faults that pass", verdicts["quarantined_with_faults"], "goal 0"),
            (
                "files identical to the undisturbed run's",
                files,
                "goal all",
            ),
            ("the bad clip alone is quarantined, with its reason", is_named, rejects[0]["detail"][:100] if rejects else ""),
            ("members of the others identical", others_same, f"{len(others)} members"),
        ],
    )
    if not options.keep:
        shutil.rmtree(base, ignore_errors=True)
    last_line(options.json, {"undisturbed_s": undisturbed_s, "faults": first, "spoiled": second, **verdicts})
    if not (same and is_named and others_same and not verdicts["quarantined_with_faults"]):
        sys.exit(1)


def _show(title: str, run: dict[str, Any], undisturbed_s: float) -> None:
    kinds = ", ".join(f"{name} {count}" for name, count in sorted(run["faults"].items()))
    starts = ", ".join(f"{name} {count}" for name, count in run["starts"].items())
    rows = [
        ("faults", sum(run["faults"].values()), kinds),
        ("seconds", f"{run['seconds']:.0f}", f"{run['seconds'] / undisturbed_s:.1f} times the undisturbed run"),
        ("clips made again", run["again"], ""),
        ("times started", sum(run["starts"].values()), starts),
    ]
    table(title, rows)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
