"""The layout of the HM-World release: two halves of a clip as videos, masks, Unreal camera matrices, transitions, a caption.

What the release documents nowhere is written as its makers' other datasets have it, or by a rule of ours, and named in docs/exports.md:
`character.json`, the line format of `caption.txt`, the shades of the masks.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from hmworld.dataset import Clip
from hmworld.export.base import Exporter, Options, Target
from hmworld.export.cut import write_head, write_tail
from hmworld.export.matrices import matrix_string, unreal_matrices
from hmworld.export.red_masks import MASK_CONVENTION, MOST_SUBJECTS, write_red_masks
from hmworld.model.event import Event
from hmworld.model.recipe import EncoderSettings

HALF = 77
"""Frames of a half in the release; HyDRA's reader asks for poses 0 to 76 of each."""
HALVES = ("cond", "tgt")


def unfit(clip: Clip, options: Options) -> str:
    """Two halves of 77 frames, or of any length where that is allowed."""
    context, target = clip.row["context_frames"], clip.row["frames"] - clip.row["context_frames"]
    if context == 0 or target == 0:
        return f"its halves have {context} and {target} frames: one of them is missing"
    if clip.row["n_subjects"] > MOST_SUBJECTS:
        return f"it has {clip.row['n_subjects']} subjects, red masks tell {MOST_SUBJECTS} apart"
    if (context, target) != (HALF, HALF) and not options.any_length:
        return f"its halves have {context} and {target} frames, HM-World's {HALF} each; pass --any-length to write them as they are"
    return ""


def transitions(events: Sequence[Event], subject: int, first: int, last: int) -> list[dict[str, Any]]:
    """When a subject leaves and enters the frame, in frames [first, last), counted from `first`: `inFrame` is what begins then."""
    found: list[tuple[int, bool]] = []
    for event in events:
        if event.subject == subject and event.kind in ("absence", "exit_only", "entry_only"):
            found += [(event.exit_frame, False)] if event.exit_frame >= 0 else []
            found += [(event.return_frame, True)] if event.return_frame >= 0 else []
    return [{"frame": frame - first, "inFrame": inside} for frame, inside in sorted(found) if first <= frame < last]


def _camera(clip: Clip, spans: Sequence[range]) -> dict[str, Any]:
    matrices = unreal_matrices(clip.arrays["ue_camera"])
    return {f"{half}_cam": {str(k): matrices[t].tolist() for k, t in enumerate(span)} for half, span in zip(HALVES, spans, strict=True)}


def _characters(clip: Clip, spans: Sequence[range]) -> dict[str, Any]:
    """Roots of the subjects whose poses are known."""
    ue = clip.arrays["ue_subject"]
    known = [s.id for s in clip.meta.subjects if np.isfinite(ue[s.id - 1]).all()]
    matrices = unreal_matrices(ue)
    return {
        f"{half}_character": {
            str(k): [{"index": number, "matrix": matrix_string(matrices[number - 1, t])} for number in known] for k, t in enumerate(span)
        }
        for half, span in zip(HALVES, spans, strict=True)
    }


def _check(clip: Clip, spans: Sequence[range]) -> dict[str, Any]:
    meta = clip.meta
    return {
        f"{half}_check": {f"Actor_{s.id}": {s.name: transitions(meta.events, s.id, span.start, span.stop)} for s in meta.subjects}
        for half, span in zip(HALVES, spans, strict=True)
    }


def _head(path: Path, clip: Clip, cut: int) -> None:
    write_head(clip.member("mp4"), cut, path)


def _tail(path: Path, clip: Clip, cut: int, settings: EncoderSettings) -> None:
    write_tail(clip.member("mp4"), cut, path, settings)


def export(clips: Sequence[Clip], target: Target, options: Options) -> None:
    """A folder a clip and `caption.txt`."""
    target.notes["mask_convention"] = MASK_CONVENTION
    captions = []
    for clip in target.each(clips):
        key, row = clip.clip_id, clip.row
        cut, frames = row["context_frames"], row["frames"]
        spans = (range(cut), range(cut, frames))
        target.medium(f"{key}/head-{cut}.mp4", f"{key}/cond.mp4", partial(_head, clip=clip, cut=cut))
        target.medium(f"{key}/tail-{cut}.mp4", f"{key}/tgt.mp4", partial(_tail, clip=clip, cut=cut, settings=target.encoder))
        if any(member["name"] == "mask.mkv" for member in row["members"]):
            _masks(clip, target, spans)
        target.json(f"{key}/camera.json", _camera(clip, spans))
        target.json(f"{key}/character.json", _characters(clip, spans))
        target.json(f"{key}/check.json", _check(clip, spans))
        captions.append(f"{key}\t{' '.join(row['caption'].split())}\n")
    target.write("caption.txt", "".join(captions))


def _masks(clip: Clip, target: Target, spans: Sequence[range]) -> None:
    size, fps = (clip.row["width"], clip.row["height"]), clip.row["fps"]
    for half, span in zip(HALVES, spans, strict=True):
        make = partial(_mask_half, clip=clip, span=span, size=size, fps=fps)
        target.medium(f"{clip.clip_id}/{half}-{span.start}-{span.stop}.{MASK_CONVENTION}.mp4", f"{clip.clip_id}/{half}_mask.mp4", make)


def _mask_half(path: Path, clip: Clip, span: range, size: tuple[int, int], fps: int) -> None:
    write_red_masks(path, (mask for t, mask in enumerate(clip.masks()) if t in span), size, fps)


EXPORTER = Exporter(
    "hm-world", "cond.mp4, tgt.mp4, their masks, camera.json, character.json, check.json a clip; caption.txt", export, unfit
)
