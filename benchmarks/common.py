"""What benchmarks share: the machine in a line, CPU time of processes, a table, and one JSON object as the last line."""

import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def machine() -> str:
    """The machine in a line: processor, cores, load, Python."""
    model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "?")
    load = os.getloadavg()[0]
    return f"{model}, {os.cpu_count()} cores, load {load:.1f} at start, Python {platform.python_version()}, {platform.system()}"


def cpu_seconds(pid: int | str = "self") -> float:
    """CPU seconds a process has used, all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def table(title: str, rows: Sequence[tuple[str, object, str]]) -> None:
    """Print rows of (what, figure, goal or remark)."""
    print(f"\n{title}")
    width = max(len(what) for what, _, _ in rows)
    for what, figure, remark in rows:
        text = f"{figure:.3g}" if isinstance(figure, float) else str(figure)
        print(f"  {what:<{width}}  {text:>10}  {remark}")


def last_line(as_json: bool, values: dict[str, object]) -> None:
    """Print the object, if asked for."""
    if as_json:
        print(json.dumps(values, sort_keys=True))
