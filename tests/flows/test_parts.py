"""A plan that is rendered in parts, as jobs of an array do, gives the same dataset."""

from pathlib import Path

import pytest

from hmworld.dataset import PlanFile


@pytest.mark.long
def test_parts_make_the_same_dataset_in_any_order(tiny_dataset: Path, tmp_path: Path, hmworld) -> None:
    out = tmp_path / "parts"
    assert hmworld("plan", "tiny", "--out", out).returncode == 0

    for index in (2, 0, 1):
        done = hmworld("render-part", out, "--index", index, "--of", 3, "--json")
        assert done.returncode == 0, done.stderr
        assert '"failed": {}' in done.stdout
    assert len(list((out / ".staging" / "clips").glob("*.json"))) == len(PlanFile(out)) == 4
    done = hmworld("generate", "tiny", "--out", out, "--workers", 1)
    assert done.returncode == 0, done.stderr
    for path in tiny_dataset.rglob("*"):
        if path.is_file():
            assert (out / path.relative_to(tiny_dataset)).read_bytes() == path.read_bytes(), path


@pytest.mark.parametrize(("index", "of"), [(3, 3), (-1, 3), (0, 0)])
def test_a_part_that_there_is_not_is_refused(tmp_path: Path, hmworld, index: int, of: int) -> None:
    done = hmworld("render-part", tmp_path, "--index", index, "--of", of)
    assert done.returncode == 2
    assert "expected an index of 0 to" in done.stderr
