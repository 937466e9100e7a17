"""Work in progress: what a rendered clip leaves in `.staging/` until its shard is published.

A clip leaves its fragments (one a stream) and then, last, a result record: a clip is done when its record is there. Names carry the
render_id, so that a record is never taken for a clip rendered with other settings.
"""

import hashlib
from typing import Any

from pydantic import ValidationError

from hmworld.dataset.store import LocalStore
from hmworld.dataset.tar import Member
from hmworld.model.base import Document
from hmworld.model.event import Event

STAGING = ".staging"


class StagedMember(Document):
    """A file in a fragment."""

    name: str
    offset: int
    size: int


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
    return f"{STAGING}/clips/{render_id}.json"


def stage_fragment(store: LocalStore, render_id: str, stream: str, data: bytes, members: list[Member]) -> StagedFragment:
    """Publish a fragment of a clip."""
    name = f"{STAGING}/clips/{render_id}.{stream}.tar"
    store.publish_if_absent(name, [data])
    return StagedFragment(
        stream=stream,
        path=name,
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        members=tuple(StagedMember(name=m.name, offset=m.offset, size=m.size) for m in members),
    )


def stage_result(store: LocalStore, result: ClipResult) -> None:
    """Publish the record that says a clip is done."""
    store.publish_if_absent(result_name(result.render_id), [result.canonical()])


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
