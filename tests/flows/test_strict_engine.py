"""The whole pipeline against an engine with the habits of the plugin's branch 5.2: the same dataset, but for its half-float depth."""

import numpy as np

import hmworld as hm
from hmworld.engine import launch_embedded


def test_a_dataset_of_a_strict_engine_is_the_same(tiny_dataset, tmp_path, hmworld):
    with launch_embedded(2, strict=True) as process:
        port = str(process.address.port)
        done = hmworld("generate", "tiny", "--engine", "unreal", "--port", port, "--out", tmp_path / "strict")
    assert done.returncode == 0, done.stderr
    usual, strict = hm.open(tiny_dataset), hm.open(tmp_path / "strict")
    assert strict.info.counts == usual.info.counts
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
