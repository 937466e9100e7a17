"""Shared fixtures: one tiny dataset, made once by the real command, and ways to run the command as a user would."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from filelock import FileLock

from hmworld.choreography.compiled.layout import SOURCES
from hmworld.cli.app import run as command
from hmworld.kernels import are_compiled

REPOSITORY = Path(__file__).parent.parent

TINY_SECONDS = 400


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with long tests come first: processes of tests take file after file, and the last ones should be short."""
    long = {item.path for item in items if item.get_closest_marker("long")}
    items.sort(key=lambda item: item.path not in long)


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of Prefect's own for the tests, so that no user's settings or database are touched.

    Where a test kills a run, Prefect's server of that run stays; it is ended with the tests.
    """
    home = tmp_path_factory.mktemp("prefect")
    yield home
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            left = f"PREFECT_HOME={home}".encode() in (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # gone meanwhile, or another user's
        if left and int(entry.name) != os.getpid():
            with suppress(ProcessLookupError):
                os.kill(int(entry.name), signal.SIGKILL)


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


@pytest.fixture
def here(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in this process, for what asks no process of its own: its exit code and what it wrote, as `hmworld` answers."""
    for name in ("PREFECT_HOME", "COLUMNS"):
        monkeypatch.setenv(name, environment[name])

    def run(*arguments: object) -> "subprocess.CompletedProcess[str]":
        words = [str(word) for word in arguments]
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
            code = command(words)
        return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())

    return run


Once = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Make a folder of a name once for all processes that run the tests: the first that asks makes it, others wait. It is only read."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "once"
    shared.mkdir(exist_ok=True)

    def folder(name: str, make: Callable[[Path], None]) -> Path:
        out = shared / name
        with FileLock(shared / f"{name}.lock"):
            if not (shared / f"{name}.made").exists():
                assert not out.exists(), f"{name} could not be made in another process of this run"
                out.mkdir()
                make(out)
                (shared / f"{name}.made").touch()
        return out

    return folder


@pytest.fixture(scope="session", autouse=True)
def kernels(once: Once, environment: dict[str, str]) -> None:
    """On a machine that never ran them the kernels are compiled at first, and once: else every process would, at the same time."""

    def make(folder: Path) -> None:
        planner = "from hmworld.cli import main; main()", "plan", "tiny", "--out", str(folder / "plan")
        renderer = ("from hmworld.embedded.raster.warm import warm_up; warm_up()",)
        running = [
            subprocess.Popen([sys.executable, "-c", *command], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for command in (planner, renderer)
        ]
        assert [process.wait(TINY_SECONDS) for process in running] == [0, 0]

    if not are_compiled(*SOURCES):
        once("kernels", make)


@pytest.fixture(scope="session")
def tiny_dataset(once: Once, hmworld: Run) -> Path:
    """The recipe `tiny` (4 clips, 208x120, 60 frames, depth), rendered with one worker."""

    def make(folder: Path) -> None:
        done = hmworld("generate", "tiny", "--out", folder / "tiny", "--workers", 1)
        assert done.returncode == 0, done.stderr

    return once("data", make) / "tiny"


_CUT_OFF = """
import sys

def _audit(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        host = arguments[1][0] if isinstance(arguments[1], tuple) else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if host is not None:
        with open({log!r}, "a") as file:
            file.write(f"{{event}} {{host}}\\n")
        raise OSError(f"{{event}} {{host}}: there is no network in this test")

sys.addaudithook(_audit)
"""


@pytest.fixture
def cut_off(environment: dict[str, str], tmp_path: Path) -> Run:
    """Run Python with arguments in a process that is refused every connection and must not try one; answers its completed process."""
    folder, log = tmp_path / "cut-off", tmp_path / "connections.log"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_CUT_OFF.format(log=str(log)))
    path = os.pathsep.join(filter(None, [str(folder), environment.get("PYTHONPATH", "")]))
    alone = {**environment, "PYTHONPATH": path, "HF_HOME": str(tmp_path / "hf"), "HF_HUB_DISABLE_TELEMETRY": "1"}
    alone |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}

    def run(*arguments: object, **options: object) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, *map(str, arguments)]
        settings = {"env": alone, "capture_output": True, "text": True, "timeout": TINY_SECONDS, **options}
        done = subprocess.run(command, **settings)  # type: ignore[call-overload]
        assert not log.exists(), log.read_text()
        return done  # type: ignore[no-any-return]

    return run


@pytest.fixture
def nobody(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """An environment in which Python's processes take themselves for a user's who is not root, as Unreal wants it."""
    folder = tmp_path / "nobody"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text("import os\nos.geteuid = lambda: 1000\n")
    return {**environment, "PYTHONPATH": str(folder)}


@dataclass(frozen=True)
class S3:
    """A server of the S3 protocol on loopback, with an empty bucket."""

    endpoint: str
    url: str
    """Of the bucket."""

    def bad_day(self, how: str) -> None:
        """What tests/s3_server.py does on request."""
        urllib.request.urlopen(f"{self.endpoint}/_control?{how}", timeout=60).close()


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    for module in ("moto", "flask", "flask_cors", "s3fs"):
        pytest.importorskip(module, reason=f"{module} is not installed: nothing is tested against the S3 protocol")
    command = [sys.executable, str(REPOSITORY / "tests" / "s3_server.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        server.stdin.close()


@pytest.fixture
def s3(s3_endpoint: str, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[S3]:
    """The server, reached as a user reaches S3: by the environment, which commands that the tests run have, too."""
    told = {"AWS_ENDPOINT_URL": s3_endpoint, "AWS_ACCESS_KEY_ID": "tester", "AWS_SECRET_ACCESS_KEY": "sesame", "AWS_REGION": "us-east-1"}
    told |= {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
        monkeypatch.setitem(environment, name, value)
    import fsspec

    bucket = f"bucket-{os.urandom(6).hex()}"
    fsspec.filesystem("s3", skip_instance_cache=True).mkdir(bucket)
    fsspec.filesystem("s3").clear_instance_cache()
    yield S3(s3_endpoint, f"s3://{bucket}")
    urllib.request.urlopen(f"{s3_endpoint}/_control?heed=1", timeout=60).close()
