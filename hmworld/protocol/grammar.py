"""Command templates and how they match (UnrealCV `CommandDispatcher.cpp`, branch 5.2).

`[str]` matches anything without spaces, also nothing; `[uint]` digits; `[float]` a decimal number without exponent. Templates match
from the start to the end of a command, trailing spaces allowed; the last registered wins.
"""

import math
import re
from collections.abc import Iterable
from typing import NamedTuple

# The plugin's float is [-+]?[0-9]*[.]?[0-9]+, which takes quadratic time over a long row of digits; this one matches the same texts.
_PLACEHOLDERS = {"[str]": "([^ ]*)", "[uint]": "([0-9]*)", "[float]": "([-+]?(?:[0-9]+(?:[.][0-9]+)?|[.][0-9]+))"}

_CAMERA_STREAMS = ("lit", "object_mask", "seg", "depth", "normal", "optical_flow")
_CAMERA_SETTINGS = (
    "lit_source [str]",
    "reflection [str]",
    "illumination [str]",
    "exposure_method [str]",
    "exposure_bias [float]",
    "auto_speed [float] [float]",
    "auto_brightness [float] [float]",
    "physical_exposure [uint]",
    "motion_blur [float] [float] [float] [uint]",
    "focal [float] [float]",
    "ortho_width [float]",
    "projection_type [str]",
)

COMMANDS_5_2: tuple[str, ...] = (
    "vget /unrealcv/status",
    "vget /unrealcv/help",
    "vget /unrealcv/version",
    "vget /unrealcv/echo [str]",
    "vget /scene/name",
    "vget /level/name",
    "vget /persistent_level/id",
    "vget /persistent_level/level_script_actor/id",
    "vget /cameras",
    "vset /cameras/spawn",
    "vget /camera/[uint]/location",
    "vset /camera/[uint]/location [float] [float] [float]",
    "vget /camera/[uint]/rotation",
    "vset /camera/[uint]/rotation [float] [float] [float]",
    "vset /camera/[uint]/moveto [float] [float] [float]",
    "vget /camera/[uint]/fov",
    "vset /camera/[uint]/fov [float]",
    "vget /camera/[uint]/size",
    "vset /camera/[uint]/size [uint] [uint]",
    *(f"vget /camera/[uint]/{stream} [str]" for stream in _CAMERA_STREAMS),
    *(f"vset /camera/[uint]/{setting}" for setting in _CAMERA_SETTINGS),
    "vget /screenshot [str]",
    "vget /viewmode",
    "vset /viewmode [str]",
    "vget /objects",
    "vset /objects/spawn [str]",
    "vset /objects/spawn [str] [str]",
    "vset /objects/spawn_cube",
    "vset /objects/spawn_cube [str]",
    "vget /object/[str]/location",
    "vset /object/[str]/location [float] [float] [float]",
    "vget /object/[str]/rotation",
    "vset /object/[str]/rotation [float] [float] [float]",
    "vget /object/[str]/scale",
    "vset /object/[str]/scale [float] [float] [float]",
    "vget /object/[str]/color",
    "vset /object/[str]/color [uint] [uint] [uint]",
    "vget /object/[str]/mobility",
    "vget /object/[str]/bounds",
    "vget /object/[str]/vertex_location",
    "vget /object/[str]/uclass_name",
    "vset /object/[str]/name [str]",
    "vset /object/[str]/show",
    "vset /object/[str]/hide",
    "vset /object/[str]/destroy",
    "vset /action/game/pause",
    "vset /action/game/resume",
    "vget /action/game/is_paused",
    "vset /action/game/level [str]",
    "vset /action/input/enable",
    "vset /action/input/disable",
    "vset /action/keyboard [str] [float]",
    *("vbp [str] [str]" + " [str]" * n for n in range(10)),
    "vbatch [uint]",
    *("vrun [str]" + " [str]" * n for n in range(6)),
    *("vexec [str] [str]" + " [str]" * n for n in range(5)),
    "vcmd [str]",
)
"""Templates of the open plugin's branch 5.2 that mean something at run time (editor-only ones are left out)."""


class Match(NamedTuple):
    """A template and what its placeholders matched."""

    template: str
    arguments: tuple[str, ...]


class Grammar:
    """A set of templates to match commands against."""

    def __init__(self, templates: Iterable[str]) -> None:
        self.templates = tuple(templates)
        # The last registered wins: try them in reverse.
        self._compiled = [(t, re.compile(_pattern(t))) for t in reversed(self.templates)]

    def match(self, command: str) -> Match | None:
        """The template that a command matches, or None."""
        for template, pattern in self._compiled:
            found = pattern.fullmatch(command)
            if found:
                return Match(template, found.groups())
        return None


def _pattern(template: str) -> str:
    pattern = re.escape(template).replace(r"\ ", " ")
    for placeholder, expression in _PLACEHOLDERS.items():
        pattern = pattern.replace(re.escape(placeholder), expression)
    return pattern + "[ ]*"


def fixed(value: float, decimals: int) -> str:
    """A number for the wire: fixed decimals, trailing zeros dropped, never an exponent or a negative zero; ValueError if not finite."""
    if not math.isfinite(value):
        raise ValueError(f"the wire carries finite numbers only, got {value}")
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
