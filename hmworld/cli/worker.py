"""`hmworld worker`, and `pause`, `resume` and `stop` of a run."""

import json
import logging
import os
import signal
import sys
import time
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from hmworld.cli.engines import EMBEDDED, Engines
from hmworld.dataset.plan_file import PLAN
from hmworld.dataset.progress import ask_to_stop, set_paused
from hmworld.errors import UsageError

SILENT_S = 60.0
LOOK_S = 0.5


def worker(
    *,
    pool: Annotated[str, Parameter(help="Work pool of the Prefect server at PREFECT_API_URL; made if it is not there.")] = "render",
    name: Annotated[str, Parameter(help="Of this machine's slots, which get -0, -1 ... behind it; left out: the machine's name.")] = "",
    engines: Engines = EMBEDDED,
    silent: Annotated[float, Parameter(help="Seconds after which a process that says nothing is ended.")] = SILENT_S,
) -> int:
    """Offer this machine's engines to a work pool: one Prefect worker for each, kept at work until Ctrl-C or SIGTERM.

    Engines stay up between batches. The first Ctrl-C finishes the clips that are under way.

    Example: hmworld worker --pool render --workers 2
             hmworld worker --pool render --engine unreal --unreal-binary HMWorld --gpus 0,1,2,3
    """
    from flows.settings import apply_farm_settings
    from hmworld.farm.environment import default_slot_name
    from hmworld.farm.keeper import SlotKeeper
    from hmworld.farm.kept import slots_home

    if not os.environ.get("PREFECT_API_URL"):
        raise UsageError("PREFECT_API_URL is not set: it names the Prefect server that has the work pool, as http://HOST:4200/api")
    if silent <= 0:
        raise UsageError(f"--silent: expected seconds, got {silent:g}")
    apply_farm_settings()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    specs = engines.slots(slots_home())
    keepers = [
        SlotKeeper(f"{name}-{number}" if name else default_slot_name(number), spec, pool, silent) for number, spec in enumerate(specs)
    ]
    print(
        f"{len(keepers)} slots for work pool {pool!r}: {', '.join(keeper.folder.name for keeper in keepers)}", file=sys.stderr, flush=True
    )
    told = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.append(1))
    try:
        while not told:
            for keeper in keepers:
                keeper.step()
            if all(keeper.quarantined for keeper in keepers):
                print("all slots are quarantined:", *(f"  {k.folder.name}: {k.quarantined}" for k in keepers), sep="\n", file=sys.stderr)
                return 1
            time.sleep(LOOK_S)
        print("stopping; the clips that are under way are finished first (again to stop at once) ...", file=sys.stderr, flush=True)
        for keeper in keepers:
            keeper.ask_to_stop()
        while len(told) < 2 and any(keeper.is_busy() for keeper in keepers):
            time.sleep(LOOK_S)
    finally:
        for keeper in keepers:
            keeper.end()
    return 0


def slots(*, json_output: Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON object.")] = False) -> None:
    """Show this machine's slots: who has them, their engines, and what is wrong with them.

    Example: hmworld slots
    """
    from hmworld.farm.keeper import known_slots
    from hmworld.farm.kept import Holder, KeptEngine, KeptNote, slots_home
    from hmworld.farm.processes import is_there

    home = slots_home()
    found = []
    for folder in known_slots(home):
        holder, note = folder.read(Holder), folder.read(KeptNote)
        busy = holder is not None and is_there(holder.process, holder.started)
        running = note is not None and KeptEngine(folder, note).alive()
        found.append(
            {
                "slot": folder.name,
                "process": holder.process if busy else None,
                "engine": note.process if running else None,
                "port": note.port if running else None,
                "scene": note.scene if running else "",
                "clips": note.clips if running else 0,
                "quarantined": folder.quarantined,
            }
        )
    if json_output:
        print(json.dumps({"slots": found}))
        return
    if not found:
        print(f"no slots yet in {home}; `hmworld worker` makes them")
    for one in found:
        state = f"at work (process {one['process']})" if one["process"] else "waiting"
        engine = f"engine {one['engine']} on port {one['port']}, {one['clips']} clips" if one["engine"] else "no engine"
        print(f"{one['slot']}: {state}; {engine}" + (f", {one['scene']} loaded" if one["scene"] else ""))
        if one["quarantined"]:
            print(f"  quarantined: {one['quarantined']}")


def _check_run(directory: Path) -> None:
    if not (directory / PLAN).is_file():
        raise UsageError(f"{directory}: is not the folder of a run: it has no {PLAN}")
    if (directory / "dataset.json").is_file():
        raise UsageError(f"{directory}: is finished already")


def pause(directory: Path) -> None:
    """Have a run wait: each slot finishes the clip that it is at, and begins no other until `hmworld resume`.

    Example: hmworld pause my-dataset
    """
    _check_run(directory)
    set_paused(directory, True)
    print(f"{directory}: pausing; `hmworld resume {directory}` goes on")


def resume(directory: Path) -> None:
    """Have a run that was paused go on.

    Example: hmworld resume my-dataset
    """
    _check_run(directory)
    set_paused(directory, False)
    print(f"{directory}: goes on")


def stop(directory: Path) -> None:
    """Have a run end: each slot finishes the clip that it is at. `hmworld generate` goes on with it later.

    Example: hmworld stop my-dataset
    """
    _check_run(directory)
    ask_to_stop(directory)
    print(f"{directory}: stopping; `hmworld status {directory}` tells when it has")
