"""An embedded engine for a module's tests, and the real client connected to it."""

from collections.abc import Iterator

import pytest
import unrealcv

from hmworld.engine import EngineProcess, launch_embedded


@pytest.fixture(scope="module")
def engine() -> Iterator[EngineProcess]:
    with launch_embedded(threads=2) as process:
        yield process


@pytest.fixture
def client(engine: EngineProcess) -> Iterator[unrealcv.Client]:
    connected = unrealcv.Client((engine.address.host, engine.address.port), "inet")
    assert connected.connect()
    yield connected
    connected.disconnect()
