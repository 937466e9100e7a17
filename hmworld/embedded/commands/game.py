"""The game: levels, time, the console, and our own actor."""

import re

from hmworld.embedded import director
from hmworld.embedded.actors import WorldError
from hmworld.embedded.commands.registry import Answer, Context, command, floats, not_implemented
from hmworld.embedded.world import MAX_SIZE
from hmworld.protocol.director import DIRECTOR_ACTOR

_MAX_RATE = 1000.0
_MIN_TIME_SCALE, _MAX_TIME_SCALE = 0.0001, 20.0


@command("vset /action/game/pause")
def _pause(c: Context) -> Answer:
    """Pause the game; time passes only by ticks anyway."""
    c.world.paused = True
    return None


@command("vset /action/game/resume")
def _resume(c: Context) -> Answer:
    """End the pause; time passes only by ticks anyway."""
    c.world.paused = False
    return None


@command("vget /action/game/is_paused")
def _is_paused(c: Context) -> Answer:
    """true or false."""
    return "true" if c.world.paused else "false"


@command("vset /action/game/level [str]")
def _level(c: Context, name: str) -> Answer:
    """Open a scene of the catalog; spawned objects and cameras are gone."""
    c.world.open_level(name)
    return None


@command("vset /action/tick")
def _tick(c: Context) -> Answer:
    """Let one tick pass: animations go on, and what was is the earlier instant of optical flow."""
    c.world.tick()
    return None


@command("vset /action/set_fixed_frame_rate [float]")
def _frame_rate(c: Context, rate: str) -> Answer:
    """Ticks a second of the world's time."""
    _set_rate(c, floats(rate)[0])
    return None


@command("vset /action/tick_intervel [float]")
def _tick_interval(c: Context, seconds: str) -> Answer:
    """Seconds of the world's time that a tick takes."""
    (value,) = floats(seconds)
    _set_rate(c, 1.0 / value if value > 0.0 else 0.0)
    return None


def _set_rate(c: Context, rate: float) -> None:
    if not 0.001 <= rate <= _MAX_RATE:
        raise WorldError(f"Argument Invalid: ticks a second must be 0.001 to {_MAX_RATE:g}")
    c.world.tick_s = 1.0 / rate


@command("vset /action/input/enable", "vset /action/input/disable", "vset /action/keyboard [str] [float]")
def _no_input(_c: Context, *_: str) -> Answer:
    """Not implemented: there is no player to steer."""
    raise not_implemented()


@command(*("vrun [str]" + " [str]" * n for n in range(6)))
def _run(c: Context, name: str, *arguments: str) -> Answer:
    """Run a console command: setres WxH, slomo FACTOR or t.maxFPS N; others are refused."""
    values = [a for a in arguments if a]
    known = name.lower()
    if known not in ("setres", "slomo", "t.maxfps"):
        raise WorldError(f"Unknown console command '{name[:100]}'; known here: setres, slomo, t.maxFPS")
    if len(values) != 1:
        raise WorldError(f"Argument Invalid: {name} takes one argument")
    if known == "setres":
        size = re.fullmatch("([0-9]{1,5})x([0-9]{1,5})(?:w|f|wf)?", values[0])
        if size is None or not all(1 <= int(v) <= MAX_SIZE for v in size.groups()):
            raise WorldError(f"Argument Invalid: setres takes WIDTHxHEIGHT, 1 to {MAX_SIZE} each")
        c.world.window = (int(size[1]), int(size[2]))
        return None
    if re.fullmatch("[0-9]{0,9}[.]?[0-9]{1,9}", values[0]) is None:
        raise WorldError(f"Argument Invalid: {name} takes a number")
    number = float(values[0])
    if known == "t.maxfps":
        _set_rate(c, number)
    elif _MIN_TIME_SCALE <= number <= _MAX_TIME_SCALE:
        c.world.time_scale = number
    else:
        raise WorldError(f"Argument Invalid: slomo takes {_MIN_TIME_SCALE} to {_MAX_TIME_SCALE:g}")
    return None


def _director(c: Context, actor: str, function: str, arguments: tuple[str, ...]) -> str:
    if actor != DIRECTOR_ACTOR:
        raise WorldError(f"Can not find actor with id '{actor[:100]}'")
    return director.call(c.world, function, [a for a in arguments if a])


@command(*("vbp [str] [str]" + " [str]" * n for n in range(10)))
def _vbp(c: Context, actor: str, function: str, *arguments: str) -> Answer:
    """Call a function of an actor (HMDirector) and answer what it returns as JSON."""
    if c.world.strict is None:
        return _director(c, actor, function, arguments)
    return c.world.strict.vbp(function, lambda: _director(c, actor, function, arguments))


@command(*("vexec [str] [str]" + " [str]" * n for n in range(5)))
def _vexec(c: Context, actor: str, function: str, *arguments: str) -> Answer:
    """Call a function of an actor (HMDirector) and leave out what it returns."""
    _director(c, actor, function, arguments)
    return None
