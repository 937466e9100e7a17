"""The sockets: TCP on loopback and, where there are any, a Unix socket; one client at a time, greeted at once.

All requests are answered in order on one thread, so a client sees one world. A second client is closed without a greeting, as the
plugin does. A malformed request is logged and gets no reply; bad framing closes the connection.
"""

import logging
import re
import selectors
import socket
from collections import deque
from pathlib import Path

from hmworld.embedded.commands import Commands
from hmworld.protocol.framing import HEADER, FramingError, pack_frame, payload_length

log = logging.getLogger(__name__)

GREETING = b"connected to HMWorld"
_REQUEST = re.compile(rb"(\d{1,20}):(.*)", re.DOTALL)
_BATCH = re.compile(r"vbatch (\d{1,6})[ ]*")


class Server:
    """Listens, greets and answers until `stop`."""

    def __init__(self, host: str, port: int, unix_path: Path | None) -> None:
        self._selector = selectors.DefaultSelector()
        self._listeners = [socket.create_server((host, port), backlog=8)]
        self._unix_path = unix_path
        if unix_path is not None:
            if unix_path.is_socket() and not _somebody_listens(unix_path):
                unix_path.unlink()  # left behind by a server that was killed
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            listener.bind(str(unix_path))
            listener.listen(8)
            self._listeners.append(listener)
        for listener in self._listeners:
            self._selector.register(listener, selectors.EVENT_READ)
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
                for key, _ in self._selector.select(timeout=0.5):
                    assert isinstance(key.fileobj, socket.socket)
                    self._accept(key.fileobj)
        finally:
            self.close()

    def close(self) -> None:
        """Close all sockets and remove the Unix socket's file."""
        for listener in self._listeners:
            listener.close()
        if self._unix_path is not None:
            self._unix_path.unlink(missing_ok=True)

    def _accept(self, listener: socket.socket) -> None:
        client, _ = listener.accept()
        self._client = client
        try:
            if client.family != getattr(socket, "AF_UNIX", None):
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.sendall(pack_frame(GREETING))
            self._converse(client)
        except (OSError, FramingError) as error:
            log.info("client gone: %s", error)
        finally:
            client.close()
            self._client = None

    def _converse(self, client: socket.socket) -> None:
        assert self.commands is not None
        batch: deque[tuple[bytes, str]] = deque()
        batched = 0
        while self._running:
            payload = self._receive(client)
            if payload is None:
                return
            found = _REQUEST.fullmatch(payload)
            if found is None:
                log.warning("malformed request of %d bytes ignored", len(payload))
                continue
            number, command = found[1], found[2].decode("utf-8", "replace")
            if batched:
                # The next N requests after `vbatch N` run together: nothing else can come between anyway.
                batch.append((number, command))
                if len(batch) == batched:
                    for waiting_number, waiting in batch:
                        self._reply(client, waiting_number, self.commands.answer(waiting))
                    batch.clear()
                    batched = 0
                continue
            size = _BATCH.fullmatch(command)
            if size is not None:
                batched = int(size[1])
                self._reply(client, number, b"ok")
                continue
            self._reply(client, number, self.commands.answer(command))

    @staticmethod
    def _reply(client: socket.socket, number: bytes, body: bytes) -> None:
        client.sendall(pack_frame(number + b":" + body))

    def _receive(self, client: socket.socket) -> bytes | None:
        header = self._exactly(client, HEADER.size)
        return None if header is None else self._exactly(client, payload_length(header))

    def _exactly(self, client: socket.socket, count: int) -> bytes | None:
        parts = bytearray()
        while len(parts) < count:
            # Newcomers are turned away while this client is served.
            for key, _ in self._wait(client):
                if key is client:
                    data = client.recv(min(count - len(parts), 1 << 20))
                    if not data:
                        return None
                    parts += data
                else:
                    key.accept()[0].close()
            if not self._running:
                return None
        return bytes(parts)

    def _wait(self, client: socket.socket) -> list[tuple[socket.socket, int]]:
        self._selector.register(client, selectors.EVENT_READ)
        try:
            ready = self._selector.select(timeout=0.5)
        finally:
            self._selector.unregister(client)
        found: list[tuple[socket.socket, int]] = []
        for key, mask in ready:
            assert isinstance(key.fileobj, socket.socket)
            found.append((key.fileobj, mask))
        return found


def _somebody_listens(unix_path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(unix_path))
        except OSError:
            return False
    return True
