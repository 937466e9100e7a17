"""A built wheel works from an empty folder: it holds its data and makes clips."""

import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent.parent


@pytest.mark.long
def test_a_built_wheel_generates_two_clips_from_an_empty_folder(tmp_path: Path, environment: dict[str, str]) -> None:
    def run(*command: object, cwd: Path = tmp_path) -> str:
        done = subprocess.run([str(c) for c in command], cwd=cwd, env=environment, capture_output=True, text=True, timeout=500)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path / "dist", REPOSITORY)
    (wheel,) = (tmp_path / "dist").glob("hmworld-*.whl")
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])").strip())
    # The dependencies of this environment, but not its editable hmworld: a path file is not followed further.
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    empty = tmp_path / "empty"
    empty.mkdir()
    where = run(python, "-c", "import hmworld; print(hmworld.__file__)", cwd=empty).strip()
    assert where.startswith(str(site))
    recipe = empty / "two.yaml"
    recipe.write_text(
        "name: two\nclips: 2\nclips_per_shard: 1\nrender: {width: 96, height: 64, frames: 40, context_frames: 20}\n"
        "retention: {min_not_out_before: 2, min_visible_before: 2, min_gap: 3, min_visible_after: 2}\n"
    )
    command = tmp_path / "venv" / "bin" / "hmworld"
    answer = json.loads(run(command, "generate", recipe.name, "--out", "data", "--workers", "1", "--json", cwd=empty))
    assert (answer["planned"], answer["kept"] + answer["rejected"]) == (2, 2)
    run(command, "validate", "data", cwd=empty)
