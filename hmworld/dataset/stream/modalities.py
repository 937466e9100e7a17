"""What a sample of a stream holds: pictures, arrays, the camera in the forms that trainers condition on, captions, events, raw bytes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmworld.dataset.clip import read_meta
from hmworld.dataset.clipfiles import check_arrays, unpack_arrays
from hmworld.dataset.decode import VIDEOS, Decoder, read_video
from hmworld.dataset.stream.windows import Window
from hmworld.errors import DatasetError, UsageError
from hmworld.geometry.conditioning import echo12, hydra12, plucker
from hmworld.model.sample import NPZ_ARRAYS, SampleJson

Members = dict[str, memoryview]
Sample = dict[str, Any]

CAMERA: dict[str, Callable[..., NDArray[Any]]] = {"hydra12": hydra12, "echo12": echo12, "plucker": plucker}
"""Forms of camera conditioning, relative to the first target frame (to the first frame where there is no target)."""
TEXTS = ("caption", "events", "meta")
RAW = "raw"
MODALITIES = (*VIDEOS, *NPZ_ARRAYS, *CAMERA, *TEXTS, RAW)
_TIME_AXIS = {name: shape.index("T") for name, (_, shape) in NPZ_ARRAYS.items()}


@dataclass(frozen=True)
class Wanted:
    """Which modalities, in what windows, decoded by what."""

    modalities: tuple[str, ...]
    window: Window
    decoder: Decoder
    check: bool
    """Whether the json is checked against the schema, and arrays against theirs."""

    def members(self, has: Sequence[str]) -> tuple[str, ...]:
        """Members of a clip that are read; `has` are those that there are."""
        names: list[str] = []
        for modality in self.modalities:
            if modality == RAW:
                names += has
            elif modality in VIDEOS:
                names.append(VIDEOS[modality][0])
            else:
                names.append("json" if modality in TEXTS else "npz")
        if "plucker" in self.modalities:
            names.append("json")
        return tuple(dict.fromkeys(names))


def check_modalities(modalities: Sequence[str], decoder: str) -> tuple[str, ...]:
    """The modalities without repetitions; UsageError where there is none of that name."""
    unknown = [name for name in modalities if name not in MODALITIES]
    if unknown or not modalities or isinstance(modalities, str):
        raise UsageError(f"modalities are {modalities!r}; expected a list of some of {', '.join(MODALITIES)}")
    if decoder not in ("pyav", "torchcodec"):
        raise UsageError(f"decoder is {decoder!r}; expected 'pyav' or 'torchcodec'")
    return tuple(dict.fromkeys(modalities))


def make_sample(clip_id: str, members: Members, start: int, wanted: Wanted) -> Sample:
    """One sample: `clip_id`, `start` and the modalities; in two parts, `context` and `target`, where the window has two.

    DatasetError, which names the clip, where a member is not what it should be.
    """
    try:
        return _sample(clip_id, members, start, wanted)
    except DatasetError as error:
        raise error if clip_id in str(error) else DatasetError(f"clip {clip_id}: {error}") from error


def _sample(clip_id: str, members: Members, start: int, wanted: Wanted) -> Sample:
    window, frames = wanted.window, wanted.window.of(start)
    meta = read_meta(clip_id, members["json"]) if "json" in members and (wanted.check or wanted.modalities != (RAW,)) else None
    whole: Sample = {"clip_id": clip_id, "start": start}
    timed: dict[str, tuple[NDArray[Any], int]] = {}
    for modality in wanted.modalities:
        if modality in VIDEOS:
            timed[modality] = read_video(modality, members[VIDEOS[modality][0]], frames, wanted.decoder), 0
    if any(name in NPZ_ARRAYS or name in CAMERA for name in wanted.modalities):
        arrays = unpack_arrays(bytes(members["npz"]))
        problems = check_arrays(arrays) if wanted.check else []
        if problems or arrays["time_s"].shape[0] < frames.stop:
            raise DatasetError("; ".join(problems) or f"npz: has {len(arrays['time_s'])} frames, expected {frames.stop} or more")
        for name in wanted.modalities:
            if name in NPZ_ARRAYS:
                axis = _TIME_AXIS[name]
                timed[name] = np.take(arrays[name], np.arange(frames.start, frames.stop, frames.step), axis), axis
            elif name in CAMERA:
                timed[name] = _conditioning(name, arrays, frames, window, meta), 0
    if meta is not None:
        texts = {"caption": meta.caption.text, "events": [event.model_dump() for event in meta.events], "meta": meta.model_dump()}
        whole |= {name: texts[name] for name in TEXTS if name in wanted.modalities}
    if RAW in wanted.modalities:
        whole[RAW] = {name: _array(data) for name, data in members.items()}
    if not window.target:
        return whole | {name: array for name, (array, _) in timed.items()}
    parts = {"context": slice(0, window.context), "target": slice(window.context, window.frames)}
    return whole | {
        part: {name: array[(slice(None),) * axis + (frames_of,)] for name, (array, axis) in timed.items()}
        for part, frames_of in parts.items()
    }


def _array(data: memoryview) -> NDArray[np.uint8]:
    """Bytes of a member as an array that may be written to, as torch wants it; copied only where they may not."""
    return np.array(data, np.uint8) if data.readonly else np.asarray(data)


def _conditioning(
    name: str, arrays: dict[str, NDArray[Any]], frames: range, window: Window, meta: SampleJson | None
) -> NDArray[np.float32]:
    """A form of CAMERA (T, ...) of some frames."""
    chosen = slice(frames.start, frames.stop, frames.step)
    arguments: list[Any] = [arrays["T_world_camera"][chosen]]
    if name == "plucker":
        assert meta is not None
        arguments += [arrays["K"][chosen], meta.render.width, meta.render.height]
    return CAMERA[name](*arguments, reference=window.context if window.target else 0).astype(np.float32)


def collate(samples: Sequence[Sample]) -> Sample:
    """A batch of samples: arrays stacked (B, ...), those of clips with fewer subjects or joints filled up; all else in lists.

    Filled up with NaN, 0, and 255 for states. DatasetError where pictures have several sizes.
    """
    batch: Sample = {}
    for name, first in samples[0].items():
        values = [sample[name] for sample in samples]
        if name in ("context", "target"):
            batch[name] = collate(values)
        elif isinstance(first, np.ndarray):
            batch[name] = _stacked(name, values)
        elif isinstance(first, int):
            batch[name] = np.array(values, np.int64)
        else:
            batch[name] = values
    return batch


def _stacked(name: str, arrays: list[NDArray[Any]]) -> NDArray[Any]:
    if len({a.shape for a in arrays}) == 1:
        return np.stack(arrays)
    if name not in NPZ_ARRAYS:
        across = [a.shape[2:] if name == "plucker" else a.shape[1:3] for a in arrays if a.ndim > 2]
        sizes = sorted({f"{shape[1]}x{shape[0]}" for shape in across})
        raise DatasetError(
            f"{name}: clips of several sizes ({', '.join(sizes)}) do not make a batch; choose some with filter('width == ...'), or take "
            "samples one by one with batch_size=None"
        )
    shape = tuple(max(lengths) for lengths in zip(*(a.shape for a in arrays), strict=True))
    fill = np.nan if arrays[0].dtype.kind == "f" else 255 if name == "state" else 0
    out = np.full((len(arrays), *shape), fill, arrays[0].dtype)
    for row, array in zip(out, arrays, strict=True):
        row[tuple(slice(0, length) for length in array.shape)] = array
    return out
