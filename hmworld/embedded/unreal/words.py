"""What nobody can measure: names, nouns and credits, from a file of the user's or, where it says nothing, from the names of the assets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from hmworld.embedded.gltf.cardfiles import Kind, ships
from hmworld.embedded.unreal.dump import asset_name
from hmworld.errors import AssetError
from hmworld.model.base import Document, Name, Vec3

GAIT_WORDS = {
    "idle": ("idle", "stand", "standing"),
    "walk": ("walk", "walking"),
    "trot": ("trot", "trotting"),
    "jog": ("jog", "jogging"),
    "canter": ("canter",),
    "run": ("run", "running"),
    "gallop": ("gallop", "galloping"),
    "sprint": ("sprint", "sprinting"),
}
"""Words in the name of an animation that make it a gait."""
_ELSEWHERE = {
    *("left", "right", "back", "backward", "backwards", "bwd", "up", "down", "lf", "rt", "bk", "bl", "br", "fl", "fr", "l", "r", "b"),
    *("start", "stop", "end", "turn", "to", "from", "jump", "crouch", "crouched", "injured", "aim", "attack", "hit", "death", "die"),
    *(
        "swim",
        "fly",
        "climb",
        "carry",
        "combat",
        "sit",
        "lie",
        "sleep",
        "sneak",
        "crawl",
        "limp",
        "wounded",
        "hurt",
        "dead",
        "fall",
        "land",
    ),
    *("swimming", "flying", "climbing", "carrying", "sitting", "lying", "sleeping", "sneaking", "crawling", "limping", "dying", "falling"),
    *("landing", "starting", "stopping", "turning", "jumping", "crouching", "aiming", "attacking", "backing"),
}
"""Words in the name of an animation that make it none of those."""
_IN_PLACE = {"ip", "inplace", "in", "place"}
"""Words in the name of an animation that stays where it is, which is what is wanted of two that differ in nothing else."""
UPRIGHT = 2.5
"""So many times as tall as it is long a skeleton with hands is that of a person; bipeds' rigs of animals have hands too."""
_PREFIXES = {"sk", "skm", "skel", "sm", "s", "mesh", "skeletal", "map", "lvl", "level", "l"}


class SubjectWords(Document):
    """Words of one skeletal mesh; what is left out is taken from the asset's name, or measured."""

    name: Name | None = None
    title: str = ""
    kind: Literal["person", "animal"] | None = None
    species: str = ""
    noun: str = ""
    pronoun: Literal["he", "she", "it", "they"] | None = None
    credit: str = ""
    forward: Literal["+x", "-x", "+y", "-y"] | None = None
    """The mesh's own axis along which it faces; measured from its gaits where it is left out."""
    idle: str = ""
    """Name of the animation that stands."""
    gaits: dict[Name, str] = Field(default_factory=dict)
    """Names of the animations that walk."""
    strides_m: dict[Name, Annotated[float, Field(gt=0.0)]] = Field(default_factory=dict)


class SceneWords(Document):
    """Words of one map."""

    name: Name | None = None
    title: str = ""
    place: str = ""
    biome: Literal["urban", "nature", "rural", "indoor"] = "urban"
    credit: str = ""
    stages: tuple[tuple[float, float, Annotated[float, Field(ge=1.0)]], ...] = ()
    """x, y, radius in metres, our axes; found where it is left out."""
    lamps: tuple[str, ...] = ()
    """Names of the actors that are lamps; every point, spot and rectangle light where it is left out."""


class Words(Document):
    """The file of `--words`: words by the package of the asset, as /Game/Dog/SK_Dog."""

    credit: str = ""
    subjects: dict[str, SubjectWords] = Field(default_factory=dict)
    scenes: dict[str, SceneWords] = Field(default_factory=dict)


