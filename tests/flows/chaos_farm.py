"""A farm on this machine whose parts are killed, stopped and damaged at random while it makes a dataset.

Real parts: a Prefect server (SQLite, or PostgreSQL where a URL is given), `hmworld worker` with an embedded engine a slot, and `hmworld
generate --runner prefect`. What an operator's service manager does, starting again what has ended, is done here for server, workers and
the supervisor. Faults come when so many clips are done, not at times.
"""

import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HMWORLD = [sys.executable, "-c", "from hmworld.cli import main; main()"]
PATIENCE_S = 1800.0


def recipe_of(clips: int) -> str:
    """A recipe of small clips in two scenes, one of them of a fox."""
    return f"""
name: chaos
clips: {clips}
seed: 11
scenes: [park, mountain_meadow]
subjects: [wolf, kangaroo, old_man_cardigan, horse, fox]
balance: {{tolerance: 0, species: {{fox: {1 / clips}}}}}
subjects_per_clip: [1, 1]
render: {{width: 96, height: 64, frames: 24, context_frames: 12}}
retention: {{min_not_out_before: 2, min_visible_before: 2, min_gap: 2, min_visible_after: 2}}
keep_reject_media: true
clips_per_shard: 16
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


@dataclass
class Service:
    """A command that is started again whenever it ends, until it ends well where it is `once`."""

    name: str
    command: list[str]
    env: dict[str, str]
    log: Path
    once: bool = False
    starts: int = 0
    process: "subprocess.Popen[bytes] | None" = None

    def tend(self) -> None:
        if self.process is not None:
            code = self.process.poll()
            if code is None or (self.once and code == 0):
                return
        self.starts += 1
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, env=self.env, stdout=log, stderr=log, start_new_session=True)

    @property
    def is_done(self) -> bool:
        return self.once and self.process is not None and self.process.poll() == 0


@dataclass
class Farm:
    """Folders, services and faults."""

    base: Path
    recipe: Path
    seed: int
    workers: int = 2
    lease_s: float = 10.0
    batch_clips: int = 4
    database: str = ""
    """URL of a PostgreSQL database; "" = SQLite."""
    engine: tuple[str, ...] = ()
    """Options of `hmworld worker` that name an engine; none = the embedded one."""
    faults: Counter[str] = field(default_factory=Counter)
    services: dict[str, Service] = field(default_factory=dict)
    ballast: "threading.Timer | None" = None
    records: dict[str, int] = field(default_factory=dict)
    """When each clip was done, in ns."""
    twice: set[str] = field(default_factory=set)
    """Clips that were done again."""

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.out = self.base / "data" / "chaos"
        self.port = free_port()
        self.env = {
            **os.environ,
            "PREFECT_WORKER_QUERY_SECONDS": "2",  # batches of seconds
            "PREFECT_HOME": str(self.base / "prefect"),
            "PREFECT_API_URL": f"http://127.0.0.1:{self.port}/api",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
            "HMWORLD_SLOTS": str(self.base / "slots"),
            "HMWORLD_ROOT": str(self.base / "data"),
            "CHAOS_MARK": str(self.base),
        }
        if self.database:
            self.env["PREFECT_API_DATABASE_CONNECTION_URL"] = self.database
        (self.base / "data").mkdir(parents=True, exist_ok=True)
        (self.base / "slots").mkdir(exist_ok=True)
        self._add("server", [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(self.port)])
        for number in range(self.workers):
            engine = self.engine or ("--workers", "1")
            self._add(f"keeper-{number}", [*HMWORLD, "worker", "--name", f"slot{number}", *engine, "--silent", str(self.lease_s)])
        options = ["--runner", "prefect", "--lease", str(self.lease_s), "--batch-clips", str(self.batch_clips)]
        self._add("supervisor", [*HMWORLD, "generate", str(self.recipe), "--out", str(self.out), *options], once=True)

    def _add(self, name: str, command: list[str], once: bool = False) -> None:
        self.services[name] = Service(name, command, self.env, self.base / f"{name}.log", once)

    # -- the run -------------------------------------------------------------------------------------------------------

    def start_server(self) -> None:
        self.services["server"].tend()
        deadline = time.monotonic() + 180.0
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/health", timeout=2):
                return
            time.sleep(0.2)
        raise AssertionError(f"the server did not start: {self.tail('server')}")

    def runs_named(self, name: str) -> list[str]:
        """States of Prefect's runs of a name, the latest first."""
        wanted = json.dumps({"flow_runs": {"name": {"any_": [name]}}, "sort": "START_TIME_DESC"}).encode()
        url = f"http://127.0.0.1:{self.port}/api/flow_runs/filter"
        request = urllib.request.Request(url, wanted, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return [run["state_type"] for run in json.load(answer)]

    def done(self) -> int:
        return len(list((self.out / ".staging" / "clips").glob("*.json")))

    def tail(self, name: str) -> str:
        return self.services[name].log.read_text(errors="replace")[-3000:]

    def run(self, clips: int, faults: list[str], patience_s: float = PATIENCE_S) -> None:
        """Make the dataset, with these faults spread over its clips."""
        due = [max(1, (clips - 2) * (number + 1) // (len(faults) + 1)) for number in range(len(faults))]
        deadline = time.monotonic() + patience_s
        left = list(faults)
        while not self.services["supervisor"].is_done:
            assert time.monotonic() < deadline, f"it does not end: {self.done()} of {clips} done\n{self.tail('supervisor')}"
            for service in self.services.values():
                service.tend()
            self._look()
            if left and self.done() >= due[len(faults) - len(left)] and self.inflict(left[0]):
                left.pop(0)
            time.sleep(0.1)
        assert not left, f"it ended before {left} could be done"

    def _look(self) -> None:
        for path in (self.out / ".staging" / "clips").glob("*.json"):
            with contextlib.suppress(FileNotFoundError):
                when = path.stat().st_mtime_ns
                if self.records.setdefault(path.name, when) != when:
                    self.twice.add(path.name)

    def family(self, mark: str) -> list[int]:
        """Processes of this farm whose command line holds a word, the oldest first."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and mark in command_line(int(entry.name)):
                with contextlib.suppress(OSError):
                    if self.env["CHAOS_MARK"].encode() in (entry / "environ").read_bytes():
                        found.append(int(entry.name))
        return sorted(found)

    def end(self) -> None:
        """End everything that runs, and clear up."""
        if self.ballast is not None:
            self.ballast.cancel()
        for service in reversed(self.services.values()):
            if service.process is not None:
                with contextlib.suppress(OSError):
                    os.killpg(service.process.pid, signal.SIGKILL)
                service.process.wait()
        for _ in range(3):
            for pid in self.family(""):
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.2)

    # -- faults --------------------------------------------------------------------------------------------------------

    def inflict(self, name: str) -> bool:
        """One fault; False where there is nothing it could hit yet."""
        if getattr(self, f"_{name}")():
            self.faults[name] += 1
            return True
        return False

    def _signal(self, pids: list[int], number: int) -> bool:
        if not pids:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.random.choice(pids), number)
            return True
        return False

    def _turns(self) -> list[int]:
        """Processes that have a slot."""
        found = []
        for path in (self.base / "slots").glob("*/Holder.json"):
            with contextlib.suppress(OSError, ValueError):
                pid = int(json.loads(path.read_bytes())["process"])
                if command_line(pid):
                    found.append(pid)
        return found

    def _engines(self) -> list[int]:
        return [pid for pid in self.family("-m hmworld.embedded") if "minder.py" not in command_line(pid)]

    def _kill_worker(self) -> bool:
        return self._signal(self.family("-m prefect worker start"), signal.SIGKILL)

    def _kill_turn(self) -> bool:
        return self._signal(self._turns(), signal.SIGKILL)

    def _kill_engine(self) -> bool:
        return self._signal(self._engines(), signal.SIGKILL)

    def _kill_keeper(self) -> bool:
        return self._signal(self.family("main() worker"), signal.SIGKILL)

    def _kill_supervisor(self) -> bool:
        process = self.services["supervisor"].process
        return process is not None and process.poll() is None and self._signal([process.pid], signal.SIGKILL)

    def _kill_server(self) -> bool:
        process = self.services["server"].process
        assert process is not None
        for pid in self.family("prefect server start"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        return True

    def _lose_database(self) -> bool:
        """The server comes back with an empty database."""
        self._kill_server()
        process = self.services["server"].process
        assert process is not None
        process.wait()
        for path in (self.base / "prefect").glob("prefect.db*"):
            path.unlink()
        return True

    def _kill_database(self) -> bool:
        """The database server dies with all its connections; what it had promised, it has."""
        process = self.services["database"].process
        return process is not None and process.poll() is None and self._signal([process.pid], signal.SIGKILL)

    def _stop_turn(self) -> bool:
        return self._signal(self._turns(), signal.SIGSTOP)

    def _stop_engine(self) -> bool:
        return self._signal(self._engines(), signal.SIGSTOP)

    def _stop_worker(self) -> bool:
        return self._signal(self.family("-m prefect worker start"), signal.SIGSTOP)

    def _full_disk(self) -> bool:
        """The disk is full for a few seconds."""
        ballast = self.base / "data" / "ballast"
        free = shutil.disk_usage(ballast.parent).free
        with contextlib.suppress(OSError), ballast.open("wb") as file:
            left = free
            while left > 0:
                file.write(bytes(min(left, 1 << 20)))
                left -= 1 << 20
        self.ballast = threading.Timer(4.0, lambda: ballast.unlink(missing_ok=True))
        self.ballast.start()
        return True

    def _corrupt(self, pattern: str, cut: bool) -> bool:
        files = sorted((self.out / ".staging").glob(pattern))
        if not files:
            return False
        path = self.random.choice(files)
        with contextlib.suppress(FileNotFoundError):
            data = bytearray(path.read_bytes())
            if cut:
                data = data[: len(data) // 2]
            else:
                data[self.random.randrange(len(data))] ^= 0xFF
            path.write_bytes(data)
            return True
        return False

    def _corrupt_clip(self) -> bool:
        return self._corrupt("clips/*.tar", cut=False)

    def _cut_clip(self) -> bool:
        return self._corrupt("clips/*.tar", cut=True)

    def _corrupt_record(self) -> bool:
        return self._corrupt("clips/*.json", cut=True)

    def _corrupt_lease(self) -> bool:
        return self._corrupt("farm/leases/*.json", cut=True)

    def _corrupt_ticket(self) -> bool:
        return self._corrupt("farm/tickets/*.json", cut=True)

    def _clock_jump(self) -> bool:
        """As if a clock, the file server's or a slot's, were set by a day."""
        shift = self.random.choice([-86400.0, 86400.0])
        self._look()
        self.records.clear()  # their times are no longer those of their making
        files = [*(self.out / ".staging").rglob("*.json"), *(self.base / "slots").glob("*/alive")]
        for path in files:
            with contextlib.suppress(OSError):
                os.utime(path, (time.time() + shift, time.time() + shift))
        return bool(files)


EVERY = (
    "kill_turn",
    "kill_engine",
    "kill_worker",
    "kill_server",
    "stop_turn",
    "kill_keeper",
    "corrupt_clip",
    "clock_jump",
    "stop_engine",
    "kill_supervisor",
    "cut_clip",
    "stop_worker",
    "corrupt_record",
    "corrupt_lease",
    "corrupt_ticket",
)
"""Kinds of faults that any machine can be hit by; `full_disk` needs a disk of its own."""


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[bool]:
    """A file system of this size at a folder, where we may make one; whether it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)], capture_output=True, check=False)
    try:
        yield made.returncode == 0
    finally:
        if made.returncode == 0:
            subprocess.run(["umount", "-l", str(folder)], check=False)


def members(dataset: Path) -> dict[tuple[str, str], bytes]:
    """Every member of every shard, by clip and name."""
    import hmworld as hm

    return {(clip.clip_id, name): clip.member(name) for clip in hm.open(dataset) for name in ("json", "mp4", "mask.mkv", "npz", "txt")}


def spoil(out: Path) -> tuple[int, str]:
    """Take a motion away that one clip of a plan alone needs, so that it can never be rendered; its row, and the motion's digest."""
    from hmworld.dataset import PlanFile

    plan = PlanFile(out)
    uses: dict[str, list[int]] = {}
    for row in plan.rows(range(len(plan))):
        for subject in row.spec.subjects:
            uses.setdefault(subject.motion_sha256, []).append(row.row)
    motion, (row,) = next((digest, rows) for digest, rows in sorted(uses.items()) if len(rows) == 1)
    (path,) = [path for path in (out / "cards").rglob("*") if motion in path.name]
    path.unlink()
    return row, motion
