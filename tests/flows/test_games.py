"""The whole command on games that it starts, and on several running servers: a stand-in takes the place of Unreal."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from chaos_farm import Farm, recipe_of
from standin import free_ports, starts, write_game

import hmworld as hm
from hmworld.engine import launch_embedded

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="the stand-in is a shell script; looks into /proc")]
SMALL = {
    "name": "small",
    "clips": 4,
    "seed": 5,
    "scenes": ["park", "mountain_meadow"],
    "subjects_per_clip": [1, 1],
    "render": {"width": 96, "height": 64, "frames": 24, "context_frames": 12},
    "retention": {"min_not_out_before": 2, "min_visible_before": 2, "min_gap": 2, "min_visible_after": 2},
    "keep_reject_media": True,
}


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(yaml.safe_dump(SMALL))
    return path


def gone(pid: str) -> bool:
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True


def until(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


def same(one: Path, other: Path) -> None:
    """Two datasets hold the same clips, byte for byte but for streams."""
    first, second = hm.open(one), hm.open(other)
    ids = first.manifest.column("clip_id").to_pylist()
    assert second.manifest.column("clip_id").to_pylist() == ids
    assert second.info.counts == first.info.counts
    for a, b in zip(map(first.clip, ids), map(second.clip, ids), strict=True):
        for member in ("json", "npz", "mp4", "mask.mkv", "txt"):
            assert a.member(member) == b.member(member), member


@pytest.mark.long
def test_two_games_that_crash_and_are_restarted_make_the_same_dataset(tiny_dataset, tmp_path, hmworld, nobody) -> None:
    game, port = write_game(tmp_path / "game", "crash-400", starts=2), free_ports(2)
    out = tmp_path / "tiny"
    options = ["--engine", "unreal", "--unreal-binary", game, "--port", port, "--instances-per-gpu", 2, "--restart-after", 1]
    done = hmworld("generate", "tiny", "--out", out, *options, "--engine-logs", tmp_path / "logs", env=nobody)
    assert done.returncode == 0, done.stderr
    same(tiny_dataset, out)
    assert "signal 11 (SIGSEGV)" in done.stderr
    assert f"HMWorld on GPU 0, port {port}: restarted: 1 clips" in done.stderr
    assert {option for _, _, *options in starts(game) for option in options if "cvport" in option} == {
        f"-cvport={port}",
        f"-cvport={port + 1}",
    }
    assert until(lambda: all(gone(pid) for pid, *_ in starts(game)))
    assert {path.name for path in (tmp_path / "logs").iterdir()} == {f"port-{port}.log", f"port-{port + 1}.log"}


@pytest.mark.long
def test_two_running_servers_make_the_same_dataset(tiny_dataset, tmp_path, hmworld) -> None:
    out = tmp_path / "tiny"
    with launch_embedded(1, strict=True) as one, launch_embedded(1, strict=True) as other:
        addresses = [word for engine in (one, other) for word in ("--address", f"127.0.0.1:{engine.address.port}")]
        done = hmworld("generate", "tiny", "--out", out, "--engine", "unreal", *addresses)
    assert done.returncode == 0, done.stderr
    same(tiny_dataset, out)


@pytest.mark.long
def test_games_on_maps_have_the_clips_of_their_scenes(recipe, tmp_path, hmworld, nobody) -> None:
    game, port = write_game(tmp_path / "game"), free_ports(2)
    maps = ["--map", "park=/Game/Maps/park", "--map", "mountain_meadow=/Game/Maps/mountain_meadow"]
    options = ["--engine", "unreal", "--unreal-binary", game, "--port", port, "--gpus", "0,3"]
    out = tmp_path / "small"
    done = hmworld("generate", recipe, "--out", out, *options, *maps, env=nobody)
    assert done.returncode == 0, done.stderr
    assert hm.open(out).info.counts.planned == 4
    found = {(words[1], next(w for w in words if "adapter" in w)) for _, _, *words in starts(game)}
    assert found == {("/Game/Maps/park", "-graphicsadapter=0"), ("/Game/Maps/mountain_meadow", "-graphicsadapter=3")}
    lone = hmworld("generate", recipe, "--out", tmp_path / "lone", *options, *maps[:2], env=nobody)
    assert lone.returncode == 2
    assert "no slot is for mountain_meadow: each has a map of another scene" in lone.stderr


@pytest.mark.long
def test_a_game_that_cannot_be_started_any_more_ends_the_run_and_clips_stay(recipe, tmp_path, hmworld, nobody) -> None:
    # The first is asked what it is, the second makes two clips, and then none starts.
    game, port = write_game(tmp_path / "game", "exit-3", first=3, starts=3), free_ports(1)
    out = tmp_path / "small"
    command = ["generate", recipe, "--out", out, "--engine", "unreal", "--unreal-binary", game, "--port", port, "--restart-after", 2]
    done = hmworld(*command, env=nobody)
    assert done.returncode == 1
    assert "no Vulkan device" in done.stderr
    assert f"HMWorld on GPU 0, port {port}: failed to start 3 times in a row" in done.stderr
    assert "2 of 4 clips are left; the others are kept: run the same command again" in done.stderr
    assert len(starts(game)) == 2 + 3
    assert len(list((out / ".staging" / "engines").glob("*.log"))) == 1, "the log is there to be read"
    again = hmworld(*command, env=nobody)
    assert again.returncode == 0, again.stderr
    assert len(starts(game)) == 5 + 1 + 1, "only what was left was rendered"
    assert not (out / ".staging").exists()


@pytest.mark.long
def test_games_end_with_a_run_that_is_killed_and_the_next_one_goes_on(recipe, tmp_path, hmworld, nobody) -> None:
    game, port = write_game(tmp_path / "game", "child"), free_ports(1)
    out = tmp_path / "small"
    command = ["generate", recipe, "--out", out, "--engine", "unreal", "--unreal-binary", game, "--port", port]
    code = "from hmworld.cli import main; main()"
    with (tmp_path / "said").open("w") as said:
        run = subprocess.Popen([sys.executable, "-c", code, *map(str, command)], env=nobody, stdout=said, stderr=said)
        try:
            assert until(lambda: bool(list(out.glob(".staging/clips/*.json"))), 400.0)
            os.kill(run.pid, signal.SIGKILL)
        finally:
            run.kill()
            run.wait()
    assert until(lambda: all(gone(pid) for pid, *_ in starts(game)))
    before = {path.name for path in out.glob(".staging/clips/*.json")}
    assert before
    done = hmworld(*command, env=nobody)
    assert done.returncode == 0, done.stderr
    assert hm.open(out).info.counts.planned == 4


@pytest.mark.parametrize("how", ["game", "running"])
def test_streams_that_unreal_has_in_8_bits_are_refused_before_a_plan_is_made(tmp_path, hmworld, nobody, how) -> None:
    game, port = write_game(tmp_path / "game", "unreal"), free_ports(1)
    recipe = tmp_path / "normals.yaml"
    recipe.write_text(yaml.safe_dump({**SMALL, "streams": ["depth", "normal", "flow"]}))
    options = ["--engine", "unreal", "--port", port]
    if how == "game":
        options += ["--unreal-binary", game]
    else:
        running = subprocess.Popen([game, "HMWorld", f"-cvport={port}"], stdout=subprocess.DEVNULL)
        assert until(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0)
    done = hmworld("generate", recipe, "--out", tmp_path / "out", *options, env=nobody)
    if how == "running":
        running.kill()
        running.wait()
    assert done.returncode == 2
    assert "asks for the streams normal and flow, which the plugin of engine 'unreal' answers as 8-bit pictures only" in done.stderr
    assert not (tmp_path / "out" / "plan.parquet").exists()


@pytest.mark.long
def test_a_game_outlives_its_batches_on_a_work_pool_and_ends_with_its_worker(tmp_path, hmworld, nobody, monkeypatch) -> None:
    monkeypatch.setenv("PYTHONPATH", nobody["PYTHONPATH"])
    game, port = write_game(tmp_path / "game"), free_ports(1)
    recipe = tmp_path / "chaos.yaml"
    recipe.write_text(recipe_of(8))
    farm = Farm(tmp_path, recipe, 3, 1, 60.0, 2, engine=("--engine", "unreal", "--unreal-binary", str(game), "--port", str(port)))
    try:
        farm.start_server()
        farm.run(8, [])
        assert farm.runs_named("generate chaos") == ["COMPLETED"]
        ((pid, *_),) = starts(game)
        assert not gone(pid)
        worker = farm.services["keeper-0"].process
        worker.terminate()
        worker.wait(60.0)
        assert until(lambda: gone(pid))
    finally:
        farm.end()
    done = hmworld("generate", recipe, "--out", tmp_path / "embedded")
    assert done.returncode == 0, done.stderr
    # Not pictures: cameras of so short clips turn so far between frames that the plugin's first pictures after it are dark.
    first, second = hm.open(tmp_path / "embedded"), hm.open(farm.out)
    ids = first.manifest.column("clip_id").to_pylist()
    assert second.manifest.column("clip_id").to_pylist() == ids
    for a, b in zip(map(first.clip, ids), map(second.clip, ids), strict=True):
        for member in ("npz", "mask.mkv", "txt"):
            assert a.member(member) == b.member(member), member