def tokens(name: str) -> list[str]:
    """The words in an asset's name, lower case: `A_BigDog-Walk2` is a, big, dog, walk, 2."""
    return [t.lower() for t in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


def card_name(path: str) -> str:
    """A card's name from an asset's: `SK_BigDog` becomes big_dog."""
    words = tokens(asset_name(path))
    while len(words) > 1 and words[0] in _PREFIXES:
        words = words[1:]
    name = "_".join(words)[:64].rstrip("_")
    if not name:
        raise AssetError(f"{path}: no card can be named after it, for it has no latin letters; give it a name in the file of --words")
    return name


def free_name(path: str, kind: Kind) -> tuple[str, list[str]]:
    """A card's name from an asset's that is none of those that ship, and a remark where that took a change."""
    name = card_name(path)
    if not ships(name, kind):
        return name, []
    mine = f"my_{name}"[:64]
    return mine, [f"it is named {mine}, for {name} is the name of one that ships; `name` in the file of --words gives another"]


def spoken_name(name: str) -> str:
    """A card's name as words of a sentence: my_big_dog is a big dog."""
    return name.removeprefix("my_").replace("_", " ")


def chosen_gaits(mesh: str, animations: Iterable[str], words: SubjectWords) -> dict[str, str]:
    """Object paths of the animations by gait, `idle` first: those that the words name, else those whose own names say it.

    Of several the one with the fewest words in its name is taken, in place rather than not. AssetError where one is missing, with what
    there is.
    """
    paths = sorted(animations)
    known = ", ".join(asset_name(p) for p in paths) or "none"
    found: dict[str, str] = {}
    wanted = {"idle": words.idle, **words.gaits} if words.idle or words.gaits else {}
    for gait, name in wanted.items():
        if not name:
            continue
        match = [p for p in paths if name in (p, p.split(".", 1)[0], asset_name(p))]
        if len(match) != 1:
            problem = "there is no animation" if not match else f"{len(match)} animations have the name"
            raise AssetError(
                f"{mesh}: {gait}: {problem} {name!r} on its skeleton; it has {known}. Name it by its path in the file of --words"
            )
        found[gait] = match[0]
    for gait, fits in fitting(paths).items():
        if gait not in found and (gait == "idle" or not words.gaits):
            found[gait] = fits[0]
    if "idle" not in found:
        raise AssetError(
            f"{mesh}: no animation that stands: expected one with idle or stand in its name, it has {known}; name it as `idle` in the file "
            "of --words"
        )
    if len(found) == 1:
        raise AssetError(
            f"{mesh}: no animation that walks: expected one with {', '.join(list(GAIT_WORDS)[1:])} in its name, it has {known}; "
            "name it under "
            "`gaits` in the file of --words"
        )
    return {"idle": found.pop("idle"), **found}


def fitting(animations: Iterable[str]) -> dict[str, list[str]]:
    """Object paths of animations by the gait that their own names say, the plainest first; gaits without one are left out."""

    def plainness(path: str) -> tuple[int, bool, str, str]:
        said = tokens(asset_name(path))
        return len([t for t in said if t not in _IN_PLACE]), not set(said) & _IN_PLACE, asset_name(path), path

    ahead = [p for p in animations if not set(tokens(asset_name(p))) & _ELSEWHERE]
    by_gait = {gait: [p for p in ahead if set(tokens(asset_name(p))) & set(markers)] for gait, markers in GAIT_WORDS.items()}
    return {gait: sorted(found, key=plainness) for gait, found in by_gait.items() if found}


def looks_human(bones: Sequence[str], rest_cm: Sequence[Vec3]) -> bool:
    """Whether a skeleton has two hands and stands upright, by its bones' places at rest, z up: a guess at a person."""
    at = np.array(rest_cm, np.float64).reshape(-1, 3)
    hands = at[["hand" in bone.lower() for bone in bones]]
    if len(hands) < 2:
        return False
    apart = hands[:, None, :2] - hands[None, :, :2]
    across = apart.reshape(-1, 2)[int(np.argmax(np.linalg.norm(apart, axis=-1)))]
    if not np.any(across):
        return False
    ahead = np.array([-across[1], across[0]]) / np.linalg.norm(across)
    return float(np.ptp(at[:, 2])) > UPRIGHT * float(np.ptp(at[:, :2] @ ahead))
