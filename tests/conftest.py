"""Shared fixtures: one tiny dataset, made once by the real command, and ways to run the command as a user would."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent

TINY_SECONDS = 400


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of Prefect's own for the tests, so that no user's settings or database are touched."""
    return tmp_path_factory.mktemp("prefect")


Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def environment(prefect_home: Path) -> dict[str, str]:
    """Environment of commands run by the tests."""
    return {**os.environ, "PREFECT_HOME": str(prefect_home), "COLUMNS": "200"}


@pytest.fixture(scope="session")
def hmworld(environment: dict[str, str]) -> Run:
    """Run the command in a process of its own; answers its completed process."""

    def run(*arguments: object, timeout: float = TINY_SECONDS, **options: object) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-c", "from hmworld.cli import main; main()", *map(str, arguments)]
        settings = {"env": environment, "capture_output": True, "text": True, "timeout": timeout, **options}
        return subprocess.run(command, **settings)  # type: ignore[call-overload,no-any-return]

    return run


@pytest.fixture(scope="session")
def tiny_dataset(tmp_path_factory: pytest.TempPathFactory, hmworld: Run) -> Path:
    """The recipe `tiny` (4 clips, 208x120, 60 frames, depth), rendered with one worker."""
    out = tmp_path_factory.mktemp("data") / "tiny"
    done = hmworld("generate", "tiny", "--out", out, "--workers", 1)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture
def nobody(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """An environment in which Python's processes take themselves for a user's who is not root, as Unreal wants it."""
    folder = tmp_path / "nobody"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text("import os\nos.geteuid = lambda: 1000\n")
    return {**environment, "PYTHONPATH": str(folder)}
