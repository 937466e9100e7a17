"""`hmworld demo`, `plan` and `generate`."""

import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from hmworld.catalog import open_catalog
from hmworld.catalog.locations import recipes_dir
from hmworld.cli.engines import EMBEDDED, Engines, check_early, check_names
from hmworld.cli.progress import Step, watching
from hmworld.cli.publish import published
from hmworld.cli.publish import summary as publish_summary
from hmworld.dataset import PlanFile, open_dataset
from hmworld.dataset.lock import exclusive
from hmworld.dataset.plan_file import PLAN
from hmworld.dataset.staging import QUARANTINED, STAGING
from hmworld.errors import EngineStartError, UsageError
from hmworld.model.dataset import DatasetInfo
from hmworld.model.recipe import Recipe

if TYPE_CHECKING:
    from hmworld.produce.slot import SlotSpec

Out = Annotated[Path, Parameter(help="Folder of the dataset; it must be new, empty, or this recipe's own.")]
Workers = Annotated[int, Parameter(help="Engines side by side; 0 = one a core.")]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON object instead of tables.")]
OwnCards = Annotated[
    Path | None, Parameter(help="Folder of scenes and subjects of your own, added to those that ship; see `hmworld catalog add-subject`.")
]


@dataclass(frozen=True)
class Runner:
    """Who hands out the batches."""

    kind: Literal["local", "prefect", "ray"] = "local"
    pool: str = "render"
    batch_clips: int = 0
    lease_s: float = 60.0

    def render(self, out: Path, name: str, slots: "Sequence[SlotSpec]", sources: Sequence[Path]) -> DatasetInfo:
        """Render what is missing of a planned folder and publish its dataset."""
        if self.kind == "prefect":
            from flows.farm import run_on_pool

            return run_on_pool(out, name, self.pool, self.batch_clips, self.lease_s, sources)
        if self.kind == "ray":
            from flows.ray_runner import run_on_ray

            return run_on_ray(out, slots, sources, self.batch_clips, self.lease_s)
        from flows.generate import run_generate

        return run_generate(out, slots, sources, self.batch_clips)

    def check(self, engines: Engines) -> None:
        """UsageError where the options cannot be used together."""
        if self.kind == "ray":
            from flows.ray_runner import import_ray

            import_ray()
        if self.kind == "prefect" and engines != EMBEDDED:
            raise UsageError("--runner prefect: engines are the workers' (`hmworld worker --engine ...`); leave their options out here")
        if self.kind == "prefect" and not os.environ.get("PREFECT_API_URL"):
            raise UsageError("--runner prefect: PREFECT_API_URL is not set; it names the Prefect server, as http://HOST:4200/api")


LOCAL = Runner()


def demo(out: Out = Path("demo-dataset"), *, workers: Workers = 0) -> int:
    """Make a small but real dataset, check it, and say what to do next.

    Example: hmworld demo --out demo-dataset
    """
    from hmworld.cli.validate import report_text
    from hmworld.validate import validate_dataset

    began = time.monotonic()
    recipe = load_recipe("demo")
    info = _generate(recipe, out, Engines(workers=workers))
    report = validate_dataset(out)
    print(report_text(report))
    print(summary(info, out, time.monotonic() - began))
    print(
        f"\nNext:\n  hmworld inspect {out}                      what is in it\n"
        f"  hmworld inspect {out} --sheet sheet.png    a picture of every clip\n"
        f"  hmworld view {out}                         watch the clips in a browser, with masks, joints and maps\n"
        f"  hmworld generate RECIPE.yaml --out DIR     your own; `hmworld catalog` shows what there is to combine"
    )
    return 0 if report.good else 1


