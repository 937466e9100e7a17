"""The habits of the plugin's branch 5.2 that `--strict-5.2` puts on, each seen by the real client."""

import socket
from collections.abc import Iterator

import numpy as np
import pytest
import unrealcv
from wire import array, ask, load, picture

from hmworld.catalog import default_catalog
from hmworld.embedded.strict import LATE_CAPTURES
from hmworld.engine import Connection, EngineProcess, launch_embedded, probe
from hmworld.errors import EngineStartError
from hmworld.protocol.grammar import COMMANDS_5_2
from hmworld.protocol.settings import plugin_socket


@pytest.fixture(scope="module")
def strict() -> Iterator[EngineProcess]:
    with launch_embedded(threads=2, strict=True) as process:
        yield process


@pytest.fixture
def plugin(strict: EngineProcess) -> Iterator[unrealcv.Client]:
    """The driver's own connection finds the server on TCP or, later on, on its Unix socket."""
    with Connection(strict.address, strict.alive) as connection:
        client = connection._client
        load(client)
        yield client


def settle(client: unrealcv.Client) -> None:
    ask(client, "vbp HMDirector WarmUp 8")


def spawn(client: unrealcv.Client, name: str) -> None:
    labrador = default_catalog().subjects["labrador"]
    assert "Joints" in str(ask(client, f"vbp HMDirector SpawnSubject {name} labrador walk 1 {labrador.motion_sha256}"))


def camera_before_a_dog(client: unrealcv.Client, *spawning: str) -> str:
    ask(client, "vbp HMDirector ClearSubjects")
    ask(client, "vset /cameras/spawn")
    index = str(len(str(ask(client, "vget /cameras")).split()) - 1)
    ask(client, f"vset /camera/{index}/size 96 64")
    for command in spawning:
        ask(client, command)
    ask(client, f"vset /camera/{index}/location -250 0 60")
    ask(client, f"vset /camera/{index}/rotation 0 0 0")
    settle(client)
    return index


def test_commands_of_other_servers_are_unknown(plugin: unrealcv.Client) -> None:
    for command in ("vget /unrealcv/commands", "vset /action/tick", "vget /camera/0/pose", "vset /objects/spawn_bp_asset /Game/x y"):
        assert command not in COMMANDS_5_2
        assert ask(plugin, command) == f"error No handler found for URI '{command}'"
    for command in ("vget /camera/0/normal npy", "vget /camera/0/optical_flow npy"):
        assert str(ask(plugin, command)).startswith("error Invalid filename type")


def test_camera_0_lags_a_request_and_a_spawned_one_does_not(plugin: unrealcv.Client) -> None:
    ask(plugin, "vset /camera/0/location 100 0 200")
    assert ask(plugin, "vget /camera/0/location") != "100.000 0.000 200.000"
    assert ask(plugin, "vget /camera/0/location") == "100.000 0.000 200.000"
    index = camera_before_a_dog(plugin)
    ask(plugin, f"vset /camera/{index}/location 100.12345 0 200")
    assert ask(plugin, f"vget /camera/{index}/location") == "100.123 0.000 200.000"


def test_the_mask_and_the_depth_show_what_is_annotated(plugin: unrealcv.Client) -> None:
    index = camera_before_a_dog(plugin, "vset /objects/spawn labrador rex")
    empty = array(ask(plugin, f"vget /camera/{index}/depth npy"))
    assert not picture(ask(plugin, f"vget /camera/{index}/object_mask png"))[..., :3].any()
    ask(plugin, "vset /object/rex/color 200 40 80")
    mask = picture(ask(plugin, f"vget /camera/{index}/object_mask png"))[..., :3]
    shown = (mask == (80, 40, 200)).all(-1)
    assert shown.sum() > 20
    nearer = array(ask(plugin, f"vget /camera/{index}/depth npy")) < empty
    assert (nearer == shown).mean() > 0.99
    # What the director spawns is annotated by it.
    index = camera_before_a_dog(plugin)
    spawn(plugin, "hm_1")
    settle(plugin)
    assert picture(ask(plugin, f"vget /camera/{index}/object_mask png"))[..., :3].any()


