"""A plan on one page, before anything is rendered: what it is made of, and maps and timelines of some of its clips."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jinja2 import Environment, PackageLoader
from numpy.typing import NDArray

from hmworld.choreography import choreograph
from hmworld.dataset import PlanFile, PlanRow
from hmworld.dataset.cards import read_scene_card
from hmworld.errors import StorageError
from hmworld.model.clip import ClipSpec
from hmworld.report.distributions import summarise
from hmworld.report.timeline import STATE_COLOURS, Timeline, timeline
from hmworld.report.topdown import TopDown, top_down

PREVIEW = "report/preview.html"
_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
"""
"""How the template begins: with a policy under which nothing that follows runs or loads anything."""


@dataclass(frozen=True)
class StratumBars:
    """One stratum: shares of the plan, and of what was offered (candidates worth a render)."""

    dimension: str
    label: str
    target: float
    planned: float
    offered: float


@dataclass(frozen=True)
class ClipView:
    """What is shown of a clip."""

    row: PlanRow
    map: TopDown
    timeline: Timeline
    camera: str
    """Numbers of the camera that a map cannot show."""


def write_preview(root: Path, clips: int = 24) -> Path:
    """Write the preview of the plan in a folder, with `clips` clips spread evenly over it; its path.

    DatasetError if the plan or a scene card cannot be read, StorageError if the page cannot be written.
    """
    path = root / PREVIEW
    text = page(PlanFile(root), clips)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{path}: cannot be written: {error.strerror}") from error
    return path


def is_preview(text: str) -> bool:
    """Whether a page is under our policy from its first tag on, and leads nowhere by itself: whoever wrote it, it can run nothing."""
    return text.startswith(_HEAD) and text.lower().count("http-equiv") == 1


def page(plan: PlanFile, clips: int) -> str:
    """The preview as one HTML page that needs nothing else."""
    environment = Environment(loader=PackageLoader("hmworld.report"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    rows = plan.rows(spread(len(plan), clips))
    return environment.get_template("preview.html").render(
        plan=plan,
        summary=summarise(plan),
        strata=strata(plan),
        views=[view(plan.root, row) for row in rows],
        states=STATE_COLOURS,
    )


def spread(rows: int, count: int) -> list[int]:
    """Numbers of `count` rows from first to last, evenly apart; all of them where there are fewer."""
    return [int(k) for k in np.unique(np.linspace(0, rows - 1, max(0, min(count, rows))).round())]


def strata(plan: PlanFile) -> list[StratumBars]:
    """The strata that have targets, in shares."""
    several = len({s["split"] for s in plan.strata}) > 1
    return [
        StratumBars(
            f"{s['split']}: {s['dimension']}" if several else s["dimension"],
            s["label"],
            s["target"],
            s["planned"] / max(1, s["clips"]),
            s["offered"] / max(1, s["worthy"]),
        )
        for s in plan.strata
    ]


def view(root: Path, row: PlanRow) -> ClipView:
    """Map and timeline of one planned clip, with the obstacles of the dataset's own scene card."""
    obstacles = read_scene_card(root, row.spec.scene.name).obstacles
    return ClipView(
        row=row,
        map=top_down(row.spec, row.forecast_states, obstacles),
        timeline=timeline(row.spec, row.forecast_states, row.forecast_events),
        camera=_camera(row.spec),
    )


def _camera(spec: ClipSpec) -> str:
    """Height and tilt of the camera over the clip."""
    choreography = choreograph(spec)
    poses = choreography.T_world_camera(choreography.frame_times)
    height = poses[:, 2, 3] - spec.scene.stage.center_m[2]
    tilt = np.rad2deg(np.arcsin(np.clip(poses[:, 2, 2], -1.0, 1.0)))
    return f"{_range(height, 'm', 1)} high, tilted {_range(tilt, '°', 0)}, {spec.camera.hfov_deg:.1f}° wide"


def _range(values: NDArray[np.float64], unit: str, digits: int) -> str:
    low, high = (f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}") for value in (values.min() + 0.0, values.max() + 0.0))
    space = "" if unit == "°" else " "
    return f"{low}{space}{unit}" if low == high else f"{low} to {high}{space}{unit}"
