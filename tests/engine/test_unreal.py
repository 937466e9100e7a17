"""Starting a game: its options, its log, and that it ends when it must. A stand-in takes the place of Unreal."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from standin import starts, write_game

from hmworld.engine import Connection, Game, UnrealProcess, launch_unreal, probe
from hmworld.engine import unreal as module
from hmworld.engine.memory import resident_bytes
from hmworld.engine.unreal import game_command, log_tail
from hmworld.errors import EngineError, EngineStartError, EngineTimeout

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
SCRIPTS = Path(__file__).parents[2] / "ue_project" / "Scripts"
SECONDS = 60.0


@pytest.fixture(autouse=True)
def not_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in is no Unreal: root may start it."""
    monkeypatch.setattr(module, "is_root", lambda: False)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def game_of(tmp_path: Path, *misdeeds: str, start_timeout_s: float = 120.0, **options: int) -> Game:
    binary = write_game(tmp_path / "game", *misdeeds, **options)
    return Game(str(binary), free_port(), str(tmp_path / "logs" / "game.log"), start_timeout_s=start_timeout_s)


def ask(process: UnrealProcess) -> None:
    for _ in range(10):
        process.connection.text("vget /unrealcv/echo on", timeout_s=1.0)


def until(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SECONDS
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has waited for has too."""
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True


# -- the command -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["", "/Game/Maps/Park"])
def test_the_command_is_that_of_the_script(tmp_path: Path, level: str) -> None:
    binary = write_game(tmp_path / "my game")
    game = Game(str(binary), 9012, "log", gpu=3, map=level, size=(640, 360))
    options = ["--port", "9012", "--gpu", "3", "--size", "640x360", "--binary", str(binary), "--print"]
    options += ["--map", level] if level else []
    done = subprocess.run([str(SCRIPTS / "run_headless.sh"), *options], capture_output=True, text=True, check=True)
    # As a shell reads what the script prints.
    shown = subprocess.run(["bash", "-c", f'printf "%s\\n" {done.stdout}'], capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines() == game_command(game)


def test_the_command_is_that_of_the_script_for_windows() -> None:
    text = (SCRIPTS / "run_headless.bat").read_text()
    line = next(line for line in text.splitlines() if line.startswith('"%HMWORLD_BINARY%"'))
    values = {"HMWORLD_BINARY": "HMWorld.exe", "PORT": "9012", "GPU": "3", "WIDTH": "640", "HEIGHT": "360", "MAP": "/Game/Maps/Park"}
    for name, value in values.items():
        line = line.replace(f"%{name}%", value)
    words = [word.strip('"') for word in line.split()]
    assert words == game_command(Game("HMWorld.exe", 9012, "log", gpu=3, map="/Game/Maps/Park", size=(640, 360)))


# -- starting ----------------------------------------------------------------------------------------------------------


def test_a_game_is_started_greeted_and_ended_and_its_log_is_kept(tmp_path: Path) -> None:
    game = game_of(tmp_path)
    with launch_unreal(game) as process:
        assert probe(process.connection).name == "embedded"
        ((pid, group, *options),) = starts(Path(game.binary))
        assert options == game_command(game)[1:]
        assert resident_bytes(process.process.pid) > resident_bytes(int(pid)) > 10 << 20  # type: ignore[operator]
        process.connection.close()
    assert gone(int(pid))
    assert group == pid, "a group of its own"
    text = Path(game.log).read_text()
    assert "LogInit: start 1 of the stand-in\n" in text
    assert f"-cvport={game.port}" in text.splitlines()[0]
    assert text.splitlines()[-1] == "--- ended: was told to"


def test_one_that_is_late_is_waited_for_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "SAY_EVERY_S", 0.5)
    game = game_of(tmp_path, "late-3")
    with launch_unreal(game) as process:
        assert process.alive()
    assert re.search(rf"HMWorld on GPU 0, port {game.port}: starting for \d+ s; it may take up to 120 s", caplog.text)


@pytest.mark.parametrize("misdeed", ["silent", "greetless"])
def test_one_that_never_answers_is_ended_and_an_error_with_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, misdeed: str) -> None:
    monkeypatch.setattr("hmworld.engine.connection.CONNECT_TIMEOUT_S", 1.0)
    game = game_of(tmp_path, misdeed, start_timeout_s=4.0)
    with pytest.raises(EngineStartError, match=r"did not answer within 4 s of its start(?s:.*)LogInit: start 1 of the stand-in") as caught:
        launch_unreal(game)
    assert game.log in str(caught.value)
    assert gone(int(starts(Path(game.binary))[0][0]))


def test_one_that_ends_at_its_start_is_an_error_with_code_and_log(tmp_path: Path) -> None:
    with pytest.raises(EngineStartError, match=r"did not start: the engine's process ended with exit code 7(?s:.*)no Vulkan device"):
        launch_unreal(game_of(tmp_path, "exit-7"))


def test_what_is_no_program_is_an_error_in_the_log(tmp_path: Path) -> None:
    game = game_of(tmp_path)
    Path(game.binary).write_bytes(b"\x00\x01")
    with pytest.raises(EngineStartError, match=r"exit code 127(?s:.*)cannot be started: .*Exec format error"):
        launch_unreal(game)


def test_root_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(EngineStartError, match="Unreal does not run as root; use another user"):
        launch_unreal(game_of(tmp_path))


def test_a_port_in_use_is_an_error_that_says_how_to_choose_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PORT_FREE_S", 0.5)
    game = game_of(tmp_path)
    with (
        socket.create_server(("127.0.0.1", game.port)),
        pytest.raises(EngineStartError, match=rf"port {game.port}: the port is in use; .* choose another with --port"),
    ):
        launch_unreal(game)
    assert starts(Path(game.binary)) == []


def test_a_program_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(EngineStartError, match="is not there or cannot be run"):
        launch_unreal(replace(game_of(tmp_path), binary="/nowhere/HMWorld"))


# -- crash and hang ----------------------------------------------------------------------------------------------------


def test_a_crash_is_told_with_its_signal_and_the_last_lines(tmp_path: Path) -> None:
    game = game_of(tmp_path, "crash-4")
    with launch_unreal(game) as process, pytest.raises(EngineError) as caught:
        ask(process)
    assert re.search(r"ended by signal 11 \(SIGSEGV\)(?s:.*)Unhandled exception: SIGSEGV", str(caught.value))
    assert game.log in str(caught.value)


def test_a_hang_is_told_with_the_last_lines_and_the_game_can_be_killed(tmp_path: Path) -> None:
    game = game_of(tmp_path, "hang-4")
    process = launch_unreal(game)
    with pytest.raises(EngineTimeout, match=r"no answer to .* within 1 s; the engine's process still runs(?s:.*)waiting for the render"):
        ask(process)
    process.kill()
    assert gone(int(starts(Path(game.binary))[0][0]))


# -- the end -----------------------------------------------------------------------------------------------------------


def child_of(game: Game) -> int:
    found = re.search(r"LogInit: child (\d+)", Path(game.log).read_text())
    assert found is not None
    return int(found[1])


HOLD = """
import sys, time
from hmworld.engine import Game, launch_unreal
from hmworld.engine import unreal
unreal.is_root = lambda: False
process = launch_unreal(Game(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
print(process.process.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("whom", ["driver", "minder"])
def test_the_game_ends_with_its_driver_and_with_its_minder_however_they_end(tmp_path: Path, whom: str) -> None:
    game = game_of(tmp_path, "child")
    driver = subprocess.Popen([sys.executable, "-c", HOLD, game.binary, str(game.port), game.log], stdout=subprocess.PIPE)
    assert driver.stdout is not None
    try:
        minder = int(driver.stdout.readline())
        pid, child = int(starts(Path(game.binary))[0][0]), child_of(game)
        assert not gone(pid)
        os.kill(driver.pid if whom == "driver" else minder, signal.SIGKILL)
        assert until(lambda: gone(pid))
        if whom == "driver":
            assert until(lambda: gone(child) and gone(minder)), "the game's own children too"
        else:
            os.kill(child, signal.SIGKILL)  # the gap that the module tells of
    finally:
        driver.kill()
        driver.wait()
        driver.stdout.close()


def test_a_game_that_is_deaf_and_its_children_end_when_they_are_told_to(tmp_path: Path) -> None:
    game = game_of(tmp_path, "child", "hang-4")
    process = launch_unreal(game)
    with pytest.raises(EngineTimeout):
        ask(process)
    process.close()
    assert gone(int(starts(Path(game.binary))[0][0]))
    assert until(lambda: gone(child_of(game)))


# -- the log -----------------------------------------------------------------------------------------------------------


def test_a_log_is_of_limited_size_and_its_end_is_kept(tmp_path: Path) -> None:
    log = tmp_path / "game.log"
    shell = shutil.which("sh")
    assert shell is not None
    talk = "i=0; while [ $i -lt 2000 ]; do echo line $i of what a game says; i=$((i+1)); done; sleep 0.5; exit 3"
    command = [sys.executable, "-I", "-S", str(module.MINDER), str(log), "10000", shell, "-c", talk]
    minder = subprocess.Popen(command, stdin=subprocess.PIPE)
    assert minder.wait(SECONDS) == 3, "it ends as the game does"
    assert minder.stdin is not None
    minder.stdin.close()
    # A piece that is read at once is not torn apart.
    assert max(file.stat().st_size for file in tmp_path.iterdir()) <= 1 << 16
    assert sorted(file.name for file in tmp_path.iterdir()) == ["game.log", "game.log.1"]
    assert "line 1999 of what a game says" in log_tail(log)
    assert log_tail(log).count("\n") == 11


def test_the_last_lines_go_back_into_the_log_before(tmp_path: Path) -> None:
    (tmp_path / "a.log.1").write_text("".join(f"old {k}\n" for k in range(50)))
    (tmp_path / "a.log").write_text("new\n" + "x" * 1000 + "\n")
    lines = log_tail(tmp_path / "a.log", 4).splitlines()
    assert lines == ["  old 48", "  old 49", "  new", "  " + "x" * 300]
    (tmp_path / "a.log").write_text("new\n--- started: game\nit\n")
    assert log_tail(tmp_path / "a.log") == "  it", "of the last start alone"
    assert log_tail(tmp_path / "none.log") == ""


# -- memory ------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="memory of others is known on Linux only")
def test_memory_is_of_a_process_and_its_children() -> None:
    grow = "import subprocess, sys; x = b'x' * (%d << 20); print(flush=True); %s; sys.stdin.read()"
    inner = grow % (64, "pass")
    outer = grow % (32, f"p = subprocess.Popen([sys.executable, '-c', {inner!r}], stdin=0)")
    process = subprocess.Popen([sys.executable, "-c", outer], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.readline()
    assert resident_bytes(process.pid) > 96 << 20  # type: ignore[operator]
    process.communicate()
    assert resident_bytes(process.pid) is None


def test_a_connection_is_made_again_to_a_game_that_went_over_to_its_socket(tmp_path: Path) -> None:
    with launch_unreal(game_of(tmp_path)) as process:
        process.connection.close()
        for _ in range(100):
            try:
                with Connection(process.address, process.alive, process.account) as again:
                    assert again.text("vget /unrealcv/echo on") == "on"
                    return
            except EngineStartError:
                time.sleep(0.2)
    raise AssertionError("never again")
