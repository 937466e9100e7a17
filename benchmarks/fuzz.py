"""Anything over the wire: the server must not die, hang a later client, or touch files outside its save folder.

    python benchmarks/fuzz.py [--messages 100000] [--seed 0] [--json]

Messages come in bursts, a connection each: commands of all templates with random arguments, broken commands, broken frames, sockets that
are half-closed, reset or left unread, batches that break off, crowds of connections. After every burst a fresh real client must be served.
The server runs under an audit hook that records every file it opens or makes once it serves, and bait lies around its save folder.
"""

import argparse
import hashlib
import json
import os
import random
import runpy
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
PROMPT_S = 20.0
"""A fresh client must be answered within this; the longest single request (a scene to be built) fits in."""
_WRITES = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.link", "os.truncate", "os.chmod", "os.chown", "os.utime"}
_NEVER = {"subprocess.Popen", "os.system", "os.exec", "os.fork", "os.posix_spawn", "socket.connect", "ctypes.dlopen"}


def serve_audited(log_path: str, arguments: list[str]) -> None:
    """The server in this process, recording what it does to files once it serves: one JSON list a line."""
    log = os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    recording = False

    def hook(event: str, values: tuple[Any, ...]) -> None:
        if not recording:
            return
        if event == "open":
            path, _, flags = values
            what = "write" if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) else "read"
        elif event in _WRITES:
            path, what = values[0], "write"
        elif event in _NEVER:
            path, what = repr(values), "never"
        else:
            return
        if not isinstance(path, int):
            os.write(log, json.dumps([what, event, os.fsdecode(path) if isinstance(path, str | bytes) else str(path)]).encode() + b"\n")

    from hmworld.embedded import server

    serve = server.Server.serve

    def recorded(self: Any) -> None:
        nonlocal recording
        recording = True
        serve(self)

    server.Server.serve = recorded  # type: ignore[method-assign]
    sys.addaudithook(hook)
    sys.argv = ["hmworld.embedded", *arguments]
    runpy.run_module("hmworld.embedded", run_name="__main__")


@dataclass
class Audited:
    """A running server under audit."""

    process: "subprocess.Popen[bytes]"
    port: int
    folder: Path
    """Holds `saved`, the save folder, and bait around it."""

    @property
    def log(self) -> Path:
        """What the audit recorded."""
        return self.folder / "audit.log"


@contextmanager
def audited_server(threads: int = 1) -> Iterator[Audited]:
    """A server with bait around its save folder."""
    with tempfile.TemporaryDirectory(prefix="hmworld-fuzz-") as name:
        folder = Path(name)
        for bait in ("secret.png", "secret.npy", "beside/secret.png"):
            (folder / bait).parent.mkdir(exist_ok=True)
            (folder / bait).write_bytes(b"bait")
        (folder / "saved").mkdir()
        (folder / "saved" / "door").symlink_to(folder / "beside")
        (folder / "saved" / "link.png").symlink_to(folder / "secret.png")
        command = [sys.executable, str(Path(__file__).resolve()), "--serve", str(folder / "audit.log")]
        command += ["--port", "0", "--threads", str(threads), "--save-folder", str(folder / "saved"), "--with-parent"]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY), os.environ.get("PYTHONPATH", "")])}
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=(folder / "stderr.log").open("wb"), env=environment
        )
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"the server did not start: {(folder / 'stderr.log').read_text()}")
            yield Audited(process, int(json.loads(line)["listening"]), folder)
        finally:
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()


def snapshot(folder: Path) -> dict[str, str]:
    """All files below a folder but those in `saved`, with their digests."""
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and "saved" not in p.relative_to(folder).parts and not p.name.endswith(".log")
    }


def trespasses(server: Audited) -> list[str]:
    """What the audit recorded that is neither a write into the save folder nor a read of the program's own files."""
    saved = (server.folder / "saved").resolve()
    own = [Path(p).resolve() for p in (REPOSITORY / "hmworld", REPOSITORY / "trajectories", sys.prefix, sys.base_prefix)]
    found = []
    for line in server.log.read_text().splitlines() if server.log.exists() else ():
        what, _, path = json.loads(line)
        place = Path(os.path.abspath(path))
        inside = place.is_relative_to(saved) and place.resolve().is_relative_to(saved)
        if what == "never" or not (inside or (what == "read" and any(place.is_relative_to(p) for p in own))):
            found.append(line)
    return found


