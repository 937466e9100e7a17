"""Whether commands are such as the open plugin's branch 5.2 takes: its templates, our director's table, its numbers and its sizes."""

import re
from collections.abc import Iterable

from hmworld.protocol.director import ARGUMENT_FORMS, DIRECTOR, DIRECTOR_ACTOR, MAX_ARGUMENTS
from hmworld.protocol.grammar import COMMANDS_5_2, Grammar

MOST_BYTES = 1 << 16
"""Far below what a frame may hold (256 MiB) and the plugin's socket buffers (2 MiB)."""
GRAMMAR = Grammar(COMMANDS_5_2)
ROWS = {row.name: row for row in DIRECTOR}
PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
FREE = {"[str]"}


def violations(commands: Iterable[str]) -> list[str]:
    """What is wrong with commands; empty where all are legal."""
    return [f"{problem}: {command[:200]}" for command in commands for problem in _problems(command)]


def _problems(command: str) -> list[str]:
    found = GRAMMAR.match(command)
    if found is None:
        return ["no template of branch 5.2"]
    problems = []
    if len(command.encode()) > MOST_BYTES:
        problems.append(f"longer than {MOST_BYTES} bytes")
    if not command.isascii() or not command.isprintable() or "  " in command or command != command.strip():
        problems.append("not printable ASCII with single spaces")
    if "/camera/0/" in command:
        problems.append("camera 0 lags a tick behind")
    kinds = re.findall(r"\[[a-z]+\]", found.template)
    for kind, value in zip(kinds, found.arguments, strict=True):
        if kind == "[float]" and not PLAIN_NUMBER.fullmatch(value):
            problems.append(f"number {value!r}")
        if kind == "[uint]" and not value.isdigit():
            problems.append(f"count {value!r}")
        if not value:
            problems.append("empty argument")
    if found.template.startswith("vbp "):
        problems += _director_problems(*found.arguments)
    return problems


def _director_problems(actor: str, function: str, *arguments: str) -> list[str]:
    row = ROWS.get(function)
    if actor != DIRECTOR_ACTOR or row is None:
        return ["no row of the director's table"]
    if len(arguments) != len(row.arguments) or len(arguments) > MAX_ARGUMENTS:
        return [f"{len(arguments)} arguments, the table has {len(row.arguments)}"]
    named = zip(row.arguments, arguments, strict=True)
    return [f"{name} is {value[:60]!r}" for name, value in named if not re.fullmatch(ARGUMENT_FORMS[name], value)]
