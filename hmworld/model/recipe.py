"""The recipe: what to make. A recipe is data; nothing in it is executed."""

from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from hmworld.geometry.camera import hfov_deg
from hmworld.model.base import Document, Name, Vec2


class RenderSettings(Document):
    """Size and timing of a clip."""

    width: int = Field(832, ge=64, le=4096, multiple_of=2)
    height: int = Field(480, ge=64, le=4096, multiple_of=2)
    fps: int = Field(15, ge=1, le=120)
    frames: int = Field(154, ge=8, le=10_000)
    context_frames: int = Field(77, ge=0)
    """Frames before the context/target cut."""
    min_visible_fraction: float = Field(5e-4, gt=0.0, lt=1.0)
    """Of the frame's area; fewer pixels than this do not count as visible."""

    @model_validator(mode="after")
    def _cut_inside(self) -> "RenderSettings":
        if self.context_frames > self.frames:
            raise ValueError(f"context_frames ({self.context_frames}) must not exceed frames ({self.frames})")
        return self


class Lens(Document):
    """A lens on a sensor; the default measures as HM-World's clips do (37.5 degrees)."""

    focal_length_mm: float = Field(35.0, gt=0.0)
    sensor_width_mm: float = Field(23.76, gt=0.0)

    @model_validator(mode="after")
    def _drawable(self) -> "Lens":
        if not 1.0 <= self.hfov_deg <= 170.0:
            raise ValueError(f"focal length and sensor give a field of view of {self.hfov_deg:.3g} degrees, expected 1 to 170")
        return self

    @property
    def hfov_deg(self) -> float:
        """Horizontal field of view."""
        return hfov_deg(self.focal_length_mm, self.sensor_width_mm)


class Retention(Document):
    """Which clips are worth keeping: some absence with at least this much seen before, hidden, and seen after."""

    min_not_out_before: int = Field(8, ge=0)
    """Consecutive frames that are not out_of_frame right before the exit ..."""
    min_visible_before: int = Field(8, ge=0)
    """... of which so many visible."""
    min_gap: int = Field(5, ge=0)
    min_visible_after: int = Field(8, ge=0)
    """Visible frames after the return."""


class EncoderSettings(Document):
    """How pictures become bytes."""

    crf: int = Field(18, ge=0, le=51)
    gop: int = Field(16, ge=1, le=600)
    preset: Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower"] = "veryfast"


Shares = dict[str, float]
"""Share of the clips by stratum, each above 0, at most 1 in all; what is left over is free."""


def stratum_range(label: str) -> tuple[int, int]:
    """First and last whole number of a label such as "3", "5-15" or "41-" (no end); ValueError for anything else."""
    low, dash, high = label.partition("-")
    if not low.isdecimal() or (high and not high.isdecimal()):
        raise ValueError(f"expected a number or a range such as '3', '5-15' or '41-', got {label!r}")
    first, last = int(low), int(high) if high else (2**31 if dash else int(low))
    if last < first:
        raise ValueError(f"the range {label!r} ends before it begins")
    return first, last


class Balance(Document):
    """What share of the clips each stratum is to have. A clip's strata are those of its longest absence that the retention rule keeps,
    and of the subject of that absence."""

    tolerance: float = Field(0.02, ge=0.0, le=0.5)
    """How far the share of a stratum may be off, of all clips."""
    scenes: Shares = Field({})
    looks: Shares = Field({})
    camera_families: Shares = Field({})
    camera_paths: Shares = Field({})
    subject_paths: Shares = Field({})
    """The path of the subject that is absent."""
    subjects_in_clip: Shares = Field({})
    """"1", "2" ..., or ranges."""
    kinds: Shares = Field({})
    """"person", "animal"."""
    species: Shares = Field({})
    exit_causes: Shares = Field({})
    exit_sides: Shares = Field({})
    gap_frames: Shares = Field({})
    """Ranges: "5-15", "16-40", "41-"."""
    absences: Shares = Field({})
    """How many the clip has: "1", "2-"."""
    straddles_cut: Shares = Field({})
    """"yes", "no"."""

    @property
    def dimensions(self) -> dict[str, Shares]:
        """Targets by dimension, those that are stated."""
        return {name: getattr(self, name) for name in type(self).model_fields if name != "tolerance" and getattr(self, name)}

    @model_validator(mode="after")
    def _sound(self) -> "Balance":
        known: dict[str, tuple[str, ...]] = {
            "kinds": ("person", "animal"),
            "exit_causes": ("camera", "subject", "either", "both_needed"),
            "exit_sides": ("left", "right", "top", "bottom", "behind"),
            "straddles_cut": ("yes", "no"),
        }
        for name, shares in self.dimensions.items():
            if any(share <= 0.0 for share in shares.values()) or sum(shares.values()) > 1.0 + 1e-9:
                raise ValueError(f"{name}: shares must be above 0 and at most 1 in all, they make {sum(shares.values()):.3g}")
            strange = sorted(set(shares) - set(known.get(name, shares)))
            if strange:
                raise ValueError(f"{name}: unknown {', '.join(strange)}; expected some of {', '.join(known[name])}")
            if name in ("subjects_in_clip", "gap_frames", "absences"):
                ranges = sorted(stratum_range(label) for label in shares)
                if any(later[0] <= earlier[1] for earlier, later in pairwise(ranges)):
                    raise ValueError(f"{name}: ranges overlap: {', '.join(shares)}")
        return self


class HeldOut(Document):
    """Names that never stand in a clip of another split."""

    scenes: tuple[Name, ...] = ()
    subjects: tuple[Name, ...] = ()
    subject_paths: tuple[Name, ...] = ()
    camera_paths: tuple[Name, ...] = ()