def generate(
    recipe: str,
    *,
    out: Out,
    engines: Engines = EMBEDDED,
    runner: Annotated[
        Literal["local", "prefect", "ray"],
        Parameter(
            help="Where batches run: on this machine, on a Prefect work pool whose slots `hmworld worker` offers, or on Ray, whose cluster "
            "RAY_ADDRESS names."
        ),
    ] = "local",
    pool: Annotated[str, Parameter(help="The work pool, with --runner prefect.")] = "render",
    batch_clips: Annotated[int, Parameter(help="Clips of a batch; 0 = 32, or less for few clips.")] = 0,
    lease: Annotated[float, Parameter(help="Seconds after which a silent slot is taken for lost, with --runner prefect or ray.")] = 60.0,
    seed: Annotated[int | None, Parameter(help="Instead of the recipe's seed.")] = None,
    catalog: OwnCards = None,
    reuse: Annotated[
        tuple[Path, ...], Parameter(help="Finished dataset to take clips from that it has already; may be given more than once.")
    ] = (),
    publish: Annotated[
        str, Parameter(help="Publish the finished dataset there, too: a folder, or the URL of an object store; see `hmworld publish`.")
    ] = "",
    json_output: Json = False,
) -> int:
    """Plan a recipe, render it, and publish the dataset; run again after a stop, it goes on where it was.

    RECIPE is a YAML file, or the name of a recipe that ships (demo, tiny, mini, laptop, hm-world, probe).

    Example: hmworld generate my-recipe.yaml --out my-dataset --workers 2
             hmworld generate my-recipe.yaml --out my-dataset --engine unreal --unreal-binary HMWorld --gpus 0,1
             hmworld generate my-recipe.yaml --out /shared/my-dataset --runner prefect
             hmworld generate my-recipe.yaml --out my-dataset --runner ray --workers 4
    """
    began = time.monotonic()
    if batch_clips < 0 or not lease > 0:
        raise UsageError(f"--batch-clips, --lease: expected 0 or more, and seconds, got {batch_clips} and {lease:g}")
    where = Runner(runner, pool, batch_clips, lease)
    info = _generate(load_recipe(recipe, seed), out, engines, catalog, reuse, where)
    report = published(out, publish) if publish else None
    if json_output:
        print(json.dumps({"out": str(out), **info.counts.model_dump(mode="json"), "seconds": round(time.monotonic() - began, 1)}))
    else:
        print(summary(info, out, time.monotonic() - began))
        if report is not None:
            print(publish_summary(report))
    return 0


def load_recipe(name: str, seed: int | None = None) -> Recipe:
    """A recipe from a YAML file or, by name, one that ships."""
    shipped = recipes_dir() / f"{name}.yaml"
    known = sorted(p.stem for p in recipes_dir().glob("*.yaml"))
    path = shipped if name in known else Path(name)
    if not path.is_file():
        raise UsageError(f"{name}: no such recipe file, and no recipe of that name ships; those that do: {', '.join(known)}")
    recipe = Recipe.from_yaml(path)
    if seed is None:
        return recipe
    return Recipe.from_data({**recipe.model_dump(mode="json"), "seed": seed}, "--seed")


def prepared(recipe: Recipe, out: Path, catalog: Path | None, extend: Path | None = None) -> PlanFile:
    """The plan of a recipe in a folder, made where it is not there yet."""
    from flows.prepare import prepare
    from hmworld.produce.reuse import note_sources

    step = Step("planning", recipe.clips)

    def planned(clips: int) -> None:
        step.done = clips

    def written(clips: int) -> None:
        step.done, step.total, step.what = clips, recipe.clips * (1 + len(recipe.counterfactuals)), "writing the plan"

    if extend is not None and not (out / "dataset.json").is_file():
        # Noted first: what the older dataset has by the time of the render is taken over.
        PlanFile(extend)
        note_sources(out, [extend])
    try:
        with watching(step):
            return prepare(recipe, out, open_catalog(catalog), planned, extend, written=written)
    except BaseException:
        if not (out / PLAN).is_file():
            shutil.rmtree(out / STAGING, ignore_errors=True)
        raise


def _generate(
    recipe: Recipe, out: Path, engines: Engines, catalog: Path | None = None, reuse: Sequence[Path] = (), runner: Runner = LOCAL
) -> DatasetInfo:
    runner.check(engines)
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out}: is a file; --out is the folder of the dataset")
    if (out / "dataset.json").exists():
        return _finished(recipe, out)
    if engines.engine == "unreal":
        check_names(engines, recipe, open_catalog(catalog))
    return rendered(out, lambda: prepared(recipe, out, catalog), engines, recipe.streams, reuse, runner)


