"""What the tests of the page share: a report of the tiny dataset, a server of it, and a browser."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import CHROMIUM, MISSING, Browser

import hmworld as hm
from hmworld.cli.clips import checker
from hmworld.dataset import Dataset
from hmworld.report.page import PageServer, write_report


@pytest.fixture(scope="session")
def dataset(tiny_dataset: Path) -> Dataset:
    return hm.open(tiny_dataset)


@pytest.fixture(scope="session")
def report(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of the tiny dataset with players for three of its four clips."""
    out = tmp_path_factory.mktemp("report") / "page"
    ids = dataset.manifest.column("clip_id").to_pylist()
    write_report(dataset, out, [ids[k] for k in (0, 1, 3)], checker(dataset), None, lambda: None)
    return out


@pytest.fixture(scope="session")
def server(dataset: Dataset) -> Iterator[PageServer]:
    page = PageServer(dataset, checker(dataset), "127.0.0.1", 0)
    thread = threading.Thread(target=page.serve_forever, daemon=True)
    thread.start()
    yield page
    page.shutdown()
    page.server_close()
    thread.join(5.0)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip(MISSING)
    found = Browser(tmp_path / "profile")
    yield found
    found.close()
