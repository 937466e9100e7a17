"""Options of commands that render: which engines, and how many; and the slots that they mean."""

import os
import re
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

from cyclopts import Parameter

from hmworld.errors import UsageError

if TYPE_CHECKING:
    # Not at run time: the driver needs OpenCV, and `hmworld doctor` must run where that cannot be imported.
    from hmworld.catalog import Catalog
    from hmworld.engine.launch import EngineAddress
    from hmworld.model.recipe import Recipe
    from hmworld.produce.slot import RestartLimits, SlotSpec

SHOWN = 5
"""Names told of those that an engine lacks."""
RESTART_CLIPS, RESTART_FACTOR = 200, 3.0
"""When a game is started anew, unless told otherwise."""
_MAP = re.compile(r"(?:([A-Za-z0-9_-]+)=)?(/[A-Za-z0-9_/]+)")
T = TypeVar("T")
_ADDRESS = re.compile(r"([^\s:/]+|\[[0-9a-fA-F:]+\]):([0-9]{1,5})")


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Engines:
    """The engines to render on."""

    engine: Annotated[
        Literal["embedded", "unreal"],
        Parameter(help="`embedded` needs nothing else; `unreal` is a running UnrealCV server with HMDirector, or a game to start."),
    ] = "embedded"
    workers: Annotated[int, Parameter(help="Engines side by side; 0 = one a core, or all that are named.")] = 0
    host: Annotated[str, Parameter(help="Of a running server, with --engine unreal.")] = "127.0.0.1"
    port: Annotated[int, Parameter(help="Of a running server, or of the first game to start; each further one has the next.")] = 9000
    address: Annotated[
        tuple[str, ...], Parameter(help="HOST:PORT of a running server, in place of --host and --port; may be given more than once.")
    ] = ()
    unreal_binary: Annotated[Path | None, Parameter(help="Packaged game to start, as ue_project/Scripts/run_headless would.")] = None
    gpus: Annotated[str, Parameter(help="Graphics adapters to start games on, as 0,1.")] = ""
    instances_per_gpu: Annotated[int, Parameter(help="Games on each.")] = 1
    map: Annotated[
        tuple[str, ...],
        Parameter(
            help="Start games on a map, as /Game/Maps/Park; park=/Game/Maps/Park renders scene park there and nothing else. May be "
            "given more than once, the games take turns. Without it games stream scenes in."
        ),
    ] = ()
    restart_after: Annotated[
        int | None, Parameter(help=f"Start an engine anew after so many clips; 0 = never. A game: {RESTART_CLIPS}; the embedded engine: 0.")
    ] = None
    memory_limit: Annotated[float, Parameter(help="Start an engine anew when it holds more GiB of memory; 0 = no limit. On Linux.")] = 0.0
    memory_growth: Annotated[
        float | None,
        Parameter(
            help=f"The same, when it holds so many times as much as after its first clip; 0 = never. A game: {RESTART_FACTOR:g}; the "
            "embedded engine: 0. On Linux."
        ),
    ] = None
    start_timeout: Annotated[float, Parameter(help="Seconds that a game may take to start.")] = 900.0
    engine_logs: Annotated[Path | None, Parameter(help="Folder for the logs of games; else OUT/.staging/engines, removed at the end.")] = (
        None
    )

    def slots(self, out: Path) -> "list[SlotSpec]":
        """The slots to render on; UsageError where options do not fit together or cannot be used."""
        self._check()
        if self.engine == "embedded":
            return self._embedded()
        if self.unreal_binary is None:
            return self._running()
        return self._games(self.engine_logs or out / ".staging" / "engines")

    def _check(self) -> None:
        if self.workers < 0:
            raise UsageError(f"--workers: expected 0 or more, got {self.workers}")
        if not 1 <= self.port <= 65535:
            raise UsageError(f"--port: expected 1 to 65535, got {self.port}")
        if self.restart_after is not None and self.restart_after < 0:
            raise UsageError(f"--restart-after: expected 0 (never) or a number of clips, got {self.restart_after}")
        if not 0.0 <= self.memory_limit < float("inf"):
            raise UsageError(f"--memory-limit: expected GiB, or 0 for no limit, got {self.memory_limit:g}")
        if self.memory_growth is not None and not (self.memory_growth == 0.0 or 1.0 < self.memory_growth < float("inf")):
            raise UsageError(f"--memory-growth: expected a factor above 1, or 0 for never, got {self.memory_growth:g}")
        if (self.memory_limit or self.memory_growth) and sys.platform != "linux":
            raise UsageError("--memory-limit, --memory-growth: the memory of other processes is known on Linux only; use --restart-after")
        if self.engine == "embedded":
            self._refuse("needs --engine unreal", "host", "port", "address", "unreal_binary")
        if self.unreal_binary is None:
            self._refuse("needs --unreal-binary", "gpus", "instances_per_gpu", "map", "start_timeout", "engine_logs")
        if self.engine == "unreal" and self.unreal_binary is None:
            self._refuse("is of engines that we start; this one is running", "restart_after", "memory_limit", "memory_growth")
        if self.unreal_binary is not None:
            self._refuse("is of running servers; leave it or --unreal-binary out", "host", "address")
        if self.address:
            self._refuse("is said by --address", "host", "port")

    def _refuse(self, why: str, *names: str) -> None:
        """UsageError where one of these options was given."""
        for name in names:
            if getattr(self, name) != getattr(Engines, name):
                raise UsageError(f"--{name.replace('_', '-')}: {why}")

    def _embedded(self) -> "list[SlotSpec]":
        from hmworld.produce.slot import SlotSpec

        workers = self.workers or os.cpu_count() or 1
        return [SlotSpec(max(1, (os.cpu_count() or 1) // workers), limits=self._limits(0, 0.0))] * workers

    def _running(self) -> "list[SlotSpec]":
        from hmworld.engine.launch import EngineAddress
        from hmworld.produce.slot import SlotSpec

        found = [_address(text) for text in self.address] or [EngineAddress(self.host, self.port)]
        if len(set(found)) < len(found):
            raise UsageError(f"--address: a server is named twice among {', '.join(map(str, found))}; it serves one client at a time")
        return [SlotSpec(address=address) for address in self._first(found)]

    def _games(self, logs: Path) -> "list[SlotSpec]":
        from hmworld.engine.unreal import Game, is_root
        from hmworld.produce.slot import SlotSpec

        assert self.unreal_binary is not None
        binary = self.unreal_binary.absolute()
        if not binary.is_file() or not os.access(binary, os.X_OK):
            raise UsageError(f"--unreal-binary: {binary} is not there or cannot be run; ue_project/Scripts/package makes it")
        if is_root():
            raise UsageError("--unreal-binary: Unreal does not run as root; use another user")
        if self.instances_per_gpu < 1:
            raise UsageError(f"--instances-per-gpu: expected 1 or more, got {self.instances_per_gpu}")
        if not 0.0 < self.start_timeout < float("inf"):
            raise UsageError(f"--start-timeout: expected seconds, got {self.start_timeout:g}")
        # One on each GPU before a second on any: with fewer workers all GPUs are in use.
        gpus = self._first(_gpus(self.gpus) * self.instances_per_gpu)
        if self.port + len(gpus) - 1 > 65535:
            raise UsageError(f"--port: {len(gpus)} games from port {self.port} on go beyond 65535; choose a lower one")
        maps = [_map(text) for text in self.map] or [("", "")]
        if len(maps) > len(gpus):
            raise UsageError(f"--map: {len(maps)} maps for {len(gpus)} games; name more --gpus or --instances-per-gpu")
        slots = []
        for number, gpu in enumerate(gpus):
            scene, level = maps[number % len(maps)]
            port = self.port + number
            log = str(logs.absolute() / f"port-{port}.log")
            game = Game(str(binary), port, log, gpu, level, start_timeout_s=self.start_timeout)
            slots.append(SlotSpec(game=game, scene=scene, limits=self._limits(RESTART_CLIPS, RESTART_FACTOR)))
        return slots

    def _limits(self, clips: int, factor: float) -> "RestartLimits":
        from hmworld.produce.slot import RestartLimits

        return RestartLimits(
            clips if self.restart_after is None else self.restart_after,
            int(self.memory_limit * 2**30),
            factor if self.memory_growth is None else self.memory_growth,
        )

    def _first(self, slots: Sequence[T]) -> Sequence[T]:
        if self.workers > len(slots):
            raise UsageError(f"--workers: {self.workers} engines side by side, but {len(slots)} named; an UnrealCV server has one client")
        return slots[: self.workers or len(slots)]


EMBEDDED = Engines()


def check_early(engines: Engines, slots: "Sequence[SlotSpec]", streams: Collection[str]) -> None:
    """What would end a run after its plan is made, and can be known before.

    EngineStartError where a game cannot be started, as with a port in use. UsageError where a recipe asks an engine for what it cannot
    answer: only where it may, the engine is asked what it is.
    """
    from hmworld.engine.checks import EIGHT_BIT_STREAMS, check_streams
    from hmworld.engine.unreal import check_game
    from hmworld.produce.slot import Slot

    for slot in slots:
        if slot.game is not None:
            check_game(slot.game)
    if engines.engine == "unreal" and any(name in streams for names in EIGHT_BIT_STREAMS.values() for name in names):
        with Slot(slots[0]) as first:
            check_streams(first.info(), streams)


def check_names(engines: Engines, recipe: "Recipe", catalog: "Catalog") -> None:
    """UsageError where a recipe draws from cards that are not in Unreal, said before a plan is made or a game is started.

    Only where the catalog has cards of Unreal's: another server than Unreal may be adopted that has those that ship.
    """
    from hmworld.plan.names import resolve_names

    ready = {
        "scenes": sorted(name for name, card in catalog.scenes.items() if card.unreal is not None),
        "subjects": sorted(name for name, card in catalog.subjects.items() if card.unreal is not None),
    }
    if engines.engine != "unreal" or not any(ready.values()):
        return
    names = resolve_names(recipe, catalog)
    lacking = [name for kind in ready for name in getattr(names, kind) if name not in ready[kind]]
    if not lacking:
        return
    shown = ", ".join(lacking[:SHOWN]) + (f" and {len(lacking) - SHOWN} more" if len(lacking) > SHOWN else "")
    lines = [f"  {kind}: [{', '.join(found)}]" if found else f"  {kind}: there are none yet" for kind, found in ready.items()]
    raise UsageError(
        f"recipe {recipe.name!r}: it draws from {shown}, which Unreal does not have by their cards; a recipe that names no scenes or no "
        "subjects takes all of the catalog. Name both in it; those of Unreal are\n" + "\n".join(lines)
    )


def _address(text: str) -> "EngineAddress":
    from hmworld.engine.launch import EngineAddress

    found = _ADDRESS.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 65535:
        raise UsageError(f"--address: expected HOST:PORT as 127.0.0.1:9000, got {text!r}")
    return EngineAddress(found[1].strip("[]"), int(found[2]))


def _gpus(text: str) -> list[int]:
    parts = (text or "0").split(",")
    if not all(re.fullmatch("[0-9]{1,3}", part) for part in parts):
        raise UsageError(f"--gpus: expected indices of adapters as 0,1, got {text!r}")
    gpus = [int(part) for part in parts]
    if len(set(gpus)) < len(gpus):
        raise UsageError(f"--gpus: one is named twice in {text!r}; --instances-per-gpu starts several on each")
    return gpus


def _map(text: str) -> tuple[str, str]:
    """Scene ("" = any) and package of a map."""
    found = _MAP.fullmatch(text)
    if found is None:
        raise UsageError(f"--map: expected a package as /Game/Maps/Park, or SCENE=/Game/Maps/Park, got {text!r}")
    return found[1] or "", found[2]
