"""Trajectories as data: what a YAML file of `trajectories/` says.

Times are fractions of the clip (0 first frame, 1 end); a planner turns them into seconds and metres. Both kinds may be mirrored
left to right, so one file covers a movement and its mirror image.
"""

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from hmworld.model.base import Document, Name, Vec2


def _rising(keys: tuple[Vec2, ...]) -> tuple[Vec2, ...]:
    if any(b[0] <= a[0] for a, b in pairwise(keys)):
        raise ValueError("times of keys must rise")
    if any(not 0.0 <= t <= 1.0 for t, _ in keys):
        raise ValueError("times of keys are fractions of the clip, 0 to 1")
    return keys


Keys = Annotated[tuple[Vec2, ...], Field(min_length=1), AfterValidator(_rising)]
"""[[fraction of the clip, value], ...], rising; constant before the first and after the last."""


class CameraStart(Document):
    """Where a camera stands at time 0, in polar coordinates about its pivot."""

    azimuth_deg: float
    """0 = in front of the lead subject (it walks towards the camera), 90 = on its left, 180 = behind it."""
    distance_m: float = Field(gt=0.0)
    height_m: float = Field(gt=0.0)
    """Above the ground of the stage."""


class CameraKeys(Document):
    """How the camera moves from its start; every channel is 0 where it has no keys."""

    forward_m: Keys | None = None
    left_m: Keys | None = None
    up_m: Keys | None = None
    """Offsets along the axes of the camera's first heading (level)."""
    azimuth_deg: Keys | None = None
    """Turns the camera's place about the pivot, counter-clockwise."""
    distance_m: Keys | None = None
    """Added to the distance from the pivot."""
    yaw_deg: Keys | None = None
    """Turns the view to the left of where it aims."""
    pitch_deg: Keys | None = None
    """Turns the view up."""


class CameraTrajectory(Document):
    """A camera movement. `pivot`: what its place is measured from: the lead subject's first position (`start`), the middle of the
    lead subject's path (`path`), or the lead subject as it moves (`subject`, smoothed). `aim`: the view keeps its first heading
    (`fixed`) or keeps looking at the pivot (`pivot`); `turns`: a moving pivot's heading turns the camera's place with it.
    """

    name: Name
    family: Literal["pan", "tilt", "truck", "dolly", "crane", "arc", "orbit", "follow", "whip", "look_behind", "figure", "multi", "loop"]
    summary: str
    pivot: Literal["start", "path", "subject"]
    aim: Literal["fixed", "pivot"]
    turns: bool = False
    mirror: bool = True
    probe: bool = False
    """Leaves a view and returns to the very same pose, to test memory: drawn only where a recipe names it."""
    starts: tuple[CameraStart, ...] = Field(min_length=2)
    keys: CameraKeys
    yaw_gain: Vec2 = (0.9, 1.15)
    """Range of the factor on yaw and azimuth keys."""
    move_gain: Vec2 = (0.85, 1.15)
    """Range of the factor on the keys in metres."""


class SubjectTrajectory(Document):
    """A path on the ground. `points` is its shape in any unit, x forward, near which a smooth curve runs. `fit`: scaled so that the walk
    takes the whole clip (`duration`), or to a size in metres (`extent`; closed paths then repeat). `speed`: fraction of the clip ->
    fraction of the gait's speed.
    """

    name: Name
    summary: str
    points: tuple[Vec2, ...] = Field(min_length=3)
    closed: bool = False
    fit: Literal["duration", "extent"] = "duration"
    extent_m: Vec2 | None = None
    """Range of the longer side of the shape, with `fit: extent`."""
    speed: Keys = ((0.0, 1.0),)
    mirror: bool = True
    probe: bool = False
    """For probes: drawn only where a recipe names it."""

    @model_validator(mode="after")
    def _extent_where_needed(self) -> "SubjectTrajectory":
        if (self.fit == "extent") != (self.extent_m is not None):
            raise ValueError("extent_m goes with `fit: extent`, and only with it")
        if max(x for x, _ in self.points) - min(x for x, _ in self.points) < 1e-6 and (
            max(y for _, y in self.points) - min(y for _, y in self.points) < 1e-6
        ):
            raise ValueError("points must not all be the same")
        if any(v < 0 for _, v in self.speed):
            raise ValueError("speed must not be negative")
        if self.fit == "duration" and max(v for _, v in self.speed) <= 0:
            raise ValueError("speed must move somewhere with `fit: duration`; with `fit: extent` a subject may stand all the time")
        return self
