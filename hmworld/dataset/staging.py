"""Work in progress: what a rendered clip leaves in `.staging/` until its shard is published.

A clip leaves its fragments (one a stream) and then, last, a result record: a clip is done when its record is there. Names carry the
render_id, so that a record is never taken for a clip rendered with other settings.
"""

import hashlib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hmworld.dataset.plan_file import PlanRow
from hmworld.dataset.store import LocalStore, sha256_file
from hmworld.dataset.tar import Member
from hmworld.model.base import Document
from hmworld.model.event import Event

STAGING = ".staging"
CLIPS = f"{STAGING}/clips"
CATALOG = f"{STAGING}/catalog"
"""Copies of those cards, with their files, that a run needs and that do not ship: its engines read them."""

QUARANTINED = "quarantined"
"""Why a clip was rejected that could not be rendered."""


def staged_catalog(root: Path) -> Path | None:
    """The folder of a run's own cards, where it has any."""
    folder = root / CATALOG
    return folder if folder.is_dir() else None


class StagedMember(Document):
    """A file in a fragment."""

    name: str
    offset: int
    size: int
    xxh3: str


class StagedFragment(Document):
    """A fragment of one stream: where, how long, its digest, what is in it."""

    stream: str
    path: str
    bytes: int
    sha256: str
    members: tuple[StagedMember, ...]


class ClipResult(Document):
    """The outcome of one rendered clip."""

    render_id: str
    clip_id: str
    row: int
    candidate: int
    scene: str
    reject_reason: str
    """"" if kept."""
    detail: str = ""
    """More of why it was rejected, for people."""
    events: tuple[Event, ...]
    forecast_events: tuple[Event, ...]
    engine_name: str
    engine_build: str
    fragments: tuple[StagedFragment, ...]
    """Empty if rejected and the recipe does not keep rejected media."""
    manifest: dict[str, Any]
    """Columns of the manifest that do not depend on the shard; empty if rejected."""


def result_name(render_id: str) -> str:
    """Name of a clip's result record in the store."""
    return f"{CLIPS}/{render_id}.json"


def stage_fragment(store: LocalStore, render_id: str, stream: str, data: bytes, members: list[Member]) -> StagedFragment:
    """Publish a fragment of a clip."""
    digest = hashlib.sha256(data).hexdigest()
    # The digest in the name: a fragment left by a killed attempt, or damaged since, is never taken for this one.
    name = f"{CLIPS}/{render_id}.{stream}.{digest[:16]}.tar"
    store.replace(name, data)
    return StagedFragment(
        stream=stream,
        path=name,
        bytes=len(data),
        sha256=digest,
        members=tuple(StagedMember(name=m.name, offset=m.offset, size=m.size, xxh3=m.xxh3) for m in members),
    )


def stage_result(store: LocalStore, result: ClipResult) -> None:
    """Publish the record that says a clip is done."""
    store.publish_if_absent(result_name(result.render_id), [result.canonical()])


def quarantine(store: LocalStore, render_id: str, row: PlanRow, engine: tuple[str, str], why: str) -> None:
    """Give a clip up: it is done, rejected for `why`."""
    result = ClipResult(
        render_id=render_id,
        clip_id=row.clip_id,
        row=row.row,
        candidate=row.candidate,
        scene=row.spec.scene.name,
        reject_reason=QUARANTINED,
        detail=why,
        events=(),
        forecast_events=row.forecast_events,
        engine_name=engine[0],
        engine_build=engine[1],
        fragments=(),
        manifest={},
    )
    stage_result(store, result)


def is_whole(store: LocalStore, result: ClipResult) -> bool:
    """Whether all fragments of a clip are there in full length; their bytes are not read."""
    try:
        return all(store.path(fragment.path).stat().st_size == fragment.bytes for fragment in result.fragments)
    except FileNotFoundError:
        return False


def drop(store: LocalStore, result: ClipResult) -> None:
    """Remove a clip's record and fragments, so that it is rendered again."""
    store.remove(result_name(result.render_id))
    for fragment in result.fragments:
        store.remove(fragment.path)


def drop_damaged(store: LocalStore, result: ClipResult) -> bool:
    """Whether a fragment of a finished clip is missing or damaged; if so its record and fragments are removed, to be made again."""
    if all(_intact(store, fragment) for fragment in result.fragments):
        return False
    drop(store, result)
    return True


def _intact(store: LocalStore, fragment: StagedFragment) -> bool:
    if not store.exists(fragment.path):
        return False
    return sha256_file(store.path(fragment.path)) == (fragment.sha256, fragment.bytes)


def read_result(store: LocalStore, render_id: str) -> ClipResult | None:
    """The record of a clip, or None while it is not done; a record that cannot be read counts as not done and is removed."""
    name = result_name(render_id)
    if not store.exists(name):
        return None
    try:
        result = ClipResult.model_validate_json(store.read(name))
    except (ValidationError, OSError):
        store.remove(name)
        return None
    return result
