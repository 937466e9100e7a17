"""Faults thrown in between driver and engine, one a render, of all kinds, at commands and instants drawn at random.

    PYTHONPATH=.:tests/engine python benchmarks/faults.py [--count 1000] [--seed 1] [--json]

A clip is rendered through a proxy that does one thing wrong once. What is staged in the end must be what a healthy engine gives, byte for
byte; and the fault must have been told by its name, unless it changed nothing. Needs the development extras.
"""

import argparse
import logging
import random
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from common import last_line, machine, table
from faulty import Proxy
from test_faults import SMALL, rendered, replace, staged

from flows.prepare import prepare
from hmworld.engine import Connection, launch_embedded, session

TIMEOUT_S = 6.0
CLIPS = 5
FRAMES = 24
RECIPE = SMALL.model_copy(
    update={"clips": CLIPS, "render": SMALL.render.model_copy(update={"frames": FRAMES, "context_frames": FRAMES // 2})}
)
EACH_FRAME = ("/lit", "object_mask", "depth", "Bones", "PosedBounds", "SoloSilhouette", "SetSubjects")
PICTURES = ("/lit", "object_mask", "depth")
ORDER = "replies_out_of_order|expected|pose_not_taken"
KINDS: dict[str, tuple[tuple[str, ...], str, float]] = {
    "delay": ((*EACH_FRAME, "SpawnSubject", "LoadStage", "WarmUp"), "no answer", 0.5),
    "drop": (EACH_FRAME, f"no answer|{ORDER}", 0.5),
    "duplicate": (EACH_FRAME, ORDER, 1.0),
    "truncate": ((*EACH_FRAME, "/cameras", "SpawnSubject"), "closed", 1.0),
    "cut_short": ((*PICTURES, "Bones", "PosedBounds"), "expected|as the director's table says", 1.0),
    "reorder": (EACH_FRAME, ORDER, 1.0),
    "kill": (EACH_FRAME, "closed|died|no answer", 0.3),
    "out_of_memory": ((*EACH_FRAME, "SpawnSubject", "LoadStage"), "out of memory", 1.0),
    "black": (("/lit",), "blank_picture|late_picture", 1.0),
    "shifted": (("object_mask",), "mask_", 1.5),
    "late": ((*PICTURES, *PICTURES, "Bones", "PosedBounds", "SoloSilhouette"), "late_|mask_", 2.0),
    "stays": (("/location ", "/rotation ", "SetSubjects"), "pose_not_taken|late_picture", 1.0),
    "halfway": (("/location ", "/rotation ", "SetSubjects"), "pose_not_taken|late_picture", 1.0),
}
"""Kinds of faults: replies to which commands suffer, what the driver may call it, and how often it is drawn."""
EVERY = {of for commands, _, _ in KINDS.values() for of in commands}
RARE = ("SpawnSubject", "LoadStage", "WarmUp", "/cameras")


class Told(logging.Handler):
    """What the driver said of faults."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message."""
        self.lines.append(record.getMessage())


def main() -> int:
    """Run and print; 1 where a fault was not found or got into files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    print(machine())
    draw = random.Random(options.seed)
    for patient in (Connection.collect, Connection.request, Connection.text):
        patient.__defaults__ = (TIMEOUT_S,)  # type: ignore[attr-defined]
    session.LOAD_TIMEOUT_S = TIMEOUT_S
    told = Told()
    logging.getLogger("hmworld.produce.batch").addHandler(told)
    logging.getLogger("hmworld.produce.batch").propagate = False
    counts: Counter[str] = Counter()
    by_kind: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    names: Counter[str] = Counter()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "small"
        prepare(RECIPE, root)
        engines = [launch_embedded(1)]
        healthy, asked = zip(*(_healthy(root, row, engines[-1].address.port) for row in range(CLIPS)), strict=True)
        for number in range(options.count):
            (kind,) = draw.choices(list(KINDS), [weight for _, _, weight in KINDS.values()])
            of, row = draw.choice(KINDS[kind][0]), draw.randrange(CLIPS)
            at = 0 if of in RARE else draw.randrange(1, asked[row][of])
            told.lines.clear()
            made: list[Proxy] = []
            target = ("127.0.0.1", engines[-1].address.port)
            with Proxy(target, kind, of, at, kill=lambda: replace(engines, made)) as proxy:  # noqa: B023  # called before the next round
                made.append(proxy)
                proxy.delay_s = 1.3 * TIMEOUT_S
                failed, files = _render(root, row, proxy.port)
            outcome = _outcome(KINDS[kind][1], proxy.done, failed, files == healthy[row], " ".join(told.lines))
            counts[outcome] += 1
            by_kind[kind][outcome] += 1
            names.update(
                re.findall(
                    r"(?:late|mask|blank|replies|pose)_[a-z_]+|no answer|closed the connection|out of memory|died", " ".join(told.lines)
                )
            )
            if number % 100 == 99:
                print(f"{number + 1} of {options.count} after {time.monotonic() - began:.0f} s: {dict(counts)}", flush=True)
            if outcome not in ("found", "harmless"):
                print(f"{number}: {kind} of {of} at {at}, clip {row}: {outcome}: {failed or told.lines}", flush=True)
        for engine in engines:
            engine.close()
    table("faults", [(kind, sum(c.values()), ", ".join(f"{v} {k}" for k, v in sorted(c.items()))) for kind, c in by_kind.items()])
    table("told by", [(name, count, "") for name, count in names.most_common()])
    table("all", [(outcome, count, "") for outcome, count in sorted(counts.items())])
    print(f"\n{options.count} faults in {time.monotonic() - began:.0f} s")
    last_line(options.json, dict(counts))
    return 1 if set(counts) - {"found", "harmless"} else 0


def _render(root: Path, row: int, port: int) -> tuple[tuple[tuple[int, str], ...], dict[str, str]]:
    """Render a row and return what failed and the digests of what was staged."""
    staged(root)
    _, failed = rendered(root, port, row)
    return failed, staged(root)


def _healthy(root: Path, row: int, port: int) -> tuple[dict[str, str], Counter[str]]:
    """What a healthy engine stages for a row, and how many commands it is given that hold each part of EVERY."""
    with Proxy(("127.0.0.1", port), "", "", times=0) as proxy:
        failed, files = _render(root, row, proxy.port)
        assert not failed, failed
        return files, Counter({of: sum(of in command for command in proxy.commands) for of in EVERY})


def _outcome(name: str, injected: int, failed: object, same: bool, said: str) -> str:
    if not injected:
        return "NOT INJECTED"
    if failed:
        return "FAILED CLIP"
    if not same:
        return "WRONG FILES"
    if not said:
        return "harmless"
    return "found" if re.search(name, said) else "OTHER NAME"


if __name__ == "__main__":
    sys.exit(main())
