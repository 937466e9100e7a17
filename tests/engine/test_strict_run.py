"""A whole run against an engine with the habits of the plugin's branch 5.2: each command is legal, and the dataset is the same."""

from collections import Counter

import numpy as np
import pytest
from faulty import Proxy
from legal import violations

import hmworld as hm
from hmworld.engine import launch_embedded
from hmworld.protocol.director import ARGUMENT_FORMS, DIRECTOR

BY_THE_CLIENT = "vget /unrealcv/commands"
"""Sent by the `unrealcv` package itself whenever it connects; branch 5.2 answers an error, and the package goes on without."""


@pytest.mark.long
def test_a_run_sends_only_legal_commands_and_a_strict_engine_gives_the_same_dataset(tiny_dataset, tmp_path, hmworld):
    with launch_embedded(2, strict=True) as process, Proxy(("127.0.0.1", process.address.port), "none", "never sent") as proxy:
        done = hmworld("generate", "tiny", "--engine", "unreal", "--port", proxy.port, "--out", tmp_path / "strict")
    assert done.returncode == 0, done.stderr
    asked = [command for command in proxy.commands if command != BY_THE_CLIENT]
    assert violations(asked) == []
    sent = Counter(command.split(" ")[2] for command in asked if command.startswith("vbp "))
    assert {row.name for row in DIRECTOR} - set(sent) <= {"SpawnBox", "ClearSubjects", "Step"}, "what no run with these streams needs"
    usual, strict = hm.open(tiny_dataset), hm.open(tmp_path / "strict")
    assert strict.info.counts == usual.info.counts
    assert len(asked) > 10 * 60 * usual.info.counts.planned, "at least ten a frame"
    ids = usual.manifest.column("clip_id").to_pylist()
    assert strict.manifest.column("clip_id").to_pylist() == ids
    for one, other in zip(map(usual.clip, ids), map(strict.clip, ids), strict=True):
        assert one.meta == other.meta
        for member in ("json", "npz", "mp4", "mask.mkv", "txt"):
            assert one.member(member) == other.member(member), member
        for near, half in zip(one.depths_m(), other.depths_m(), strict=True):
            # Half floats and their rounding to 1/256 m; what they cannot hold is stored as nothing in both.
            np.testing.assert_allclose(half, near, rtol=1e-3, atol=1 / 256)
    assert hmworld("validate", tmp_path / "strict").returncode == 0


@pytest.mark.parametrize(
    "command",
    [
        "vget /unrealcv/commands",
        "vset /action/tick",
        "vset /camera/1/location 1e-05 0 0",
        "vset /camera/1/location +1 0 0",
        "vset /camera/1/location .5 0 0",
        "vset /camera/1/location 1 2",
        "vset /camera/0/location 1 2 3",
        "vset /camera/1/fov  60",
        "vset /camera//fov 60",
        "vget /camera/1/lit ",
        "vbp HMDirector Dance 1",
        "vbp Other Capabilities",
        "vbp HMDirector SetSubjects 1,2,3",
        "vbp HMDirector SetSubjects " + ",".join(["1e-07"] * 9),
        "vbp HMDirector SetSubjects " + ",".join(["0.123456"] * 9 * 1000),
        "vbp HMDirector SpawnSubject hm_1 dog walk 1 cafe",
        "vbp HMDirector Step",
    ],
)
def test_what_the_plugin_would_not_take_is_found(command: str) -> None:
    assert violations([command])


def test_each_argument_of_the_table_has_a_form() -> None:
    assert {name for row in DIRECTOR for name in row.arguments} == set(ARGUMENT_FORMS)