def rendered(
    out: Path,
    plan_of: Callable[[], PlanFile],
    engines: Engines,
    streams: Collection[str],
    reuse: Sequence[Path] = (),
    runner: Runner = LOCAL,
) -> DatasetInfo:
    """Render a plan, whose recipe asks for `streams`, and publish its dataset; clips that the datasets in `reuse` have are taken over."""
    # Imported here: the driver needs OpenCV, and `hmworld doctor` must run where that cannot be imported.
    from hmworld.produce.reuse import noted_sources
    from hmworld.report.forecast_check import write_check

    slots = engines.slots(out)
    for source in reuse:
        open_dataset(source)
    with exclusive(out):
        check_early(engines, slots, streams)
        with _engine_compiling(engines.engine):
            file = plan_of()
        sources = [*reuse, *noted_sources(out)]
        print("starting the flow and the engine ...", file=sys.stderr)
        with watching(Step("rendering", len(file), count=_counter(out, len(file)))):
            info = runner.render(out, file.recipe.name, slots, sources)
        write_check(out)
    return info


@contextmanager
def _engine_compiling(engine: str) -> Iterator[None]:
    """On a machine's first run the embedded engine compiles its renderer while the plan is made, which compiles too."""
    from hmworld.choreography.compiled.layout import SOURCES
    from hmworld.kernels import are_compiled

    if engine != "embedded" or are_compiled(*SOURCES):
        yield
        return
    print("first run on this machine: compiling the planner and the renderer, about a minute, once ...", file=sys.stderr)

    def start_once() -> None:
        from hmworld.engine import launch_embedded

        # What is wrong with the engine is said when it is needed.
        with suppress(EngineStartError, OSError), launch_embedded(1):
            pass

    other = threading.Thread(target=start_once, daemon=True)
    other.start()
    try:
        yield
    finally:
        other.join()


def _finished(recipe: Recipe, out: Path) -> DatasetInfo:
    from hmworld.report.forecast_check import write_check

    info = open_dataset(out).info
    if info.sources:
        raise UsageError(f"{out}: holds a merged dataset ({info.name!r}); choose another --out")
    if info.recipe != recipe:
        raise UsageError(f"{out}: holds the finished dataset of another recipe ({info.recipe.name!r}); choose another --out")
    # A run that was killed at its very end may have left its scratch files, and no report.
    shutil.rmtree(out / STAGING, ignore_errors=True)
    if not (out / "report" / "forecast.md").is_file():
        write_check(out)
    print(f"{out}: is finished already; nothing to do", file=sys.stderr)
    return info


def _counter(out: Path, total: int) -> Callable[[], int]:
    """Counts rendered clips by their files; they go when the dataset is published."""
    staged = out / STAGING / "clips"

    def done() -> int:
        return total if (out / "dataset.json").exists() else len(list(staged.glob("*.json")))

    return done


def summary(info: DatasetInfo, out: Path, seconds: float) -> str:
    """What became of a run, for people."""
    counts = info.counts
    size = sum(s.bytes for s in info.shards) / 1e6
    lines = [
        f"{out}: {counts.kept} clips kept of {counts.planned} rendered, {counts.absences} absences, {len(info.shards)} shards, "
        f"{size:.0f} MB, in {seconds:.0f} s"
    ]
    if counts.rejected:
        lines.append(f"rejected after rendering: {counts.rejected_by_reason}")
    given_up = counts.rejected_by_reason.get(QUARANTINED, 0)
    if given_up:
        lines.append(
            f"quarantined: {given_up} clips failed on every attempt; {out / 'rejects.parquet'} says why. To try them again: the same "
            f"recipe, another --out, --reuse {out}"
        )
    score = info.forecast
    lines.append(
        f"forecast against pixels: {score.forecast} of {score.rendered_absences} rendered absences were forecast, "
        f"{score.within_one_frame} of them with exit and entry within 1 frame"
    )
    if (out / "report" / "forecast.md").is_file():
        lines[-1] += f"; more in {out / 'report' / 'forecast.md'}"
    lines.append(f"planned: {counts.planned} clips from {counts.candidates} candidates")
    return "\n".join(lines)
