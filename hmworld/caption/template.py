"""A caption from ground truth: who, doing what, where, how the camera moves, and what happens out of sight. Exact by construction."""

from collections.abc import Sequence

from hmworld.model.cards import SceneCard, SubjectCard
from hmworld.model.clip import ClipSpec, SubjectSpec
from hmworld.model.event import Event
from hmworld.model.sample import CaptionRecord

TEMPLATE_VERSION = "1"

_GAITS = {
    "walk": "walks",
    "brisk": "walks briskly",
    "run": "runs",
    "trot": "trots",
    "gallop": "gallops",
    "hop": "hops",
    "pace": "paces",
    "amble": "ambles",
}
_PATHS = {
    "straight": "straight ahead",
    "there_and_back": "there and back",
    "l_turn": "and turns a corner",
    "zigzag": "in a zigzag",
    "s_curve": "along an S-shaped curve",
    "circle": "in circles",
    "figure_eight": "in a figure of eight",
    "square": "around a square",
    "stop_and_go": ", stops and goes on",
    "approach_and_pass": "closer and past",
}
_CAMERAS = {
    "pan": "The camera pans",
    "tilt": "The camera tilts",
    "truck": "The camera slides sideways",
    "dolly": "The camera moves forwards or back",
    "crane": "The camera rises or sinks",
    "arc": "The camera moves along an arc",
    "orbit": "The camera circles",
    "follow": "The camera goes along",
    "whip": "The camera whips around",
    "look_behind": "The camera looks behind itself",
    "figure": "The camera moves in a figure of eight",
    "multi": "The camera looks away more than once",
    "loop": "The camera wanders off and returns to where it was",
}
_COUNT = ("never", "once", "twice", "three times", "four times")


def template_caption(spec: ClipSpec, scene: SceneCard, subjects: Sequence[SubjectCard], events: Sequence[Event]) -> CaptionRecord:
    """The caption of a clip; `subjects` are the cards of its subjects, in order."""
    doing = []
    for card, subject in zip(subjects, spec.subjects, strict=True):
        if _is_absent(subject):
            continue
        if not any(speed for _, speed in subject.path.speed_mps):
            doing.append(f"{card.noun} stands")
            continue
        path = _PATHS.get(subject.path.trajectory, "")
        gap = "" if path.startswith(",") else " "
        doing.append(f"{card.noun} {_GAITS.get(subject.gait.name, 'moves')}{gap}{path}".rstrip())
    who = " and ".join([", ".join(doing[:-1]), doing[-1]]) if len(doing) > 1 else "".join(doing) or "nobody is to be seen"
    look = spec.look.name.replace("_", " ")
    sentences = [f"{who[0].upper()}{who[1:]} {scene.place}, {look} light.", f"{_CAMERAS.get(spec.camera.family, 'The camera moves')}."]
    for number, card in enumerate(subjects, start=1):
        absences = [e for e in events if e.kind == "absence" and e.subject == number]
        if absences:
            times = _COUNT[len(absences)] if len(absences) < len(_COUNT) else f"{len(absences)} times"
            name = card.noun.split(" ", 1)[-1]
            sentences.append(f"The {name} leaves the picture {times} and comes back.")
    for card, subject in zip(subjects, spec.subjects, strict=True):
        name = card.noun.split(" ", 1)[-1]
        if subject.present_s and not _is_absent(subject):
            begins = subject.present_s[0][0] <= 0.0
            sentences.append(f"The {name} {'leaves the picture and never comes back' if begins else 'is there only in the end'}.")
    return CaptionRecord(text=" ".join(sentences), source="template", version=TEMPLATE_VERSION)


def _is_absent(subject: SubjectSpec) -> bool:
    """Whether a subject of a counterfactual is never there."""
    return bool(subject.present_s) and all(begin >= end for begin, end in subject.present_s)
