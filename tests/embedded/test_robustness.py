"""The scaled forms of `benchmarks/fuzz.py` and `benchmarks/leak.py`: anything over the wire, and many loads of one server."""

import sys
from pathlib import Path

import pytest

from hmworld.engine import launch_embedded

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

import fuzz
import leak

linux = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks into /proc")


@pytest.mark.slow
@linux
def test_no_message_kills_the_server_hangs_a_client_or_leaves_the_save_folder() -> None:
    with fuzz.audited_server() as server:
        outcome = fuzz.fuzz(5_000, 1, server)
        assert outcome.faults == []
        assert outcome.messages >= 5_000
        assert outcome.clients_served == outcome.bursts > 100
        assert min(outcome.replies.get(kind, 0) for kind in ("ok", "error")) > 300
        assert '"write"' in server.log.read_text(), "the audit sees what is written"
        assert len(list(Path(f"/proc/{server.process.pid}/fd").iterdir())) < 16


@linux
def test_the_audit_tells_a_trespass(tmp_path: Path) -> None:
    (tmp_path / "saved").mkdir()
    server = fuzz.Audited(None, 0, tmp_path)  # type: ignore[arg-type]
    server.log.write_text(
        "\n".join(
            [
                f'["write", "open", "{tmp_path}/saved/a.png"]',
                f'["write", "open", "{tmp_path}/b.png"]',
                f'["read", "open", "{tmp_path}/secret.png"]',
                f'["read", "open", "{sys.prefix}/x.py"]',
                '["never", "os.system", "ls"]',
                f'["write", "os.mkdir", "{tmp_path}/saved/../c"]',
            ]
        )
    )
    assert len(fuzz.trespasses(server)) == 4


@pytest.mark.long
@linux
def test_a_hundred_loads_and_spawns_leave_nothing_behind(tmp_path: Path) -> None:
    with launch_embedded(1, save_folder=tmp_path / "saved") as process:
        samples = leak.watch(process, tmp_path, 100)
        socket_file = Path(process.address.unix)
        assert socket_file.exists()
    # What the system counts as resident goes up and down by some percent by itself; a leak of a scene a load would make it twice as much.
    assert samples.growth(warm=40) < 0.08
    assert len(set(samples.files)) == 1
    assert max(samples.descriptors) - min(samples.descriptors) <= 2
    assert not socket_file.exists()
    assert not socket_file.parent.exists()
