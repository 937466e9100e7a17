"""One connection to an engine: the `unrealcv` client, made to time out, to pipeline, and to be thrown away after a fault.

The client trusts the order of replies: after a timeout every later reply would be taken for the wrong request, also by a new connection
of the same object. So a `Connection` that raised EngineTimeout or EngineError is closed for good; make another.
"""

import contextlib
import json
import logging
import os
import queue
import socket
import stat
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import unrealcv

from hmworld.engine.launch import EngineAddress
from hmworld.errors import EngineError, EngineFault, EngineRefused, EngineStartError, EngineTimeout
from hmworld.protocol.director import director_command
from hmworld.protocol.settings import plugin_socket, somebody_listens

log = logging.getLogger(__name__)

# The client reports to stdout and to a handler of its own; ours is the logger of this module.
vars(unrealcv)["print"] = lambda *parts, **_: log.debug("unrealcv: %s", " ".join(map(str, parts)))
logging.getLogger("unrealcv").setLevel(logging.CRITICAL)

DEFAULT_TIMEOUT_S = 30.0
CONNECT_TIMEOUT_S = 20.0
_POLL_S = 0.25
_END_S = 3.0
"""A process whose connection has broken off ends within this time, if it does."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

Reply = str | bytes


class _Client(unrealcv.Client):  # type: ignore[misc]  # the package has no types
    """The client with replies of pipelined requests collected one by one, and no reconnecting behind our back."""

    def submit(self, commands: Sequence[str]) -> None:
        """Send requests; their replies are queued in order."""
        # Announced before sending, so that replies are read while later requests are still being written.
        self.recv_num_q.put(-len(commands))
        for command in commands:
            if not self.send(b"%d:%s" % (self.send_message_id, command.encode())):
                raise EngineError("the connection to the engine is closed")
            self.send_message_id += 1

    def leave(self) -> None:
        """Tell the peer that this is the end; the reader ends, too."""
        sock = self.sock
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def receive(self) -> bytes | None:
        """The next payload; None when the peer is gone (the base class would try to reconnect for a minute)."""
        sock = self.sock
        if sock is None:
            return None
        try:
            payload: bytes | None = unrealcv.SocketMessage.ReceivePayload(sock)
        except (OSError, AssertionError):
            return None  # broken off, or no frame any more
        return payload

    def raw_message_handler(self, raw_message: bytes) -> Any:
        """The body of a reply, or what is wrong with it: the thread that reads them must not end without a word."""
        try:
            return super().raw_message_handler(raw_message)
        except (AssertionError, ValueError) as error:
            return EngineFault("replies_out_of_order", " ".join(str(error).split()))


class Connection:
    """A live connection.

    Where the engine's process is known, `alive` tells whether it still runs, and `account` what became of it, for errors; it may wait so
    many seconds for an end that is near.
    """

    def __init__(
        self, address: EngineAddress, alive: Callable[[], bool] = lambda: True, account: Callable[[float], str] = lambda patience_s: ""
    ) -> None:
        self.address = address
        self._alive = alive
        self._account = account
        self._client = _connect(address)
        self.is_prompt = False
        """Whether it was seen that pictures are of the pose commanded last."""

    def submit(self, commands: Sequence[str]) -> None:
        """Send requests without waiting; collect their replies in order with `collect`."""
        try:
            self._client.submit(commands)
        except (OSError, EngineError) as error:
            raise self._broken(EngineError(f"{self.address}: the connection broke while sending: {error}")) from error

    def collect(self, what: str, timeout_s: float = DEFAULT_TIMEOUT_S) -> Reply:
        """The next reply; `what` names the request in errors.

        Raises EngineTimeout, EngineError when the connection or the engine is gone (both close this connection), EngineRefused when the
        engine answered an error.
        """
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                reply = self._client.recv_data_q.get(timeout=_POLL_S)
                break
            except queue.Empty:
                if not self._alive():
                    raise self._broken(EngineError(f"{self.address}: the engine's process died during {what!r}")) from None
                if time.monotonic() > deadline:
                    raise self._broken(EngineTimeout(f"{self.address}: no answer to {what!r} within {timeout_s:g} s")) from None
        if isinstance(reply, EngineFault):
            raise self._broken(EngineFault(reply.name, f"{self.address}: during {what!r}: {reply}"))
        if reply is None or isinstance(reply, Exception):
            raise self._broken(EngineError(f"{self.address}: the engine closed the connection during {what!r}"))
        if isinstance(reply, str) and reply.startswith("error Internal error"):
            # A fault of the engine, not an answer: another one may do better.
            raise self._broken(EngineError(f"{self.address}: {what!r} was answered {reply!r}"))
        if isinstance(reply, str) and reply.startswith("error"):
            raise EngineRefused(f"{self.address}: {what!r} was answered {reply!r}")
        assert isinstance(reply, str | bytes)
        return reply

    def request(self, command: str, timeout_s: float = DEFAULT_TIMEOUT_S) -> Reply:
        """Send one request and wait for its reply."""
        self.submit([command])
        return self.collect(command, timeout_s)

    def text(self, command: str, timeout_s: float = DEFAULT_TIMEOUT_S) -> str:
        """Like `request`, for replies that are text."""
        reply = self.request(command, timeout_s)
        if not isinstance(reply, str):
            raise EngineError(f"{self.address}: {command!r} was answered with {len(reply)} bytes, expected text")
        return reply

    def director(self, function: str, *arguments: str, timeout_s: float = DEFAULT_TIMEOUT_S) -> dict[str, str]:
        """Call HMDirector and return its reply."""
        command = director_command(function, *arguments)
        return parse_director_reply(self.text(command, timeout_s), command)

    def close(self) -> None:
        """Disconnect; replies still under way are lost. The engine sees this client leave before any that connects afterwards."""
        self._client.leave()
        # The client joins its reader when it disconnects; a reader that waits for a hung engine must not hold us up.
        threading.Thread(target=self._client.disconnect, daemon=True).start()

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _broken(self, error: EngineError) -> EngineError:
        self.close()
        if not isinstance(error, EngineFault):
            # After a timeout the engine is there or not; a connection that broke off may be the first sign of an end.
            account = self._account(0.0 if isinstance(error, EngineTimeout) else _END_S)
            error.args = (f"{error}; {account}",) if account else error.args
        return error


def parse_director_reply(reply: Reply, command: str) -> dict[str, str]:
    """The JSON object of strings that `vbp` answers, names in lower case.

    Raises EngineRefused where HMDirector refused the call: on Unreal, whose `vbp` knows no error of ours, it then answers `error <message>`
    in the first value. EngineError for anything that is no such object, also one without any value: the call was not made then.
    Names lose their case because Unreal's do: a packaged game answers them in the case in which the engine first used each.
    """
    what = command.split(",")[0]
    try:
        values: Any = json.loads(reply)
    except ValueError:
        values = None
    if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()) or not any(values.values()):
        raise EngineError(f"{what!r} was answered {reply[:120]!r}, expected a JSON object of strings")
    for value in values.values():
        if value.startswith("error "):
            raise EngineRefused(f"{what!r} was answered {value!r}")
    return {name.lower(): value for name, value in values.items()}


def _connect(address: EngineAddress) -> _Client:
    """Connect to an engine's Unix socket or port.

    On Linux the plugin greets nobody on its port any more once a first client has left, and serves a Unix socket instead: that one is
    tried first where it is there, and as soon as it comes up while the port keeps silent.
    """
    if address.unix:
        client = _attempt(address.unix, "unix", address)
        if client is None:
            raise _nobody(address)
        return client
    path = plugin_socket(address.port) if hasattr(socket, "AF_UNIX") and address.host in _LOOPBACK else None
    before = _socket_at(path)
    client = _attempt(str(path), "unix", address) if before is not None else None
    if client is None and path is not None and before is not None and somebody_listens(path):
        raise _nobody(address)
    # A socket that nobody serves may have been left behind: only another one tells that the server has gone over.
    client = client or _attempt((address.host, address.port), "inet", address, lambda: _socket_at(path) not in (None, before))
    if client is None and _socket_at(path) not in (None, before):
        client = _attempt(str(path), "unix", address)
    if client is None:
        raise _nobody(address)
    return client


def _socket_at(path: Path | None) -> tuple[int, int] | None:
    """Which socket a path leads to; None where there is none."""
    try:
        found = os.stat(path) if path is not None else None
    except OSError:
        return None
    return (found.st_ino, found.st_ctime_ns) if found is not None and stat.S_ISSOCK(found.st_mode) else None


def _nobody(address: EngineAddress) -> EngineStartError:
    return EngineStartError(
        f"{address}: cannot connect; is the engine running, and has it no other client? (an engine serves one at a time)"
    )


def _attempt(
    endpoint: str | tuple[str, int], kind: str, address: EngineAddress, elsewhere: Callable[[], bool] = lambda: False
) -> _Client | None:
    """A connected client; None where nobody is there, or the server turns out to be `elsewhere`. EngineStartError where nobody greets."""
    client = _Client(endpoint, kind)
    outcome: list[bool] = []
    abandoned = threading.Event()

    def attempt() -> None:
        with warnings.catch_warnings():
            # Servers older than the commands list make the client warn; our own probe asks what they can do.
            warnings.simplefilter("ignore")
            outcome.append(bool(client.connect()))
        if abandoned.is_set():
            # Greeted too late: nobody will use this connection, and it must not hold the engine's only place.
            client.disconnect()

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    deadline = time.monotonic() + CONNECT_TIMEOUT_S
    while thread.is_alive() and time.monotonic() < deadline:
        thread.join(_POLL_S)
        if thread.is_alive() and elsewhere():
            abandoned.set()
            return None
    if not outcome:
        abandoned.set()
        raise EngineStartError(
            f"{address}: something accepts connections but did not greet within {CONNECT_TIMEOUT_S:g} s; is it an UnrealCV "
            "server, and has it another client? On Linux the open plugin greets only its first client over TCP, and later ones through a "
            "Unix socket of its own machine: run hmworld there, or start the game anew"
        )
    return client if outcome[0] else None
