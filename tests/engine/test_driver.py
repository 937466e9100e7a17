"""The driver against the embedded engine: only 5.2's commands, the same director table on all sides, faults that stay faults."""

import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from legal import violations

import hmworld.embedded.director as embedded_director
from flows.prepare import prepare
from hmworld.caption import template_caption
from hmworld.dataset import PlanFile
from hmworld.engine import Connection, launch_embedded, probe
from hmworld.engine.launch import EngineAddress
from hmworld.errors import EngineError, EngineRefused, EngineStartError, EngineTimeout
from hmworld.model import Recipe
from hmworld.produce import Batch, missing_rows, render_batch
from hmworld.produce.claim import process_slot
from hmworld.protocol.director import DIRECTOR
from hmworld.protocol.framing import pack_frame
from hmworld.protocol.settings import plugin_socket

SMALL = Recipe(
    name="small",
    clips=1,
    seed=3,
    subjects_per_clip=(2, 2),
    streams=("depth",),
    render={"width": 96, "height": 64, "frames": 40, "context_frames": 20},  # type: ignore[arg-type]
    retention={"min_not_out_before": 2, "min_visible_before": 2, "min_gap": 3, "min_visible_after": 2},  # type: ignore[arg-type]
)


@pytest.fixture
def planned(tmp_path: Path) -> Path:
    prepare(SMALL, tmp_path / "small")
    return tmp_path / "small"


def test_every_command_of_a_run_is_of_branch_5_2_or_of_the_director_table(planned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    submit = Connection.submit
    monkeypatch.setattr(Connection, "submit", lambda self, commands: (sent.extend(commands), submit(self, commands))[1])
    report = render_batch(Batch(str(planned), (0,)), template_caption)
    process_slot(planned).close()
    assert (report.done, report.failed) == (1, ())
    assert violations(sent) == []
    used = {command.split(" ")[2] for command in sent if command.startswith("vbp")}
    assert {"Capabilities", "LoadStage", "SetLook", "SpawnSubject", "SetSubjects", "Bones", "PosedBounds", "SoloSilhouette"} <= used


def test_the_embedded_director_has_the_tables_functions_and_no_others() -> None:
    assert list(embedded_director.HANDLERS) == [f.name for f in DIRECTOR]


def test_an_engine_killed_in_mid_clip_is_replaced_and_the_clip_is_made(planned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slot = process_slot(planned)
    killed: list[int] = []
    submit = Connection.submit

    def kill_once(self: Connection, commands: list[str]) -> None:
        submit(self, commands)
        if not killed and any("/lit" in c for c in commands):
            assert slot.process_id is not None
            killed.append(slot.process_id)
            os.kill(slot.process_id, signal.SIGKILL)

    monkeypatch.setattr(Connection, "submit", kill_once)
    report = render_batch(Batch(str(planned), (0,)), template_caption)
    info = slot.info()
    slot.close()
    assert len(killed) == 1
    assert (report.done, report.failed) == (1, ())
    assert missing_rows(planned, info) == []
    assert not list((planned / ".staging" / "tmp").iterdir()), "the broken attempt left nothing behind"


def test_a_clip_that_fails_every_time_is_reported_and_nothing_is_staged(planned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Connection, commands: list[str]) -> None:
        raise EngineError("the engine is out of order")

    slot = process_slot(planned)
    slot.info()
    monkeypatch.setattr(Connection, "submit", refuse)
    report = render_batch(Batch(str(planned), (0,)), template_caption)
    slot.close()
    assert report.done == 0
    assert report.failed == ((0, "the engine is out of order"),)
    assert not list((planned / ".staging").glob("clips/*"))
    assert len(PlanFile(planned)) == 1


def test_an_engine_error_becomes_engine_refused() -> None:
    with launch_embedded(1) as process, Connection(process.address, process.alive) as connection:
        assert probe(connection).name == "embedded"
        with pytest.raises(EngineRefused, match="No handler found"):
            connection.request("vget /nothing")
        assert connection.text("vget /unrealcv/echo on") == "on"


def test_nobody_listening_is_a_start_error_that_says_what_to_check() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(EngineStartError, match="is the engine running"):
        Connection(EngineAddress("127.0.0.1", port))


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets here")
def test_a_socket_that_was_left_behind_does_not_cut_a_slow_greeting_short() -> None:
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    left = plugin_socket(port)
    with socket.socket(socket.AF_UNIX) as gone:
        gone.bind(str(left))

    def serve() -> None:
        client, _ = server.accept()
        time.sleep(1.5)
        client.sendall(pack_frame(b"connected to Slow"))
        client.recv(4096)
        client.sendall(pack_frame(b"0:vget /unrealcv/commands"))
        client.recv(4096)

    threading.Thread(target=serve, daemon=True).start()
    try:
        Connection(EngineAddress("127.0.0.1", port)).close()
    finally:
        left.unlink()
        server.close()


@pytest.fixture
def silent() -> Iterator[int]:
    """A server that greets, answers the commands list, and then says nothing."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        client, _ = server.accept()
        client.sendall(pack_frame(b"connected to Silent"))
        client.recv(4096)
        client.sendall(pack_frame(b"0:vget /unrealcv/commands"))
        while client.recv(4096):
            pass

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1]
    server.close()


def test_no_answer_is_a_timeout_and_the_connection_is_thrown_away(silent: int) -> None:
    connection = Connection(EngineAddress("127.0.0.1", silent))
    with pytest.raises(EngineTimeout, match=r"no answer to 'vget /unrealcv/status' within 0\.6 s"):
        connection.request("vget /unrealcv/status", timeout_s=0.6)
    with pytest.raises(EngineError):
        connection.request("vget /unrealcv/status", timeout_s=0.6)


def test_an_engine_that_is_killed_leaves_no_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # the engine's own
    with launch_embedded(1) as process, Connection(process.address, process.alive) as connection:
        connection.text("vget /unrealcv/status")
        process.process.kill()
        process.process.wait()
    assert list(tmp_path.iterdir()) == []
