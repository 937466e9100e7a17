"""The embedded engine on the wire: as the open plugin's branch 5.2 answers, seen by the real client and by a raw socket."""

import contextlib
import io
import json
import socket
import struct
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import unrealcv
from wire import ask, load

from hmworld.catalog import default_catalog
from hmworld.engine import EngineProcess, launch_embedded
from hmworld.protocol.framing import MAGIC, pack_frame


def test_the_commands_list_names_itself_and_no_shared_ones(client: unrealcv.Client) -> None:
    listed = str(ask(client, "vget /unrealcv/commands")).split("\n")
    assert "vget /unrealcv/commands" in listed
    assert not [c for c in listed if "_shared" in c]
    assert str(ask(client, "vget /unrealcv/version")).startswith("1.")


def test_status_has_the_plugins_lines(engine: EngineProcess, client: unrealcv.Client) -> None:
    lines = str(ask(client, "vget /unrealcv/status")).split("\n")
    assert lines[:4] == ["Is Listening", "Client Connected", str(engine.address.port), "Configuration"]
    assert lines[4].startswith("Config file: ")


def test_unknown_commands_answer_an_error_and_never_ok(client: unrealcv.Client) -> None:
    for command in (
        "vget /nothing",
        "vget /camera/0/lit_shared",
        "vset /object/x/physics true",
        "DisableAllScreenMessages",
        "vset /camera/0/location 1e3 0 0",
    ):
        answer = str(ask(client, command))
        assert answer == f"error No handler found for URI '{command}'. Can not find a handler for it"


def test_a_spawned_camera_keeps_what_it_was_told(client: unrealcv.Client) -> None:
    name = str(ask(client, "vset /cameras/spawn"))
    cameras = str(ask(client, "vget /cameras")).split()
    assert cameras[-1] == name
    index = len(cameras) - 1
    assert ask(client, f"vset /camera/{index}/location 100.5 -20 160") == "ok"
    assert ask(client, f"vset /camera/{index}/rotation -5 30.25 0") == "ok"
    assert ask(client, f"vset /camera/{index}/fov 60") == "ok"
    assert ask(client, f"vset /camera/{index}/size 96 64") == "ok"
    assert ask(client, f"vget /camera/{index}/location") == "100.500 -20.000 160.000"
    assert ask(client, f"vget /camera/{index}/rotation") == "-5.000 30.250 0.000"
    assert ask(client, f"vget /camera/{index}/fov") == "60.000000"
    assert ask(client, f"vget /camera/{index}/size") == "96 64"
    assert str(ask(client, "vget /camera/99/location")) == "error Invalid sensor id"


