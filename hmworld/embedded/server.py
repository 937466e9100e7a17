"""The sockets: TCP on loopback and, where there are any, Unix sockets; one client at a time, greeted at once.

All requests are answered in order on one thread, so a client sees one world. A second client is closed without a greeting, as the
plugin does, also while the first one is slow to read or write. A malformed request is logged and gets no reply; bad framing closes the
connection, and so does a frame or a reply that makes no headway for `STALL_S`.
"""

import logging
import re
import selectors
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from hmworld.embedded.commands import Commands
from hmworld.protocol.framing import HEADER, FramingError, pack_frame, payload_length
from hmworld.protocol.settings import somebody_listens

log = logging.getLogger(__name__)

GREETING = b"connected to HMWorld"
STALL_S = 30.0
_POLL_S = 0.5
MAX_COMMAND = 1 << 20
"""Bytes of the longest command; longer ones are answered with an error."""
MAX_BATCH = 10_000
_MAX_BATCH_BYTES = 64 << 20
_REQUEST = re.compile(rb"(\d{1,20}):(.*)", re.DOTALL)
_BATCH = re.compile(rb"vbatch (\d{0,20}) *")


class Server:
    """Listens, greets and answers until `stop`."""

    def __init__(self, host: str, port: int, unix_paths: Sequence[Path] = (), later: Callable[[int], Path] | None = None) -> None:
        """`later`: which Unix socket takes the place of TCP, by its port, once the first client has left; as the plugin does on Linux."""
        self._selector = selectors.DefaultSelector()
        self._listeners = [socket.create_server((host, port), backlog=8)]
        self._unix_paths: list[Path] = []
        try:
            for path in unix_paths:
                self._listeners.append(_unix_listener(path))
                self._unix_paths.append(path)
        except OSError:
            self.close()
            raise
        for listener in self._listeners:
            listener.setblocking(False)
            self._selector.register(listener, selectors.EVENT_READ)
        self._later = later
        self._client: socket.socket | None = None
        self._running = True
        self.commands: Commands | None = None

    @property
    def port(self) -> int:
        """The TCP port in use, also where 0 was asked for."""
        return int(self._listeners[0].getsockname()[1])

    @property
    def connected(self) -> bool:
        """Whether a client is connected."""
        return self._client is not None

    @property
    def stopping(self) -> bool:
        """Whether `stop` was called."""
        return not self._running

    def stop(self) -> None:
        """Leave `serve` after the request in hand."""
        self._running = False

    def serve(self) -> None:
        """Answer clients until stopped."""
        try:
            while self._running:
                for key, _ in self._selector.select(timeout=_POLL_S):
                    assert isinstance(key.fileobj, socket.socket)
                    self._accept(key.fileobj)
                    if self._later is not None:
                        self._go_over(self._later(self.port))
        finally:
            self.close()

    def close(self) -> None:
        """Close all sockets and remove the Unix sockets' files."""
        for listener in self._listeners:
            listener.close()
        for path in self._unix_paths:
            path.unlink(missing_ok=True)

    def _go_over(self, path: Path) -> None:
        """Serve a Unix socket from now on. TCP connections are still taken by the system, and nobody greets them."""
        self._later = None
        self._selector.unregister(self._listeners[0])
        listener = _unix_listener(path)
        listener.setblocking(False)
        self._listeners.append(listener)
        self._unix_paths.append(path)
        self._selector.register(listener, selectors.EVENT_READ)

    def _accept(self, listener: socket.socket) -> None:
        try:
            client, _ = listener.accept()
        except OSError:
            return  # gone again before it was accepted
        self._client = client
        try:
            client.settimeout(_POLL_S)
            if client.family != getattr(socket, "AF_UNIX", None):
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            self._send(client, pack_frame(GREETING))
            self._converse(client)
        except (OSError, FramingError) as error:
            log.info("client gone: %s", error)
        finally:
            client.close()
            self._client = None

    def _converse(self, client: socket.socket) -> None:
        while self._running:
            request = self._request(client)
            if request is None:
                return
            number, command = request
            batch = _BATCH.fullmatch(command)
            if batch is None:
                self._reply(client, number, self._answer(command))
            elif not 0 < len(batch[1]) < 7 or int(batch[1]) > MAX_BATCH:
                self._reply(client, number, f"error Argument Invalid: vbatch takes 0 to {MAX_BATCH}".encode())
            elif not self._transaction(client, number, int(batch[1])):
                return

    def _transaction(self, client: socket.socket, number: bytes, count: int) -> bool:
        """Take the next `count` requests, then answer them all; False when the client left before: then none is run."""
        self._reply(client, number, b"ok")
        waiting: list[tuple[bytes, bytes]] = []
        held = 0
        while len(waiting) < count:
            request = self._request(client)
            if request is None:
                return False
            waiting.append(request)
            held += len(request[1])
            if held > _MAX_BATCH_BYTES:
                raise FramingError(f"a batch of more than {_MAX_BATCH_BYTES} bytes")
        for own_number, command in waiting:
            nested = _BATCH.fullmatch(command) is not None
            self._reply(client, own_number, b"error vbatch can not be nested" if nested else self._answer(command))
        return True

    def _answer(self, command: bytes) -> bytes:
        assert self.commands is not None
        if len(command) > MAX_COMMAND:
            return f"error Argument Invalid: a command has at most {MAX_COMMAND} bytes, got {len(command)}".encode()
        return self.commands.answer(command.decode("utf-8", "replace"))

    def _request(self, client: socket.socket) -> tuple[bytes, bytes] | None:
        """Number and command of the next well-formed request; None when the client left."""
        while True:
            header = self._exactly(client, HEADER.size, patient=True)
            payload = None if header is None else self._exactly(client, payload_length(header), patient=False)
            if payload is None:
                return None
            found = _REQUEST.fullmatch(payload)
            if found is not None:
                return found[1], found[2]
            log.info("malformed request of %d bytes ignored", len(payload))

    def _reply(self, client: socket.socket, number: bytes, body: bytes) -> None:
        self._send(client, pack_frame(number + b":" + body))

    def _send(self, client: socket.socket, data: bytes) -> None:
        left, moved = memoryview(data), time.monotonic()
        while left:
            try:
                left, moved = left[client.send(left) :], time.monotonic()
            except TimeoutError:
                if time.monotonic() - moved > STALL_S:
                    raise FramingError("the client does not read its replies") from None
                self._ready(client, selectors.EVENT_WRITE)

    def _exactly(self, client: socket.socket, count: int, *, patient: bool) -> bytes | None:
        """So many bytes; None when the client left or the server stops. A patient wait may be for ever before the first byte."""
        parts, moved = bytearray(), time.monotonic()
        while len(parts) < count:
            if self._ready(client, selectors.EVENT_READ):
                data = client.recv(min(count - len(parts), 1 << 20))
                if not data:
                    return None
                parts += data
                moved = time.monotonic()
            elif (parts or not patient) and time.monotonic() - moved > STALL_S:
                raise FramingError("a frame stopped half-way")
            if not self._running:
                return None
        return bytes(parts)

    def _ready(self, client: socket.socket, event: int) -> bool:
        """Wait a moment for the client; newcomers are turned away meanwhile."""
        self._selector.register(client, event)
        try:
            ready = self._selector.select(timeout=_POLL_S)
        finally:
            self._selector.unregister(client)
        mine = any(key.fileobj is client for key, _ in ready)
        if mine and event == selectors.EVENT_READ and not client.recv(1, socket.MSG_PEEK):
            return True  # it has left: a newcomer may have its place
        for key, _ in ready:
            assert isinstance(key.fileobj, socket.socket)
            if key.fileobj is not client:
                try:
                    key.fileobj.accept()[0].close()
                except OSError as error:
                    log.info("newcomer gone: %s", error)
        return mine


def _unix_listener(path: Path) -> socket.socket:
    if path.is_socket() and not somebody_listens(path):
        path.unlink()  # left behind by a server that was killed
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(path))
        listener.listen(8)
    except OSError:
        listener.close()
        raise
    return listener
