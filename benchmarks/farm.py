"""What orchestration costs beside rendering, and what a second slot is worth.

    python benchmarks/farm.py [--clips 128] [--batch 0] [--scenes A,B] [--runners local,prefect] [--slots 2] [--pinned 12] [--json]

Overhead, for each runner, on clips of the `demo` recipe (832x480, 154 frames) that are planned before: from the first batch's begin to the
last one's end,

- wall: the time that a slot was at no batch, between its first and its last one, against the time that it was at batches;
- CPU: what all processes of the run used (parent or supervisor, Prefect's server, workers, processes of flow runs) beside the engines and
  what slots used within a batch, against what engines and batches used. CPU time is read in /proc ten times a second.

`--batch 0` takes the batch size that the pipeline takes: see docs/farm.md. A batch is of one scene: few clips of many scenes make batches
smaller than those of a large dataset; `--scenes` names fewer. The work pool's server is on SQLite.

Second slot: `hmworld render-part` of two parts of a plan, each with its process tree pinned to a core of its own: one part alone, both
at once, the other alone; clips an hour between the first and the last clip of a part, of so many clips as `--pinned` says.

Linux only.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from bisect import bisect_left
from collections import defaultdict
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from common import CLOCK_TICKS, last_line, machine, table

from flows.prepare import prepare
from hmworld.cli.generate import load_recipe
from hmworld.cli.render_part import rows_of_part
from hmworld.dataset import PlanFile
from hmworld.farm.run import EVENTS
from hmworld.produce import SlotSpec

HMWORLD = [sys.executable, "-c", "from hmworld.cli import main; main()"]
MARK = "HMWORLD_BENCHMARK_MARK"
KINDS = (
    ("engine", "-m hmworld.embedded"),
    ("minder", "minder.py"),
    ("server", "prefect server start"),
    ("server", "prefect.server.api.server"),
    ("Prefect's worker", "prefect worker start"),
    ("keeper", "main() worker"),
    ("supervisor", "main() generate"),
)


@dataclass
class Meter:
    """CPU seconds by kind of process, of all processes that carry a mark, over time."""

    mark: str
    times: list[float] = field(default_factory=list)
    totals: list[dict[str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._kinds: dict[tuple[int, str], str] = {}
        self._cpu: dict[tuple[int, str], float] = {}
        self._others: set[tuple[int, str]] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Meter":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            for entry in os.scandir("/proc"):
                if entry.name.isdigit():
                    with suppress(OSError):
                        self._read(int(entry.name))
            found: dict[str, float] = defaultdict(float)
            for key, cpu in self._cpu.items():
                found[self._kinds[key]] += cpu
            self.times.append(time.time())
            self.totals.append(dict(found))

    def _read(self, pid: int) -> None:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        key = pid, fields[19]
        if key in self._others:
            return
        if key not in self._kinds and self.mark.encode() not in Path(f"/proc/{pid}/environ").read_bytes():
            self._others.add(key)
            return
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        if command:
            # A process takes its parent's command until it has its own.
            self._kinds[key] = next((kind for kind, words in KINDS if words in command), "slot")
            self._cpu[key] = (int(fields[11]) + int(fields[12])) / CLOCK_TICKS

    def used(self, first: float, last: float) -> dict[str, float]:
        """CPU seconds by kind between two times."""
        before, after = (self.totals[min(bisect_left(self.times, at), len(self.times) - 1)] for at in (first, last))
        return {kind: cpu - before.get(kind, 0.0) for kind, cpu in sorted(after.items())}


def batches(root: Path) -> list[dict[str, float | str]]:
    """Batches of a run, as its log has them."""
    events = [json.loads(line) for line in (root / EVENTS).read_text().splitlines()]
    return [event for event in events if event["event"] == "batch"]


def overhead(runner: str, base: Path, options: argparse.Namespace) -> dict[str, object]:
    """Run a runner under load, and say what it costs."""
    recipe = load_recipe("demo").model_copy(update={"clips": options.clips, "name": "overhead"})
    if options.scenes:
        recipe = recipe.model_copy(update={"scenes": tuple(options.scenes.split(","))})
    path, root = base / "recipe.yaml", base / "data"
    path.write_text(json.dumps(recipe.model_dump(mode="json", exclude_defaults=True)))
    prepare(recipe, root)
    mark = f"{runner}-{os.getpid()}-{time.time_ns()}"
    env = {**os.environ, MARK: mark, "PREFECT_HOME": str(base / "prefect"), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    command = [*HMWORLD, "generate", str(path), "--out", str(root), "--runner", runner, "--batch-clips", str(options.batch)]
    events: list[dict[str, float | str]] = []
    with ExitStack() as stack, (base / "log").open("wb") as log:
        meter = stack.enter_context(Meter(mark))
        services = []
        if runner == "prefect":
            port = _free_port()
            env |= {"PREFECT_API_URL": f"http://127.0.0.1:{port}/api", "HMWORLD_SLOTS": str(base / "slots"), "HMWORLD_ROOT": str(base)}
            server = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
            services.append(subprocess.Popen(server, env=env, stdout=log, stderr=log))
            _wait_for(f"http://127.0.0.1:{port}/api/health")
            worker = [*HMWORLD, "worker", "--name", "slot", "--workers", str(options.slots)]
            services.append(subprocess.Popen(worker, env=env, stdout=log, stderr=log))
        else:
            command += ["--workers", str(options.slots)]
        try:
            process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
            while process.poll() is None:
                with suppress(FileNotFoundError, json.JSONDecodeError):
                    events = batches(root)
                time.sleep(0.5)
            assert process.returncode == 0, (base / "log").read_text(errors="replace")[-3000:]
        finally:
            for service in reversed(services):
                service.terminate()
                service.wait()
    return _reckon(runner, events, meter, options.clips)


def _reckon(runner: str, events: list[dict[str, float | str]], meter: Meter, clips: int) -> dict[str, object]:
    slots: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for event in events:
        slots[str(event["slot"])].append((float(event["began_s"]), float(event["seconds"])))
    done = sum(int(event["done"]) for event in events)
    idle = busy = 0.0
    for turns in slots.values():
        turns.sort()
        span = turns[-1][0] + turns[-1][1] - turns[0][0]
        idle += span - sum(seconds for _, seconds in turns)
        busy += sum(seconds for _, seconds in turns)
    first = min(turns[0][0] for turns in slots.values())
    last = max(turns[-1][0] + turns[-1][1] for turns in slots.values())
    cpu = meter.used(first, last)
    within = sum(float(event["cpu_s"]) for event in events)
    work = cpu.get("engine", 0.0) + within
    beside = sum(cpu.values()) - work
    cpu["slot"] = cpu.get("slot", 0.0) - within
    return {
        "runner": runner,
        "clips": done,
        "of": clips,
        "batches": len(events),
        "slots": len(slots),
        "batch_s": busy / len(events),
        "wall_share": idle / busy,
        "wall_s_per_gap": idle / max(1, len(events) - len(slots)),
        "cpu_share": beside / work,
        "cpu_s": beside,
        "cpu_work_s": work,
        "beside": {kind: round(value, 2) for kind, value in cpu.items() if kind != "engine"},
        "clips_per_hour": 3600 * done / (last - first),
    }


def pinned(base: Path, clips: int) -> dict[str, object]:
    """Clips an hour of parts on cores of their own."""
    recipe = load_recipe("demo").model_copy(update={"clips": 2 * clips, "name": "pinned"})
    found: dict[str, list[float]] = {}
    for name, parts in (("first alone", [0]), ("both", [0, 1]), ("second alone", [1])):
        root = base / name.replace(" ", "-")
        prepare(recipe, root)
        running = [
            subprocess.Popen(
                ["taskset", "-c", str(part), *HMWORLD, "render-part", str(root), "--index", str(part), "--of", "2", "--json"],
                stdout=subprocess.PIPE,
            )
            for part in parts
        ]
        for process in running:
            process.communicate()
            assert process.returncode == 0
        rates = []
        for part in parts:
            times = sorted(_done_at(root, part))
            rates.append(3600 * (len(times) - 1) / (times[-1] - times[0]))
        found[name] = rates
    alone = (found["first alone"][0] + found["second alone"][0]) / 2
    return {"alone": alone, "both": sum(found["both"]), "ratio": sum(found["both"]) / alone, "rates": found}


def _done_at(root: Path, part: int) -> list[float]:
    rows = set(rows_of_part(PlanFile(root), SlotSpec(), part, 2))
    records = [(json.loads(path.read_bytes())["row"], path.stat().st_mtime) for path in (root / ".staging" / "clips").glob("*.json")]
    times = [at for row, at in records if row in rows]
    assert len(times) == len(rows)
    return times


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.2)
    raise SystemExit("Prefect's server did not start")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=128)
    parser.add_argument("--batch", type=int, default=0, help="clips of a batch; 0 = as the pipeline chooses")
    parser.add_argument("--scenes", default="", help="of the recipe, separated by commas; empty: all")
    parser.add_argument("--runners", default="local,prefect", help="of them, separated by commas; empty: none")
    parser.add_argument("--slots", type=int, default=2)
    parser.add_argument("--pinned", type=int, default=12, help="clips of each of two slots with a core each; 0 = leave out")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    print(machine(), flush=True)
    values: dict[str, object] = {}
    goals = {"local": 3, "prefect": 5}
    base = Path(tempfile.mkdtemp(prefix="hmworld-farm-"))
    try:
        for runner in filter(None, options.runners.split(",")):
            (base / runner).mkdir()
            found = overhead(runner, base / runner, options)
            values[runner] = found
            goal = f"goal <= {goals.get(runner, 5)}"
            table(
                f"{runner}: {found['clips']} clips in {found['batches']} batches of {found['batch_s']:.0f} s on {found['slots']} slots",
                [
                    ("wall beside batches, %", 100 * float(str(found["wall_share"])), goal),
                    ("  seconds between two batches of a slot", found["wall_s_per_gap"], ""),
                    ("CPU beside batches and engines, %", 100 * float(str(found["cpu_share"])), goal),
                    ("  seconds, of " + f"{found['cpu_work_s']:.0f} s of work", found["cpu_s"], str(found["beside"])),
                    ("clips an hour", found["clips_per_hour"], ""),
                ],
            )
            sys.stdout.flush()
        if options.pinned:
            found = pinned(base / "pinned", options.pinned)
            values["pinned"] = found
            rows = [
                ("one slot, clips an hour", found["alone"], "mean of two parts, each alone"),
                ("two slots, clips an hour", found["both"], ""),
                ("ratio", found["ratio"], "goal >= 1.8"),
            ]
            table(f"two slots, each with its process tree on a core of its own, {options.pinned} clips each", rows)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    last_line(options.json, values)


if __name__ == "__main__":
    main()