def test_rgb_mask_and_depth_are_of_one_instant_and_in_the_plugins_formats(client: unrealcv.Client) -> None:
    load(client)
    card = default_catalog().subjects["labrador"]
    assert "error" not in str(ask(client, f"vbp HMDirector SpawnSubject dog labrador walk 1 {card.motion_sha256}"))
    assert ask(client, "vset /object/dog/color 240 40 80") == "ok"
    assert ask(client, "vget /object/dog/color") == "(R=240,G=40,B=80,A=255)"
    assert ask(client, "vset /camera/0/size 160 96") == "ok"
    assert ask(client, "vset /camera/0/fov 50") == "ok"
    ask(client, "vset /camera/0/location 0 0 60")
    ask(client, "vset /camera/0/rotation 0 0 0")
    ask(client, "vbp HMDirector SetSubjects 300,0,0,0,90,0,0.1,0,1")
    png, bmp = ask(client, "vget /camera/0/lit png"), ask(client, "vget /camera/0/lit bmp")
    assert isinstance(png, bytes)
    assert isinstance(bmp, bytes)
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture.shape == (96, 160, 4)
    assert struct.unpack_from("<i", bmp, 22)[0] == -96
    assert (np.frombuffer(bmp[-160 * 96 * 4 :], np.uint8).reshape(96, 160, 4)[..., :3] == picture[..., :3]).all()
    mask = cv2.imdecode(np.frombuffer(ask(client, "vget /camera/0/object_mask png"), np.uint8), cv2.IMREAD_UNCHANGED)
    dog = (mask[..., :3] == [80, 40, 240]).all(-1)
    assert 300 < dog.sum() < 8000
    assert set(map(tuple, mask[..., :3].reshape(-1, 3).tolist())) == {(0, 0, 0), (80, 40, 240)}
    depth = np.load(io.BytesIO(ask(client, "vget /camera/0/depth npy")))
    assert depth.dtype == np.float32
    assert depth.shape == (96, 160)
    assert 230 < np.median(depth[dog]) < 370
    solo = json.loads(ask(client, "vbp HMDirector SoloSilhouette 0 dog"))
    rows, columns = np.nonzero(dog)
    assert int(solo["pixels"]) == dog.sum()
    assert solo["box"] == f"{columns.min()},{rows.min()},{columns.max() + 1},{rows.max() + 1}"
    assert str(ask(client, "vget /camera/0/depth png")).startswith("error Invalid filename type")
    assert str(ask(client, "vget /camera/0/lit npy")).startswith("error Invalid filename type")
    ask(client, "vset /object/dog/hide")
    hidden = cv2.imdecode(np.frombuffer(ask(client, "vget /camera/0/object_mask png"), np.uint8), cv2.IMREAD_UNCHANGED)
    assert not hidden[..., :3].any()
    assert json.loads(ask(client, "vbp HMDirector SoloSilhouette 0 dog")) == solo
    assert json.loads(ask(client, "vbp HMDirector ClearSubjects")) == {"cleared": "1"}


@pytest.mark.parametrize(
    "call",
    [
        "LoadStage nowhere 00 0,0,0",
        "LoadStage ../../etc 00 0,0,0",
        "LoadStage city_street 00 0,0,0",
        "SpawnSubject a ../x walk 1 00",
        "SpawnSubject a labrador walk nan 00",
        "SetSubjects 1,2",
        "SetSubjects a,b",
        "SetLook 1,2,3",
        "Bones nobody",
        "SoloSilhouette 77 nobody",
        "Nothing",
        "Step inf",
    ],
)
def test_the_director_refuses_nonsense_with_an_error(client: unrealcv.Client, call: str) -> None:
    load(client)
    assert str(ask(client, f"vbp HMDirector {call}")).startswith("error ")
    assert ask(client, "vget /unrealcv/echo alive") == "alive"


def test_a_second_client_is_turned_away_and_the_first_goes_on(engine: EngineProcess, client: unrealcv.Client) -> None:
    with socket.create_connection((engine.address.host, engine.address.port), timeout=5) as second:
        assert second.recv(64) == b""
    assert ask(client, "vget /unrealcv/echo still") == "still"


def test_clients_may_come_and_go_on_both_sockets(engine: EngineProcess) -> None:
    for _ in range(3):
        for endpoint, kind in (((engine.address.host, engine.address.port), "inet"), (engine.address.unix, "unix")):
            one = unrealcv.Client(endpoint, kind)
            assert one.connect()
            assert one.request("vget /unrealcv/echo hello") == "hello"
            one.disconnect()


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        struct.pack("<II", MAGIC, 0),
        struct.pack("<II", MAGIC, 0xFFFFFFFF),
        struct.pack("<II", MAGIC, 100) + b"short",
        pack_frame(b"no number"),
        pack_frame(b"\xff\xfe\xfd"),
        b"",
    ],
)
def test_rubbish_on_the_wire_does_not_hurt_the_next_client(engine: EngineProcess, raw: bytes) -> None:
    with socket.create_connection((engine.address.host, engine.address.port), timeout=5) as rude:
        rude.recv(64)
        with contextlib.suppress(OSError):  # the server may hang up first
            rude.sendall(raw)
            rude.shutdown(socket.SHUT_WR)
            assert rude.recv(64) == b""
    polite = unrealcv.Client((engine.address.host, engine.address.port), "inet")
    assert any(polite.connect() for _ in range(50)), "turned away only until the server has seen the other one go"
    assert polite.request("vget /unrealcv/echo fine") == "fine"
    polite.disconnect()


