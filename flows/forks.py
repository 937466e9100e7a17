"""Processes forked from one that ran a flow, such as the workers of a training job's loader, end without an error.

Prefect 3.8 resets its queue services in a forked child, and then asserts at the child's exit that they were started: the child ends with
exit code 1, which PyTorch's DataLoader takes for a crash. The services that a child inherits have nothing to hand over: they are done.
"""

import asyncio
import importlib
import os
from types import ModuleType


def _done() -> None:
    done = asyncio.Event()
    done.set()
    for service in list(getattr(_services, "_active_services", ())):
        service._done_event = done


def _found() -> ModuleType | None:
    """Not of Prefect's public interface: a version that has it elsewhere is left as it is."""
    try:
        return importlib.import_module("prefect._internal.concurrency.services")
    except ImportError:
        return None


_services = _found()


def let_forks_exit() -> None:
    """To be called once, after Prefect has registered what it does after a fork."""
    if _services is not None and hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_done)
