"""Processes forked from one that ran a flow, such as the workers of a training job's loader, end without an error.

Prefect 3.8 resets its queue services in a forked child, and then asserts at the child's exit that they were started: the child ends with
exit code 1, which PyTorch's DataLoader takes for a crash. The services that a child inherits have nothing to hand over: they are done.
"""

import asyncio
import os

from prefect._internal.concurrency import services


def _done() -> None:
    done = asyncio.Event()
    done.set()
    for service in list(getattr(services, "_active_services", ())):
        service._done_event = done


def let_forks_exit() -> None:
    """To be called once, after Prefect has registered what it does after a fork."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_done)