def test_a_batch_answers_in_order(client: unrealcv.Client) -> None:
    assert client.request(["vbatch 2", "vget /unrealcv/echo a", "vget /unrealcv/echo b"]) == ["ok", "a", "b"]


def test_a_batch_that_breaks_off_runs_nothing(engine: EngineProcess) -> None:
    before = "vset /camera/0/location 1 2 3"
    with socket.create_connection((engine.address.host, engine.address.port), timeout=5) as one:
        one.recv(64)
        one.sendall(b"".join(pack_frame(b"%d:%s" % (k, c.encode())) for k, c in enumerate([before, "vbatch 2", before.replace("1", "9")])))
        one.shutdown(socket.SHUT_WR)
        assert b"".join(iter(lambda: one.recv(64), b"")).endswith(b"1:ok")
    polite = unrealcv.Client((engine.address.host, engine.address.port), "inet")
    assert any(polite.connect() for _ in range(50))
    assert polite.request("vget /camera/0/location") == "1.000 2.000 3.000"
    assert polite.request(["vbatch 2", "vbatch 1", "vget /unrealcv/echo a"]) == ["ok", "error vbatch can not be nested", "a"]
    assert str(polite.request("vbatch 99999")).startswith("error Argument Invalid: vbatch takes 0 to 10000")
    polite.disconnect()


def test_a_client_that_does_not_read_delays_nobody_for_ever(engine: EngineProcess) -> None:
    with socket.create_connection((engine.address.host, engine.address.port), timeout=5) as deaf:
        deaf.recv(64)
        deaf.sendall(
            pack_frame(b"0:vset /camera/0/size 1920 1080") + b"".join(pack_frame(b"%d:vget /camera/0/lit bmp" % k) for k in range(1, 9))
        )
        # While its replies are stuck, newcomers are closed at once, not left waiting.
        assert all(_turned_away(engine) for _ in range(3))
    polite = unrealcv.Client((engine.address.host, engine.address.port), "inet")
    assert any(polite.connect() for _ in range(200))
    assert polite.request("vset /camera/0/size 64 48") == "ok"
    polite.disconnect()


def _turned_away(engine: EngineProcess) -> bool:
    with socket.create_connection((engine.address.host, engine.address.port), timeout=20) as second:
        return second.recv(64) == b""


def test_a_command_longer_than_any_is_an_error_and_long_digits_take_no_time(client: unrealcv.Client) -> None:
    assert (
        ask(client, "vget /unrealcv/echo " + "x" * (1 << 20))
        == f"error Argument Invalid: a command has at most {1 << 20} bytes, got {(1 << 20) + 20}"
    )
    assert str(ask(client, "vset /camera/0/fov " + "9" * 900_000 + "x")).startswith("error No handler found")
    assert str(ask(client, "vset /camera/0/fov " + "9" * 900_000)) == "error Argument Invalid"
    assert str(ask(client, "vget /camera/" + "9" * 900_000 + "/fov")) == "error Invalid sensor id"


def test_it_listens_on_loopback_only(engine: EngineProcess) -> None:
    table = Path("/proc/net/tcp")
    if not table.exists():
        pytest.skip("no /proc/net/tcp here to look at")
    mine = [line.split()[1] for line in table.read_text().splitlines()[1:] if line.split()[1].endswith(f":{engine.address.port:04X}")]
    assert mine
    assert all(address.startswith("0100007F") for address in mine)


def test_a_port_in_use_is_one_clear_line(engine: EngineProcess) -> None:
    command = [sys.executable, "-m", "hmworld.embedded", "--port", str(engine.address.port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"cannot listen on 127.0.0.1:{engine.address.port}" in done.stderr
    assert "choose another --port" in done.stderr


def test_the_engine_ends_with_its_parent() -> None:
    process = launch_embedded(threads=1)
    assert process.process.stdin is not None
    process.process.stdin.close()
    assert process.process.wait(timeout=20) == 0
    process.close()