def test_the_director_refuses_within_its_reply(plugin: unrealcv.Client) -> None:
    assert ask(plugin, "vbp HMDirector WarmUp 1") == '{"Frames":"1"}'
    refused = str(ask(plugin, "vbp HMDirector SpawnSubject a nobody walk 1 00"))
    assert refused.startswith('{"Object":"error No subject \'nobody\' here')
    assert refused.endswith('"Joints":""}')
    assert ask(plugin, "vbp HMDirector Dance 1") == "error Argument Invalid"


def test_depth_comes_in_half_floats(plugin: unrealcv.Client) -> None:
    index = camera_before_a_dog(plugin)
    depth = array(ask(plugin, f"vget /camera/{index}/depth npy"))
    np.testing.assert_array_equal(depth, depth.astype(np.float16).astype(np.float32))
    assert np.isinf(depth).any()


def test_pictures_after_a_change_come_late_unless_it_is_warmed_up(plugin: unrealcv.Client) -> None:
    index = camera_before_a_dog(plugin)
    spawn(plugin, "hm_1")
    shots = [np.asarray(picture(ask(plugin, f"vget /camera/{index}/lit bmp")), np.int64) for _ in range(LATE_CAPTURES + 2)]
    assert [bool((shot == shots[-1]).all()) for shot in shots] == [False] * LATE_CAPTURES + [True, True]
    spawn(plugin, "hm_2")
    settle(plugin)
    shots = [picture(ask(plugin, f"vget /camera/{index}/lit bmp")) for _ in range(2)]
    np.testing.assert_array_equal(*shots)


def test_a_cut_disturbs_the_next_pictures_and_a_small_move_does_not(plugin: unrealcv.Client) -> None:
    index = camera_before_a_dog(plugin)

    def lit() -> np.ndarray:
        return picture(ask(plugin, f"vget /camera/{index}/lit bmp"))

    lit()
    ask(plugin, f"vset /camera/{index}/location -240 0 60")
    np.testing.assert_array_equal(lit(), lit())
    ask(plugin, f"vset /camera/{index}/rotation 0 90 0")
    first, second, third, fourth = (lit() for _ in range(4))
    assert (first != third).any()
    assert (second != third).any()
    np.testing.assert_array_equal(third, fourth)


def test_after_the_first_client_only_the_unix_socket_is_served() -> None:
    with launch_embedded(1, strict=True) as process:
        path = plugin_socket(process.address.port)
        assert not path.exists()
        with Connection(process.address, process.alive) as first:
            assert probe(first).name == "embedded"
            with socket.create_connection((process.address.host, process.address.port), timeout=5.0) as other:
                assert other.recv(100) == b"", "a second client is closed without a greeting"
        with Connection(process.address, process.alive) as second:
            assert probe(second).name == "embedded"
        assert path.is_socket()
        with socket.create_connection((process.address.host, process.address.port), timeout=5.0) as silent:
            silent.settimeout(1.0)
            with pytest.raises(TimeoutError):
                silent.recv(100)
        with Connection(process.address, process.alive) as third:
            assert probe(third).name == "embedded"
    assert not path.exists()


def test_a_client_that_left_is_never_in_the_next_ones_way() -> None:
    with launch_embedded(1, strict=True) as process:
        for _ in range(100):
            with Connection(process.address, process.alive) as connection:
                assert connection.text("vget /unrealcv/status")


def test_while_the_unix_socket_has_a_client_the_next_is_told_at_once() -> None:
    with launch_embedded(1, strict=True) as process:
        Connection(process.address, process.alive).close()
        with Connection(process.address, process.alive) as second:
            with pytest.raises(EngineStartError, match="has it no other client"):  # TCP would say that nobody greets
                Connection(process.address, process.alive)
            assert second.text("vget /unrealcv/status")
