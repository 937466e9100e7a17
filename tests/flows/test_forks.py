"""A process forked from one that ran a flow."""

import subprocess
import sys

import pytest

CODE = """
import multiprocessing, sys
from flows.settings import apply_local_settings
apply_local_settings()
if sys.argv[1] == "ours":
    import flows.generate
from prefect._internal.concurrency.services import QueueService

class Service(QueueService):
    async def _handle(self, item):
        pass

service = Service.instance()
service.send(1)
service.wait_until_empty()
child = multiprocessing.get_context("fork").Process(target=int)
child.start()
child.join()
print(child.exitcode)
"""


def _exit_code(whose: str) -> int:
    done = subprocess.run([sys.executable, "-c", CODE, whose], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_forked_process_ends_without_an_error() -> None:
    assert _exit_code("ours") == 0
    if _exit_code("prefect") == 0:
        pytest.skip("this version of Prefect does it by itself: flows/forks.py can go")