@dataclass
class Outcome:
    """What came of a run."""

    messages: int = 0
    bursts: int = 0
    clients_served: int = 0
    slowest_s: float = 0.0
    replies: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


class Burst:
    """Makes one connection's worth of trouble."""

    def __init__(self, rng: random.Random, templates: list[str], outcome: Outcome, port: int) -> None:
        self.rng, self.templates, self.outcome, self.port = rng, templates, outcome, port

    def run(self, budget: int) -> None:
        """Send at most `budget` messages."""
        kinds = (
            self.commands,
            self.commands,
            self.commands,
            self.broken_commands,
            self.garbage,
            self.broken_frames,
            self.batches,
            self.crowd,
        )
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=PROMPT_S) as sock:
            if sock.recv(8192):
                self.rng.choice(kinds)(sock, self.rng.randint(1, max(1, budget)))
                self.leave(sock)

    def leave(self, sock: socket.socket) -> None:
        """Go away in one of the ways there are."""
        how = self.rng.randrange(5)
        if how == 0:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset
        elif how == 1:
            sock.shutdown(socket.SHUT_WR)
            sock.settimeout(0.2)
            while sock.recv(1 << 16):
                pass
        elif how == 2:
            sock.shutdown(socket.SHUT_RD)

    def _frame(self, payload: bytes) -> bytes:
        self.outcome.messages += 1
        return struct.pack("<II", 0x9E2B83C1, len(payload)) + payload

    def commands(self, sock: socket.socket, count: int) -> None:
        """Commands that match a template; replies are read, some of them late or never."""
        patient = self.rng.random() < 0.8
        for number in range(count):
            sock.sendall(self._frame(b"%d:" % number + self._command().encode("utf-8", "surrogatepass")))
            if patient:
                self._read_reply(sock, number)

    def _read_reply(self, sock: socket.socket, number: int) -> None:
        head = self._exactly(sock, 8)
        magic, length = struct.unpack("<II", head)
        body = self._exactly(sock, length)
        if magic != 0x9E2B83C1 or not body.startswith(b"%d:" % number):
            self.outcome.faults.append(f"reply {number} is {head!r} {body[:60]!r}")
        text = body.split(b":", 1)[-1][:80]
        kind = "error" if text.startswith(b"error") else "ok"
        self.outcome.replies[kind] = self.outcome.replies.get(kind, 0) + 1
        if b"Internal error" in text:
            self.outcome.faults.append("an internal error; see the server's log")

    @staticmethod
    def _exactly(sock: socket.socket, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            part = sock.recv(count - len(data))
            if not part:
                raise ConnectionError("closed")
            data += part
        return bytes(data)

    def _command(self) -> str:
        template = self.rng.choice(self.templates)
        if template.startswith("vbatch"):
            return "vget /unrealcv/echo x"
        # Scenes take seconds to build: ask for one seldom.
        if ("level" in template or "LoadStage" in template) and self.rng.random() < 0.97:
            return "vset /action/game/level nowhere"
        words = []
        for word in template.split(" "):
            for placeholder, make in (("[str]", self._text), ("[uint]", self._unsigned), ("[float]", self._number)):
                while placeholder in word:
                    word = word.replace(placeholder, make(), 1)
            words.append(word)
        if words[0] in ("vbp", "vexec") and self.rng.random() < 0.8:
            words[1:3] = ["HMDirector", self.rng.choice(FUNCTIONS)]
        return " ".join(words)

    def _text(self) -> str:
        r = self.rng
        if r.random() < 0.75:
            return r.choice(WORDS)
        if r.random() < 0.5:
            return (
                "/".join(
                    r.choice(["..", "a", "door", "beside", "", ".", "secret.png", "~", "saved", "x" * 300]) for _ in range(r.randint(1, 6))
                )
                + ".png"
            )
        alphabet = "aZ09_-./\\:*?\x00\x01\x7f\u00e9\u20ac\U0001f600'\"$`;|<>{}[]()%s%n,"
        return "".join(r.choice(alphabet) for _ in range(r.randint(0, 60)))

    def _unsigned(self) -> str:
        return self.rng.choice(
            ["0", "0", "0", "1", "2", "3", "16", "48", "64", "100", "255", "256", "", "007", "4097", "99999999999999999999", "1" * 5000]
        )

    def _number(self) -> str:
        r = self.rng
        return r.choice(
            [
                f"{r.uniform(-500, 500):.3f}",
                f"{r.uniform(0, 5):.4f}",
                "0",
                "1",
                "90",
                "-0",
                ".5",
                "+3",
                "1" * 400,
                "999999999",
                "1000000000000",
            ]
        )

    def broken_commands(self, sock: socket.socket, count: int) -> None:
        """Commands with bytes changed, cut, doubled, or longer than any."""
        for number in range(count):
            text = bytearray(self._command().encode("utf-8", "surrogatepass"))
            for _ in range(self.rng.randint(1, 4)):
                place = self.rng.randrange(len(text) + 1)
                change = self.rng.randrange(4)
                if change == 0:
                    text[place:place] = bytes([self.rng.randrange(256)])
                elif change == 1:
                    del text[place : place + self.rng.randint(1, 8)]
                elif change == 2:
                    text[place:place] = text[: self.rng.randint(0, 30)]
                else:
                    text[place:place] = self.rng.choice([b" ", b"1e5", b"-", b"\n", b"\x00"]) * self.rng.choice([1, 2, 50, 3000])
            identity = self.rng.choice([b"%d:" % number, b"", b":", b"-1:", b"99999999999999999999999:", b"x:", b"%d" % number, b"1:2:"])
            sock.sendall(self._frame(identity + bytes(text)))
        if self.rng.random() < 0.1:
            sock.sendall(self._frame(b"1:vset /camera/0/fov " + b"9" * self.rng.choice([10_000, 1_000_000, 2_000_000])))

    def garbage(self, sock: socket.socket, count: int) -> None:
        """Bytes that are no frames."""
        for _ in range(min(count, 5)):
            self.outcome.messages += 1
            sock.sendall(self.rng.randbytes(self.rng.choice([1, 7, 8, 9, 100, 5000])))

    def broken_frames(self, sock: socket.socket, count: int) -> None:
        """Headers that lie, and frames that stop half-way or come in crumbs."""
        for number in range(min(count, 5)):
            good = self._frame(b"%d:vget /unrealcv/echo a" % number)
            kind = self.rng.randrange(6)
            if kind == 0:
                good = struct.pack("<II", self.rng.getrandbits(32), 5) + b"0:a b"
            elif kind == 1:
                good = struct.pack("<II", 0x9E2B83C1, self.rng.choice([0, 1, 2**31, 2**32 - 1, 256 * 1024 * 1024 + 1])) + good
            elif kind == 2:
                good = good[: self.rng.randrange(len(good))]
            elif kind == 3:
                good = struct.pack(">II", 0x9E2B83C1, 5) + b"0:a b"
            elif kind == 4:
                good = struct.pack("<II", 0x9E2B83C1, 256 * 1024 * 1024) + b"x" * self.rng.choice([0, 100, 100_000])
            for k in range(0, len(good), 3) if kind == 5 else ():
                sock.sendall(good[k : k + 3])
            if kind != 5:
                sock.sendall(good)

    def batches(self, sock: socket.socket, count: int) -> None:
        """Batches, nested or breaking off."""
        size = self.rng.choice([0, 1, 3, count, 9999, 10**9])
        sock.sendall(self._frame(b"0:vbatch %d" % size))
        for number in range(1, min(count, 20)):
            sock.sendall(
                self._frame(
                    b"%d:" % number
                    + self.rng.choice([b"vbatch 2", b"vget /unrealcv/echo a", b"vset /action/tick", b"vget /camera/0/lit png"])
                )
            )

    def crowd(self, sock: socket.socket, count: int) -> None:
        """More connections than one, all but the first turned away."""
        others = []
        for _ in range(min(count, 6)):
            with suppress(OSError):
                others.append(socket.create_connection(("127.0.0.1", self.port), timeout=1.0))
                self.outcome.messages += 1
        sock.sendall(self._frame(b"0:vget /unrealcv/echo first"))
        self._read_reply(sock, 0)
        for other in others:
            other.close()


FUNCTIONS = [
    *("Capabilities", "LoadStage", "SetLook", "SpawnSubject", "ClearSubjects", "SetSubjects", "Bones", "PosedBounds", "SoloSilhouette"),
    *("WarmUp", "Step", "Fly", "", "__init__"),
]
WORDS = [
    *("png", "bmp", "npy", "lit", "normal", "object_mask", "depth", "a.png", "b.bmp", "c.npy", "d/e.png", "link.png", "door/x.png"),
    *(
        "../secret.png",
        "/etc/passwd",
        "x.exr",
        ".png",
        "unrealcv.ini",
        "labrador",
        "horse",
        "man_blue_shirt",
        "CubeActor",
        "hm_1",
        "a",
        "b",
    ),
    *("PlayerPawn", "HMDirector", "0", "1", "1,2,3", "0,0,0,0,0,0,0,0,0", "nan,inf,1e9", "walk", "idle", "setres", "slomo", "t.maxFPS"),
    *("320x200", "city_street", "ldr", "none", "manual"),
]


def fuzz(messages: int, seed: int, server: Audited) -> Outcome:
    """Send at least `messages`; the outcome names every fault."""
    from hmworld.engine import Connection
    from hmworld.engine.launch import EngineAddress
    from hmworld.errors import EngineError, EngineStartError

    outcome, rng, before = Outcome(), random.Random(seed), snapshot(server.folder)
    address = EngineAddress("127.0.0.1", server.port)

    def fresh_client(commands: list[str]) -> None:
        started = time.monotonic()
        while True:
            try:
                with Connection(address) as client:
                    for command in commands:
                        client.request(command, PROMPT_S)
                    if client.text("vget /unrealcv/echo alive", PROMPT_S) != "alive":
                        outcome.faults.append("a fresh client got another answer than its own")
                break
            except EngineStartError:
                # The last burst's requests are still being answered.
                if time.monotonic() - started > PROMPT_S:
                    raise
                time.sleep(0.01)
        outcome.clients_served += 1
        outcome.slowest_s = max(outcome.slowest_s, time.monotonic() - started)

    try:
        with Connection(address) as client:
            templates = client.text("vget /unrealcv/commands").split("\n")
            client.request("vset /action/game/level city_street", 60.0)
        while outcome.messages < messages and not outcome.faults:
            Burst(rng, templates, outcome, server.port).run(rng.choice([1, 5, 20, 60]))
            outcome.bursts += 1
            # Many large subjects and pictures are slow, not wrong: cleared away now and then.
            tidy = ["vbp HMDirector ClearSubjects", "vset /camera/0/size 64 48"] if outcome.bursts % 10 == 0 else []
            fresh_client(tidy)
            if server.process.poll() is not None:
                outcome.faults.append(f"the server ended with {server.process.returncode}")
    except EngineError as error:
        outcome.faults.append(f"a fresh client was not served: {error}")
    outcome.faults += trespasses(server)[:5]
    if snapshot(server.folder) != before:
        outcome.faults.append("files around the save folder have changed")
    if outcome.faults:
        outcome.faults.append((server.folder / "stderr.log").read_text()[-3000:])
    return outcome


def main() -> int:
    """Fuzz a server; 1 when it had a fault."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    from common import last_line, machine, table

    print(machine())
    started = time.monotonic()
    with audited_server() as server:
        outcome = fuzz(options.messages, options.seed, server)
        descriptors = len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))
        saved = sum(1 for p in (server.folder / "saved").rglob("*") if p.is_file() and not p.is_symlink())
    rows = [
        ("messages", outcome.messages, f"in {outcome.bursts} connections, {time.monotonic() - started:.0f} s"),
        ("replies read", sum(outcome.replies.values()), f"{outcome.replies}"),
        ("fresh clients served", outcome.clients_served, f"the slowest in {outcome.slowest_s:.2f} s"),
        ("open descriptors at the end", descriptors, ""),
        ("files saved", saved, "all in the save folder"),
        ("faults", len(outcome.faults), "expected 0"),
    ]
    table("Fuzzing the wire", rows)
    print("\n".join(outcome.faults))
    last_line(options.json, {"messages": outcome.messages, "faults": len(outcome.faults), "slowest_s": outcome.slowest_s})
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve_audited(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(main())
