"""The engine in the place of a game's binary, started by the package's own launcher; and the settings file that the two share."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import unrealcv
from unrealcv.launcher import RunUnreal
from wire import ask, picture

from hmworld.cli.app import run

INI = """[UnrealCV.Core]
Port=9000
Width=640
Height=480
FOV=90.000000
EnableInput=True
EnableRightEye=False
"""


def free_port() -> int:
    """A free port of four digits, all that the launcher understands."""
    for port in range(9000 + os.getpid() % 500, 10_000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")


@pytest.fixture(scope="module")
def binary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("UnrealEnv")
    assert run(["engine", "dropin", str(folder), "--threads", "1"]) == 0
    return folder / "HMWorld" / "Binaries" / "Linux" / "HMWorld"


@pytest.fixture(scope="module")
def started(binary: Path) -> Iterator[tuple[str, int]]:
    """Started by RunUnreal in another map and size; its fixed wait is cut short, ours is until the port answers."""
    ini = binary.with_name("unrealcv.ini")
    ini.write_text(INI.replace("9000", str(free_port())).replace("EnableRightEye=False", "EnableRightEye=True"))
    launcher = RunUnreal(str(binary), "mountain_meadow")
    ip, port = launcher.start(resolution=(320, 200), offscreen=True, sleep_time=0)
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex((ip, port)) == 0:
                break
        time.sleep(0.1)
    yield ip, port
    launcher.close()
    Path(os.sep, "tmp", f"unrealcv_{port}.socket").unlink(missing_ok=True)


def test_the_settings_file_is_written_as_the_plugin_writes_it(binary: Path) -> None:
    folder = binary.parents[3] / "fresh"
    assert run(["engine", "dropin", str(folder)]) == 0
    assert (folder / "HMWorld" / "Binaries" / "Linux" / "unrealcv.ini").read_text() == INI


def test_writing_it_again_keeps_the_settings_and_a_strangers_binary_is_not_overwritten(
    binary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = binary.with_name("unrealcv.ini").read_text()
    assert run(["engine", "dropin", str(binary.parents[3])]) == 0
    assert binary.with_name("unrealcv.ini").read_text() == before
    other = binary.parents[3] / "other" / "HMWorld" / "Binaries" / "Linux" / "HMWorld"
    other.parent.mkdir(parents=True)
    other.write_text("#!/bin/sh\necho a real game\n")
    assert run(["engine", "dropin", str(other.parents[3])]) == 2
    assert "was not written by this command" in capsys.readouterr().err


def test_the_packages_launcher_starts_it_as_a_game(binary: Path, started: tuple[str, int]) -> None:
    client = unrealcv.Client(started, "inet")
    assert any(client.connect() for _ in range(100))
    lines = str(ask(client, "vget /unrealcv/status")).split("\n")
    ini = binary.with_name("unrealcv.ini")
    assert lines == [
        "Is Listening", "Client Connected", str(started[1]), "Configuration", f"Config file: {ini}", f"Port: {started[1]}",
        "Width: 320", "Height: 200", "FOV: 90.0", "EnableInput: true", "EnableRightEye: true",
    ]  # fmt: skip
    assert ask(client, "vget /level/name") == "mountain_meadow"
    assert ask(client, "vget /camera/0/size") == "320 200"
    assert len(str(ask(client, "vget /cameras")).split()) == 2
    left, right = (picture(ask(client, f"vget /camera/{eye}/lit png")) for eye in (0, 1))
    assert left.shape == right.shape == (200, 320, 4)
    assert left[..., :3].std() > 10
    assert (left != right).any()
    assert ask(client, "vget /camera/0/lit shot.png") == "shot.png"
    assert (ini.parent / "shot.png").is_file(), "files lie beside the settings"
    client.disconnect()
    local = unrealcv.Client(str(Path(os.sep, "tmp", f"unrealcv_{started[1]}.socket")), "unix")
    assert any(local.connect() for _ in range(50)), "the socket file is where the plugin puts it"
    assert ask(local, "vget /camera/0/fov") == "90.000000"
    local.disconnect()


def test_the_packages_api_drives_it(started: tuple[str, int]) -> None:
    api = unrealcv.UnrealCv_API(started[1], started[0], resolution=(160, 120))
    try:
        api.set_cam_fov(1, 70)
        assert api.get_image(0, "lit", "bmp").shape == (200, 320, 3)
        depth = api.get_depth(0)
        assert depth.shape[:2] == (200, 320)
        assert np.isfinite(depth).all()
        assert api.get_optical_flow(0).shape == (200, 320, 3)
        assert api.get_camera_num() == 2
        api.client.request("vset /objects/spawn horse star")
        api.set_obj_color("star", [200, 30, 40])
        assert api.get_objects() == ["star"]
        assert api.get_obj_uclass("star") == "horse"
        api.set_obj_location("star", [10, 20, 30])
        assert api.get_obj_location("star") == [10, 20, 30]
    finally:
        api.client.disconnect()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["-cvport=0", "-UnrealCVWidth=100", "-UnrealCVHeight=50", "-UnrealCVFOV=60"], "100 50 60.000000"),
        (["-UnrealCVPort=0", "-ResX=64", "-ResY=32", "-RenderOffScreen", "-nullrhi"], "64 32 90.000000"),
    ],
)
def test_a_games_options_override_the_file(tmp_path: Path, arguments: list[str], line: str) -> None:
    command = [sys.executable, "-m", "hmworld.embedded", "--config", str(tmp_path / "unrealcv.ini"), "--unreal", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline().split(b'"listening": ')[1].split(b",")[0])
        client = unrealcv.Client(("127.0.0.1", port), "inet")
        assert client.connect()
        assert f"{ask(client, 'vget /camera/0/size')} {ask(client, 'vget /camera/0/fov')}" == line
        assert (tmp_path / "unrealcv.ini").read_text() == INI, "written where there was none, with the defaults"
        client.disconnect()
    finally:
        process.terminate()
        assert process.wait(timeout=20) == 0
        process.stdout.close()
    assert not Path(os.sep, "tmp", "unrealcv_0.socket").exists()


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("[UnrealCV.Core]\nPort=70000\n", [], "unrealcv.ini:2: Port: expected a whole number from 0 to 65535, got '70000'"),
        ("[UnrealCV.Core]\nPort=0\nFOV=flat\n", [], "unrealcv.ini:3: FOV: expected degrees from 1 to 170, got 'flat'"),
        ("", ["-cvport=x"], "-cvport: port: expected a whole number from 0 to 65535, got 'x'"),
        ("", ["nowhere", "-cvport=0"], "No scene 'nowhere' here"),
    ],
)
def test_settings_that_cannot_be_used_are_one_clear_line(tmp_path: Path, text: str, arguments: list[str], message: str) -> None:
    (tmp_path / "unrealcv.ini").write_text(text)
    command = [sys.executable, "-m", "hmworld.embedded", "--config", str(tmp_path / "unrealcv.ini"), "--unreal", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert message in done.stderr
