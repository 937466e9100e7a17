"""The last step of making a dataset, rendered or merged: licence and card beside its tables, and the info file that makes it one."""

import json
from collections.abc import Iterable, Sequence

from hmworld.dataset.dataset_card import ASSETS_NAME, CARD_NAME, assets_text, card_text
from hmworld.dataset.plan_file import PLAN, PlanFile
from hmworld.dataset.store import LocalStore, sha256_file
from hmworld.model.dataset import DatasetInfo, FileInfo, ForecastScore
from hmworld.model.event import Event, absences_overlap

INFO = "dataset.json"
MANIFEST = "manifest.parquet"
REJECTS = "rejects.parquet"
CARDS = "cards"
REJECTED_MEDIA = "rejects"


def publish_info(store: LocalStore, plan: PlanFile, info: DatasetInfo) -> DatasetInfo:
    """Write LICENSE-ASSETS, README.md and, last of all, dataset.json; the info with every file besides the shards named in it."""
    root = store.root
    store.replace(ASSETS_NAME, assets_text(root, plan).encode())
    store.replace(CARD_NAME, card_text(info).encode())
    names = [PLAN, MANIFEST, REJECTS, ASSETS_NAME, CARD_NAME]
    names += sorted(p.relative_to(root).as_posix() for p in (root / CARDS).rglob("*") if p.is_file())
    names += sorted(p.relative_to(root).as_posix() for p in (root / REJECTED_MEDIA).rglob("*.tar"))
    files = [FileInfo(path=name, bytes=size, sha256=digest) for name in names for digest, size in [sha256_file(root / name)]]
    whole = info.model_copy(update={"files": files})
    store.replace(INFO, (json.dumps(whole.model_dump(mode="json"), indent=1, sort_keys=True) + "\n").encode())
    return whole


def forecast_score(clips: Iterable[tuple[Sequence[Event], Sequence[Event]]]) -> ForecastScore:
    """Forecast events of each clip against its rendered ones: absences matched by subject and overlap, exit and entry within a frame."""
    rendered = matched = exact = 0
    for forecast, events in clips:
        expected = [e for e in forecast if e.kind == "absence"]
        for event in events:
            if event.kind != "absence":
                continue
            rendered += 1
            near = [e for e in expected if absences_overlap(e, event)]
            matched += bool(near)
            exact += any(abs(e.exit_frame - event.exit_frame) <= 1 and abs(e.entry_frame - event.entry_frame) <= 1 for e in near)
    return ForecastScore(rendered_absences=rendered, forecast=matched, within_one_frame=exact)
