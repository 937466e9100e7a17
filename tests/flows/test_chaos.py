"""The farm under faults: parts are killed, stopped and damaged while it works, and the dataset is that of an undisturbed run."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from chaos_farm import HMWORLD, Farm, recipe_of, small_disk

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="finds the processes of the farm in /proc"),
]
CLIPS = 30


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recipe") / "chaos.yaml"
    path.write_text(recipe_of(CLIPS))
    return path


@pytest.fixture(scope="module")
def undisturbed(recipe: Path, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("undisturbed") / "chaos"
    done = subprocess.run([*HMWORLD, "generate", str(recipe), "--out", str(out)], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return out


def digests(dataset: Path) -> dict[str, str]:
    return {
        path.relative_to(dataset).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(dataset.rglob("*"))
        if path.is_file()
    }


def test_ten_faults_over_thirty_clips_leave_no_trace(recipe: Path, undisturbed: Path, tmp_path: Path) -> None:
    faults = ["kill_turn", "kill_engine", "corrupt_clip", "kill_worker", "clock_jump"]
    faults += ["kill_server", "stop_turn", "corrupt_lease", "kill_keeper", "kill_supervisor"]
    with small_disk(tmp_path / "data", "200m") as is_small:
        if is_small:
            faults[4:4] = ["full_disk"]
        farm = Farm(tmp_path, recipe, seed=1)
        try:
            farm.start_server()
            farm.run(CLIPS, faults)
            assert sum(farm.faults.values()) >= 10
            assert farm.runs_named("generate chaos")[:2] == ["COMPLETED", "CRASHED"]
            assert digests(farm.out) == digests(undisturbed)
        finally:
            farm.end()


def test_a_database_that_is_lost_in_mid_run_loses_nothing_and_only_the_missing_is_rendered(
    recipe: Path, undisturbed: Path, tmp_path: Path
) -> None:
    farm = Farm(tmp_path, recipe, seed=2, batch_clips=8)
    try:
        farm.start_server()
        farm.run(CLIPS, ["lose_database", "kill_supervisor"])
        assert farm.services["server"].starts == 2
        assert digests(farm.out) == digests(undisturbed)
        assert len(farm.records) == CLIPS
        assert farm.twice == set()
    finally:
        farm.end()
