"""States of a subject in a frame, and the events made of them (DESIGN section 5)."""

from enum import IntEnum
from typing import Literal

from pydantic import Field

from hmworld.model.base import Document


class State(IntEnum):
    """What a frame shows of a subject."""

    OUT_OF_FRAME = 0
    VISIBLE = 1
    OCCLUDED = 2
    TOO_SMALL = 3


STATE_NAMES = {State.OUT_OF_FRAME: "out_of_frame", State.VISIBLE: "visible", State.OCCLUDED: "occluded", State.TOO_SMALL: "too_small"}

SIDES = ("", "left", "right", "top", "bottom", "behind")
CAUSES = ("", "camera", "subject", "either", "both_needed")

Side = Literal["", "left", "right", "top", "bottom", "behind"]
Cause = Literal["", "camera", "subject", "either", "both_needed"]


class Event(Document):
    """Something that happened to one subject's visibility.

    `absence`: exit, gap and return. `exit_only`: left and did not come back. `entry_only`: came in without having been seen.
    `occlusion`: hidden by something while in the frame. Fields that do not apply hold -1, -1.0, "" or false; frames count from 0.
    """

    kind: Literal["absence", "exit_only", "entry_only", "occlusion"]
    subject: int = Field(ge=1)
    """Its mask id."""
    last_visible_frame: int = -1
    exit_frame: int = -1
    """First out_of_frame frame of the run without a visible one."""
    return_frame: int = -1
    """The frame after the run's last out_of_frame."""
    entry_frame: int = -1
    """First visible frame."""
    exit_time_s: float = -1.0
    return_time_s: float = -1.0
    """When "amodal_px < min and in_frame_fraction < 0.5" becomes true, and stops being true."""
    time_method: Literal["", "solo_render", "interpolated"] = ""
    exit_side: Side = ""
    entry_side: Side = ""
    gap_frames: int = -1
    hidden_path_m: float = -1.0
    """Length of the root's way from exit_time_s to return_time_s."""
    hidden_displacement_m: float = -1.0
    hidden_turn_deg: float = -1.0
    """Absolute heading change from exit_time_s to return_time_s."""
    straddles_cut: bool = False
    """Last seen in the context part, seen again in the target part."""
    occluded_at_exit: bool = False
    """Occluded in a frame between the last visible one and the exit."""
    exit_cause: Cause = ""
    entry_cause: Cause = ""
    occluder: str = ""
    """For `occlusion`: "scene" or the name of the subject in front."""


def absences_overlap(a: Event, b: Event) -> bool:
    """Whether two absences are of one subject and share a frame: how a forecast one is matched to a rendered one."""
    return a.subject == b.subject and a.last_visible_frame < b.entry_frame and b.last_visible_frame < a.entry_frame
