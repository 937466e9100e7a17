"""The page itself: its HTML with the summary of the dataset, its style and its scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader

from hmworld.dataset import Dataset
from hmworld.report.page.source import left_beside
from hmworld.report.topdown import BRIGHT_COLOURS, SUBJECT_COLOURS

SCRIPTS = ("rows.js", "strata.js", "table.js", "pictures.js", "overlay.js", "player.js", "timeline.js", "map.js", "clip.js", "main.js")
"""In the order in which they are loaded, after `data.js` and the table."""


@dataclass(frozen=True)
class Verdict:
    """What a validation of the whole dataset said."""

    good: bool
    words: str
    found: Sequence[tuple[str, str, str]] = ()
    """Problems: check, where, what."""

    @property
    def problems(self) -> int:
        """How many problems it found."""
        return len(self.found)


WORST = 200
"""Problems of a validation that the page lists."""


def page_files(dataset: Dataset, verdict: Verdict | None = None, preview: bool = False) -> dict[str, bytes]:
    """Files of the page by name, without any data of clips; `preview` where a `preview.html` beside them is to be linked."""
    templates = PackageLoader("hmworld.report", "templates/page")
    environment = Environment(loader=templates, autoescape=lambda name: name == "index.html", trim_blocks=True, lstrip_blocks=True)
    info = dataset.info
    html = environment.get_template("index.html").render(
        info=info,
        sizes=_sizes(dataset),
        verdict=verdict,
        problems=verdict.found[:WORST] if verdict else (),
        rejects=_rejects(info.counts.rejected_by_reason, info.counts.candidates_rejected_by_reason),
        forecast_text=left_beside(dataset.root, "forecast.md"),
        preview=preview,
        scripts=SCRIPTS,
    )
    style = environment.get_template("style.css").render(colours=SUBJECT_COLOURS, bright=BRIGHT_COLOURS)
    files = {"index.html": html.encode(), "style.css": style.encode()}
    for name in ("data.js", *SCRIPTS):
        files[name] = templates.get_source(environment, name)[0].encode()
    return files


def _sizes(dataset: Dataset) -> str:
    render = dataset.info.recipe.render
    if any(source.recipe.render != render for source in dataset.info.sources):
        return "clips of several sizes or lengths"
    return f"{render.width}x{render.height}, {render.frames} frames at {render.fps}/s, cut at {render.context_frames}"


def _rejects(rendered: Mapping[str, int], candidates: Mapping[str, int]) -> list[tuple[str, Mapping[str, int]]]:
    return [("Rejected after rendering", rendered), ("Candidates turned down by the planner", candidates)]
