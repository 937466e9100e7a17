"""Options that name engines: what they mean, and what is said of those that cannot be used."""

import socket
from pathlib import Path

import pytest
from standin import write_game

from flows.prepare import prepare
from hmworld.cli.app import run
from hmworld.cli.engines import Engines
from hmworld.engine import unreal
from hmworld.engine.launch import EngineAddress
from hmworld.errors import UsageError
from hmworld.model import Recipe
from hmworld.produce import RestartLimits, SlotSpec


@pytest.fixture(autouse=True)
def not_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unreal, "is_root", lambda: False)


@pytest.fixture
def game(tmp_path: Path) -> Path:
    return write_game(tmp_path / "game")


def test_the_embedded_engine_has_a_core_each(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    assert Engines().slots(tmp_path) == [SlotSpec(1)] * 8
    assert Engines(workers=3, restart_after=5, memory_limit=1.5).slots(tmp_path) == [SlotSpec(2, limits=RestartLimits(5, 3 << 29))] * 3


def test_one_running_server_is_at_host_and_port_and_several_at_their_addresses(tmp_path: Path) -> None:
    assert Engines(engine="unreal").slots(tmp_path) == [SlotSpec(address=EngineAddress("127.0.0.1", 9000))]
    assert Engines(engine="unreal", host="box", port=9100).slots(tmp_path) == [SlotSpec(address=EngineAddress("box", 9100))]
    several = Engines(engine="unreal", address=("box:9000", "[::1]:9001", "box:9001"))
    addresses = [EngineAddress("box", 9000), EngineAddress("::1", 9001), EngineAddress("box", 9001)]
    assert several.slots(tmp_path) == [SlotSpec(address=address) for address in addresses]
    assert len(Engines(engine="unreal", address=("box:9000", "box:9001"), workers=1).slots(tmp_path)) == 1


def test_games_have_a_port_each_and_the_gpus_in_turn(tmp_path: Path, game: Path) -> None:
    options = Engines(engine="unreal", unreal_binary=game, gpus="0,2", instances_per_gpu=2, port=9100, map=("park=/Game/P", "/Game/Q"))
    games = [(slot.game.port, slot.game.gpu, slot.scene, slot.game.map) for slot in options.slots(tmp_path) if slot.game is not None]
    assert games == [(9100, 0, "park", "/Game/P"), (9101, 2, "", "/Game/Q"), (9102, 0, "park", "/Game/P"), (9103, 2, "", "/Game/Q")]
    slots = options.slots(tmp_path)
    assert slots[0].limits == RestartLimits(200, 0, 3.0)
    assert slots[1].game is not None
    assert slots[1].game.log == str(tmp_path / ".staging" / "engines" / "port-9101.log")
    assert slots[1].game.binary == str(game)
    one = Engines(
        engine="unreal", unreal_binary=game, restart_after=0, memory_growth=0.0, engine_logs=tmp_path / "logs", start_timeout=60.0
    )
    (slot,) = one.slots(tmp_path)
    assert slot.game is not None
    assert (slot.limits, slot.game.gpu, slot.game.map, slot.game.start_timeout_s) == (RestartLimits(), 0, "", 60.0)
    assert slot.game.log == str(tmp_path / "logs" / "port-9000.log")


BAD = [
    (["--workers", "-1"], "--workers: expected 0 or more, got -1"),
    (["--host", "box"], "--host: needs --engine unreal"),
    (["--address", "box:9000"], "--address: needs --engine unreal"),
    (["--unreal-binary", "GAME"], "--unreal-binary: needs --engine unreal"),
    (["--restart-after", "-1"], "--restart-after: expected 0 (never) or a number of clips, got -1"),
    (["--restart-after", "often"], "Invalid value"),
    (["--memory-limit", "-2"], "--memory-limit: expected GiB, or 0 for no limit, got -2"),
    (["--memory-limit", "nan"], "--memory-limit: expected GiB"),
    (["--memory-growth", "0.5"], "--memory-growth: expected a factor above 1, or 0 for never, got 0.5"),
    (["--engine", "unreal", "--port", "0"], "--port: expected 1 to 65535, got 0"),
    (["--engine", "unreal", "--workers", "2"], "--workers: 2 engines side by side, but 1 named"),
    (["--engine", "unreal", "--address", "box"], "--address: expected HOST:PORT as 127.0.0.1:9000, got 'box'"),
    (["--engine", "unreal", "--address", "box:70000"], "--address: expected HOST:PORT"),
    (["--engine", "unreal", "--address", "a:9000", "--address", "a:9000"], "--address: a server is named twice"),
    (["--engine", "unreal", "--address", "a:9000", "--port", "9001"], "--port: is said by --address"),
    (["--engine", "unreal", "--restart-after", "3"], "--restart-after: is of engines that we start; this one is running"),
    (["--engine", "unreal", "--gpus", "0,1"], "--gpus: needs --unreal-binary"),
    (["--engine", "unreal", "--map", "/Game/A"], "--map: needs --unreal-binary"),
    (["--engine", "unreal", "--engine-logs", "logs"], "--engine-logs: needs --unreal-binary"),
    (["--engine", "unreal", "--unreal-binary", "/nowhere"], "--unreal-binary: /nowhere is not there or cannot be run"),
    (["--engine", "unreal", "--unreal-binary", "GAME", "--address", "a:9000"], "--address: is of running servers"),
    (["--engine", "unreal", "--unreal-binary", "GAME", "--gpus", "0,x"], "--gpus: expected indices of adapters as 0,1, got '0,x'"),
    (["--engine", "unreal", "--unreal-binary", "GAME", "--gpus", "1,1"], "--gpus: one is named twice in '1,1'"),
    (["--engine", "unreal", "--unreal-binary", "GAME", "--instances-per-gpu", "0"], "--instances-per-gpu: expected 1 or more, got 0"),
    (["--engine", "unreal", "--unreal-binary", "GAME", "--start-timeout", "0"], "--start-timeout: expected seconds, got 0"),
    (["--engine", "unreal", "--unreal-binary", "GAME", "--map", "Park"], "--map: expected a package as /Game/Maps/Park"),
    (["--engine", "unreal", "--unreal-binary", "GAME", "--map", "/Game/$(id)"], "--map: expected a package as /Game/Maps/Park"),
    (["--engine", "unreal", "--unreal-binary", "GAME", "--map", "/Game/A", "--map", "/Game/B"], "--map: 2 maps for 1 games"),
    (["--engine", "unreal", "--unreal-binary", "GAME", "--port", "65535", "--gpus", "0,1"], "--port: 2 games from port 65535 on go beyond"),
    (["--engine", "unreal", "--unreal-binary", "GAME", "--workers", "2"], "--workers: 2 engines side by side, but 1 named"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "message"), BAD, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_what_cannot_be_used_is_said_and_nothing_is_made(
    tmp_path: Path, game: Path, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    words = [str(game) if word == "GAME" else word for word in options]
    assert run(["generate", "tiny", "--out", str(tmp_path / "out"), *words]) == 2
    assert message in " ".join(capsys.readouterr().err.split()).replace("│ ", "")
    assert not (tmp_path / "out").exists()


@pytest.mark.long
def test_variants_are_rendered_on_the_same_engines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    render = {"width": 96, "height": 64, "frames": 40, "context_frames": 20}
    prepare(Recipe.from_data({"name": "small", "clips": 1, "seed": 3, "scenes": ["park"], "render": render}, "test"), tmp_path / "small")
    words = ["vary", str(tmp_path / "small"), "--set", "look.light=night", "--out", str(tmp_path / "out"), "--engine", "unreal"]
    assert run([*words, "--gpus", "0,1"]) == 2
    assert "--gpus: needs --unreal-binary" in capsys.readouterr().err
    assert run([*words, "--address", "127.0.0.1:1"]) == 1
    assert "127.0.0.1:1: cannot connect; is the engine running" in capsys.readouterr().err


def test_root_is_told_to_be_another(tmp_path: Path, game: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unreal, "is_root", lambda: True)
    with pytest.raises(UsageError, match="Unreal does not run as root; use another user"):
        Engines(engine="unreal", unreal_binary=game).slots(tmp_path)


def test_memory_is_known_on_linux_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    with pytest.raises(UsageError, match="known on Linux only; use --restart-after"):
        Engines(memory_limit=4.0).slots(tmp_path)


def test_a_port_in_use_ends_the_run_with_what_to_do(
    tmp_path: Path, game: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(unreal, "PORT_FREE_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        words = ["--engine", "unreal", "--unreal-binary", str(game), "--port", port]
        assert run(["generate", "tiny", "--out", str(tmp_path / "out"), *words]) == 1
    assert f"port {port}: the port is in use; end what has it, or choose another with --port" in capsys.readouterr().err
    assert not (tmp_path / "out").exists(), "before anything is planned"
