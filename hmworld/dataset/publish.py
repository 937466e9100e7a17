"""The last step of making a dataset, rendered or merged: licence, cards for people and machines, and the info file that makes it one."""

import json
from collections.abc import Iterable, Sequence

from hmworld.dataset.croissant import CROISSANT_NAME, croissant_text
from hmworld.dataset.dataset_card import CARD_NAME, card_text, citation, description
from hmworld.dataset.facts import facts_of
from hmworld.dataset.licences import ASSETS_NAME, assets_text, credits_of, licence_of
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
    """Write LICENSE-ASSETS, README.md, croissant.json and, last of all, dataset.json; the info with every file besides the shards."""
    root = store.root
    credits = credits_of(root, plan)
    licence = licence_of(credits.values())
    store.replace(ASSETS_NAME, assets_text(credits).encode())
    store.replace(CARD_NAME, card_text(info, facts_of(root), licence).encode())
    told = [_file(store, name) for name in (PLAN, MANIFEST, REJECTS, ASSETS_NAME, CARD_NAME)]
    store.replace(CROISSANT_NAME, croissant_text(info, told, description(info), licence.url, citation(info)).encode())
    names = [CROISSANT_NAME]
    names += sorted(p.relative_to(root).as_posix() for p in (root / CARDS).rglob("*") if p.is_file())
    names += sorted(p.relative_to(root).as_posix() for p in (root / REJECTED_MEDIA).rglob("*.tar"))
    whole = info.model_copy(update={"files": told + [_file(store, name) for name in names]})
    store.replace(INFO, (json.dumps(whole.model_dump(mode="json"), indent=1, sort_keys=True) + "\n").encode())
    return whole


def _file(store: LocalStore, name: str) -> FileInfo:
    digest, size = sha256_file(store.root / name)
    return FileInfo(path=name, bytes=size, sha256=digest)


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
