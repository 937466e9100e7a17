"""A proxy between driver and engine that does one thing wrong, once or for good."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

from hmworld.protocol.framing import MAGIC, pack_frame
from hmworld.protocol.settings import plugin_socket

HEADER = struct.Struct("<II")
OF_REQUESTS = ("stays", "halfway")
"""Faults of what reaches the engine; all others are of its replies."""
FOR_GOOD = 1 << 30


class Proxy:
    """Forwards one client after the other to an engine. Commands that hold `of`, or their replies, from the `at`-th on, suffer `fault`.

    `times` of them do, over all connections; what a fault may do is a method of the same name.
    """

    def __init__(
        self, engine: tuple[str, int], fault: str, of: str, at: int = 0, times: int = 1, kill: Callable[[], None] | None = None
    ) -> None:
        self._engine, self._fault, self._of = engine, fault, of
        self._at, self._left, self._kill = at, times, kill
        self._seen = 0
        self.done = 0
        self.delay_s = 0.0
        self.commands: list[str] = []
        """All that clients sent."""
        self._earlier: dict[str, bytes] = {}
        self._told: str | None = None
        self._held: bytes | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        for sock in [self._listener, *self._open]:
            _end(sock)

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = self._upstream()
            except OSError:
                return
            self._open += [client, server]
            asked: deque[tuple[bytes, str]] = deque()
            self._earlier.clear()
            self._told = None
            done = threading.Thread(target=self._requests, args=(client, server, asked), daemon=True)
            done.start()
            self._replies(client, server, asked)
            _end(client)
            _end(server)
            done.join(5.0)

    def _upstream(self) -> socket.socket:
        """A connection to the engine: to its Unix socket where it has gone over to that."""
        path = plugin_socket(self._engine[1])
        if not path.is_socket():
            return socket.create_connection(self._engine, timeout=60.0)
        server = socket.socket(socket.AF_UNIX)
        server.connect(str(path))
        return server

    def _requests(self, client: socket.socket, server: socket.socket, asked: deque[tuple[bytes, str]]) -> None:
        while (frame := _frame(client)) is not None:
            number, _, command = frame.partition(b":")
            asked.append((number, command.decode()))
            self.commands.append(command.decode())
            try:
                server.sendall(pack_frame(number + b":" + self._request(command.decode()).encode()))
            except OSError:
                return
        try:
            server.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    def _request(self, command: str) -> str:
        """What the engine is told in place of a command."""
        if self._fault not in OF_REQUESTS or self._of not in command:
            return command
        self._seen += 1
        before, self._told = self._told, command
        if self._seen <= self._at or self._left == 0 or before is None:
            return command
        self._left -= 1
        self.done += 1
        return str(getattr(self, self._fault)(command, before))

    def _replies(self, client: socket.socket, server: socket.socket, asked: deque[tuple[bytes, str]]) -> None:
        greeting = _frame(server)
        try:
            client.sendall(pack_frame(greeting or b""))
            while (frame := _frame(server)) is not None:
                number, _, body = frame.partition(b":")
                command = asked.popleft()[1]
                if not self._reply(client, number, command, body):
                    return
        except OSError:
            return

    def _reply(self, client: socket.socket, number: bytes, command: str, body: bytes) -> bool:
        of = self._of in command and self._fault not in OF_REQUESTS
        self._seen += of
        due = of and self._left > 0 and self._seen > self._at
        before = self._earlier.get(command)
        self._earlier[command] = body
        if self._held is not None:
            client.sendall(pack_frame(number + b":" + body) + self._held)
            self._held = None
            return True
        if not due:
            client.sendall(pack_frame(number + b":" + body))
            return True
        self._left -= 1
        self.done += 1
        return bool(getattr(self, self._fault)(client, number, body, before))

    # -- faults of requests: what is told instead, given what was told before --------------------------------------

    def stays(self, _command: str, before: str) -> str:
        return before

    def halfway(self, command: str, before: str) -> str:
        *words, numbers = _numbers(command)
        return " ".join([*words, *_between(numbers, _numbers(before)[-1], "," if "," in command else " ")])

    # -- faults of replies; False ends the connection --------------------------------------------------------------

    def drop(self, _client: socket.socket, _number: bytes, _body: bytes, _before: bytes | None) -> bool:
        return True

    def delay(self, client: socket.socket, number: bytes, body: bytes, _before: bytes | None) -> bool:
        time.sleep(self.delay_s)
        client.sendall(pack_frame(number + b":" + body))
        return True

    def duplicate(self, client: socket.socket, number: bytes, body: bytes, _before: bytes | None) -> bool:
        client.sendall(2 * pack_frame(number + b":" + body))
        return True

    def truncate(self, client: socket.socket, number: bytes, body: bytes, _before: bytes | None) -> bool:
        frame = pack_frame(number + b":" + body)
        client.sendall(frame[: max(9, len(frame) // 2)])
        return False

    def cut_short(self, client: socket.socket, number: bytes, body: bytes, _before: bytes | None) -> bool:
        client.sendall(pack_frame(number + b":" + body[: len(body) // 2]))
        return True

    def reorder(self, _client: socket.socket, number: bytes, body: bytes, _before: bytes | None) -> bool:
        self._held = pack_frame(number + b":" + body)
        return True

    def kill(self, _client: socket.socket, _number: bytes, _body: bytes, _before: bytes | None) -> bool:
        assert self._kill is not None
        self._kill()
        return False

    def out_of_memory(self, client: socket.socket, number: bytes, _body: bytes, _before: bytes | None) -> bool:
        client.sendall(pack_frame(number + b":error Internal error; out of memory"))
        return True

    def black(self, client: socket.socket, number: bytes, body: bytes, _before: bytes | None) -> bool:
        pixels = np.frombuffer(body[54:], np.uint8).reshape(-1, 4).copy()
        pixels[:, :3] = 0
        client.sendall(pack_frame(number + b":" + body[:54] + pixels.tobytes()))
        return True

    def shifted(self, client: socket.socket, number: bytes, body: bytes, _before: bytes | None) -> bool:
        width, height = (abs(int.from_bytes(body[k : k + 4], "little", signed=True)) for k in (18, 22))
        pixels = np.roll(np.frombuffer(body[54:], np.uint8).reshape(height, width, 4), width // 6, axis=1)
        client.sendall(pack_frame(number + b":" + body[:54] + pixels.tobytes()))
        return True

    def late(self, client: socket.socket, number: bytes, body: bytes, before: bytes | None) -> bool:
        client.sendall(pack_frame(number + b":" + (before if before is not None else body)))
        return True


def _numbers(command: str) -> list[Any]:
    """The words of a command, and last of all its numbers."""
    words = command.split(" ")
    if words[0] == "vbp":
        return [*words[:-1], [float(v) for v in words[-1].split(",")]]
    return [*words[:2], [float(v) for v in words[2:]]]


def _between(numbers: list[float], before: list[float], separator: str) -> list[str]:
    return separator.join(f"{(a + b) / 2:.6f}" for a, b in zip(numbers, before, strict=True)).split(" ")


def _end(sock: socket.socket) -> None:
    """Close a socket; closed alone, one that another thread reads from would stay open."""
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()


def _frame(sock: socket.socket) -> bytes | None:
    header = _exactly(sock, HEADER.size)
    if header is None:
        return None
    magic, length = HEADER.unpack(header)
    assert magic == MAGIC
    return _exactly(sock, length)


def _exactly(sock: socket.socket, count: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < count:
        try:
            data = sock.recv(min(count - len(parts), 1 << 20))
        except OSError:
            return None
        if not data:
            return None
        parts += data
    return bytes(parts)
