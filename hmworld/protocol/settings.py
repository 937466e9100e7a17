"""`unrealcv.ini` and a game's command line, as the plugin reads them (`ServerConfig.cpp`, `UnrealcvModule.cpp`, branch 5.2).

The order of the file's lines matters: `unrealcv.launcher.RunUnreal` rewrites them by number (1 port, 2 width, 3 height) and takes the port
from the last four characters of the second word.
"""

import os
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

INI_NAME = "unrealcv.ini"
_SECTION = "[UnrealCV.Core]"


def plugin_socket(port: int) -> Path:
    """The Unix socket of the plugin that serves a TCP port, whatever $TMPDIR says (`UnixTcpServer.cpp`, branch 5.2)."""
    return Path(os.sep, "tmp", f"unrealcv_{port}.socket")


def somebody_listens(path: Path) -> bool:
    """Whether a Unix socket is served, and not left behind by a server that was killed."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


class SettingsError(ValueError):
    """A settings file or option that cannot be used; says where, what was expected and what was found."""


@dataclass(frozen=True)
class PluginSettings:
    """What the plugin can be told before it starts: TCP port, size and horizontal field of view of new cameras, and two switches."""

    port: int = 9000
    width: int = 640
    height: int = 480
    fov: float = 90.0
    enable_input: bool = True
    enable_right_eye: bool = False

    def ini_text(self) -> str:
        """The file as the plugin writes it."""
        return "\n".join(
            [
                _SECTION,
                f"Port={self.port}",
                f"Width={self.width}",
                f"Height={self.height}",
                f"FOV={self.fov:f}",
                f"EnableInput={self.enable_input}",
                f"EnableRightEye={self.enable_right_eye}",
                "",
            ]
        )

    def status_lines(self) -> list[str]:
        """The lines on settings of `vget /unrealcv/status`."""
        return [
            f"Port: {self.port}",
            f"Width: {self.width}",
            f"Height: {self.height}",
            f"FOV: {self.fov}",
            f"EnableInput: {str(self.enable_input).lower()}",
            f"EnableRightEye: {str(self.enable_right_eye).lower()}",
        ]


def _integer(low: int, high: int) -> Callable[[str], Any]:
    def read(text: str) -> int:
        value = int(text) if re.fullmatch("[0-9]{1,6}", text) else -1
        if not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return value

    return read


def _fov(text: str) -> float:
    value = float(text) if re.fullmatch(r"[0-9]{1,4}([.][0-9]{0,12})?", text) else 0.0
    if not 1.0 <= value <= 170.0:
        raise ValueError("degrees from 1 to 170")
    return value


def _switch(text: str) -> bool:
    if text.lower() not in ("true", "false", "1", "0"):
        raise ValueError("True or False")
    return text.lower() in ("true", "1")


_FIELDS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "port": ("port", _integer(0, 65535)),
    "width": ("width", _integer(1, 4096)),
    "height": ("height", _integer(1, 4096)),
    "fov": ("fov", _fov),
    "enableinput": ("enable_input", _switch),
    "enablerighteye": ("enable_right_eye", _switch),
}


def _changed(settings: PluginSettings, key: str, text: str, where: str) -> PluginSettings:
    name, read = _FIELDS[key.lower()]
    try:
        return replace(settings, **{name: read(text)})
    except ValueError as error:
        raise SettingsError(f"{where}: {key}: expected {error}, got {text!r}") from None


def read_ini(text: str, where: str) -> PluginSettings:
    """Settings of a file's text; keys of other plugins and unknown ones are passed over. SettingsError for a value that is none."""
    settings, inside = PluginSettings(), False
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if line.startswith("["):
            inside = line == _SECTION
        key, sign, value = line.partition("=")
        if inside and sign and key.strip().lower() in _FIELDS:
            settings = _changed(settings, key.strip(), value.strip(), f"{where}:{number}")
    return settings


def load_settings(path: Path) -> PluginSettings:
    """Read a settings file; where there is none, write one with the defaults, as the plugin does. SettingsError, OSError."""
    if not path.exists():
        settings = PluginSettings()
        path.write_text(settings.ini_text(), encoding="utf-8")
        return settings
    return read_ini(path.read_text(encoding="utf-8", errors="replace"), str(path))


@dataclass(frozen=True)
class GameArguments:
    """A game's command line: its settings, the map asked for ("" = none), and the options passed over."""

    settings: PluginSettings
    map: str
    passed_over: tuple[str, ...]


def read_game_arguments(arguments: Sequence[str], settings: PluginSettings) -> GameArguments:
    """Settings changed by `-cvport=`, `-UnrealCV<Key>=`, `-ResX=`, `-ResY=`; the first word without a dash is the map.

    Other options (`-RenderOffScreen`, `-opengl` ...) are passed over, as a game passes over what it does not know.
    """
    aliases = {"cvport": "port", "resx": "width", "resy": "height"}
    known = aliases | {f"unrealcv{key}": key for key in _FIELDS}
    level, passed_over = "", []
    for argument in arguments:
        name, sign, value = argument.lstrip("-").partition("=")
        if not argument.startswith("-"):
            level = level or argument
        elif sign and name.lower() in known:
            settings = _changed(settings, known[name.lower()], value, argument.split("=")[0])
        else:
            passed_over.append(argument)
    return GameArguments(settings, level, tuple(passed_over))