Unseen = Literal["none", "scene", "subject", "trajectory", "all"]
"""What a clip of val or test has that training never shows: its scene; every subject; its camera path, every subject path, or both where
both kinds are held out; all of that; or nothing but the motion itself."""


class Split(Document):
    """A split that is not for training."""

    clips: int = Field(ge=1)
    held_out: HeldOut = HeldOut()
    unseen: dict[Unseen, float] = Field({})
    """Share of the split's clips by what is unseen in them, 1 in all; empty = evenly over what `held_out` allows."""

    @property
    def possible(self) -> tuple[Unseen, ...]:
        """What can be unseen in it."""
        held = self.held_out
        trajectories = bool(held.subject_paths or held.camera_paths)
        found: list[Unseen] = ["none"]
        kinds: tuple[tuple[Unseen, bool], ...] = (
            ("scene", bool(held.scenes)),
            ("subject", bool(held.subjects)),
            ("trajectory", trajectories),
        )
        found += [name for name, there in kinds if there]
        if held.scenes and held.subjects and trajectories:
            found.append("all")
        return tuple(found)

    @model_validator(mode="after")
    def _sound(self) -> "Split":
        strange = sorted(set(self.unseen) - set(self.possible))
        if strange:
            raise ValueError(f"unseen: {', '.join(strange)} needs names in held_out; with these it may be {', '.join(self.possible)}")
        if self.unseen and (any(share <= 0.0 for share in self.unseen.values()) or abs(sum(self.unseen.values()) - 1.0) > 1e-6):
            raise ValueError(f"unseen: shares must be above 0 and make 1, they make {sum(self.unseen.values()):.6g}")
        return self


class Recipe(Document):
    """What to make: how many clips, of what, how long, how large, and what to keep.

    Empty lists mean "all that the catalog has". Lists of names are drawn from evenly.
    """

    name: Name
    seed: int = Field(0, ge=0, lt=2**53)
    clips: int = Field(ge=1, le=10_000_000)
    """Clips to plan for rendering."""
    max_candidates: int = Field(0, ge=0)
    """Give up planning after so many candidates; 0 = 200 a clip, at least 2,000."""
    scenes: tuple[Name, ...] = ()
    subjects: tuple[Name, ...] = ()
    subject_paths: tuple[Name, ...] = ()
    camera_paths: tuple[Name, ...] = ()
    looks: tuple[Name, ...] = ()
    subjects_per_clip: tuple[int, int] = (1, 2)
    """Fewest and most."""
    speed_scale: Vec2 = (0.9, 1.1)
    """Range of the factor on a gait's natural speed."""
    causes: tuple[Literal["camera", "subject", "either", "both_needed"], ...] = ()
    """Exit causes to alternate between, as far as candidates allow; empty = as they come."""
    balance: Balance = Balance()
    render: RenderSettings = RenderSettings()
    lens: Lens = Lens()
    retention: Retention = Retention()
    forecast: Literal["filter", "off"] = "filter"
    """`filter`: plan only candidates whose forecast passes the retention rule; `off`: plan all valid ones (to measure recall)."""
    streams: tuple[Literal["depth", "flow", "normal"], ...] = ()
    """Optional streams besides the main shards. Exact flow and normals come from the embedded engine only."""
    encoder: EncoderSettings = EncoderSettings()
    varied: tuple[str, ...] = ()
    """Made by `hmworld vary`: what was changed of the clips of another plan. A plan of variants cannot be made from a recipe alone."""
    clips_per_shard: int = Field(64, ge=1, le=100_000)
    """Plan rows a shard; a shard holds those of them that are kept."""
    keep_reject_media: bool = False
    counterfactuals: tuple[Literal["absent", "vanished", "frozen", "swapped"], ...] = ()
    """What every planned clip is joined by, besides `clips`, for metrics to be tried on: the same clip without the subject of its main
    absence; with it gone from then on; with it standing still while nobody sees it; with another one coming back in its place."""
    split: Literal["train", "val", "test"] = "train"
    """Of all clips that are in none of `splits`."""
    splits: dict[Literal["val", "test"], Split] = Field({})
    """Clips of these come out of `clips`. What one of them holds out stands in no clip of another split, train above all."""

    @model_validator(mode="after")
    def _ranges(self) -> "Recipe":
        low, high = self.subjects_per_clip
        if not 1 <= low <= high <= 8:
            raise ValueError("subjects_per_clip is [fewest, most], 1 to 8")
        if len(set(self.counterfactuals)) != len(self.counterfactuals):
            raise ValueError(f"counterfactuals names one twice: {', '.join(self.counterfactuals)}")
        if self.counterfactuals and self.forecast == "off":
            raise ValueError("counterfactuals goes with `forecast: filter`: they differ where an absence is forecast")
        if len(set(self.streams)) != len(self.streams):
            raise ValueError(f"streams names one twice: {', '.join(self.streams)}")
        if self.splits and self.split != "train":
            raise ValueError(f"splits goes with `split: train`, not with {self.split!r}")
        if sum(split.clips for split in self.splits.values()) >= self.clips:
            raise ValueError("splits take all of `clips`; leave some for train")
        if self.balance.dimensions and self.forecast == "off":
            raise ValueError("balance goes with `forecast: filter`: strata are those of forecast absences")
        if self.balance.dimensions and self.causes:
            raise ValueError("causes and balance exclude each other; use balance.exit_causes")
        if not 0 < self.speed_scale[0] <= self.speed_scale[1]:
            raise ValueError("speed_scale is [low, high], both above 0")
        return self
