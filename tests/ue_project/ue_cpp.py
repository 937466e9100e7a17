"""Reads and compiles the C++ of the Unreal project without Unreal: a tokenizer, the functions of a header, and clang on declarations."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).parent.parent.parent
PROJECT = REPOSITORY / "ue_project"
SOURCE = PROJECT / "Source" / "HMWorld"
DECLARATIONS = Path(__file__).parent / "declarations"

_TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"|[A-Za-z_]\w*|\d[\w.]*|::|\s+|.', re.S)


class Token(NamedTuple):
    """A word, text or mark of C++ and the line it stands on."""

    text: str
    line: int


def tokens(source: str) -> list[Token]:
    """The tokens of C++ without comments, white space and preprocessor lines."""
    source = re.sub(r"(?m)^[ \t]*#(?:[^\n\\]|\\\n|\\.)*", "", source)
    found, line = [], 1
    for match in _TOKEN.finditer(source):
        text = match.group()
        if not text.isspace() and not text.startswith(("//", "/*")):
            found.append(Token(text, line))
        line += text.count("\n")
    return found


class Parameter(NamedTuple):
    """A parameter of a function: its type as written, and its name."""

    type: str
    name: str


class Function(NamedTuple):
    """A UFUNCTION as declared."""

    returns: str
    name: str
    parameters: tuple[Parameter, ...]


def ufunctions(header: str) -> list[Function]:
    """The functions marked UFUNCTION, in the order of the header; ValueError where a declaration is not understood."""
    words = [t.text for t in tokens(header)]
    found = []
    for start in (k for k, word in enumerate(words) if word == "UFUNCTION"):
        opening = _closing(words, start + 1) + 1
        head_end = words.index("(", opening)
        tail = _closing(words, head_end)
        if words[tail + 1] != ";":
            raise ValueError(f"{words[head_end - 1]}: expected a plain declaration that ends in ;, got {words[tail + 1]!r}")
        *returns, name = words[opening:head_end]
        found.append(Function(" ".join(returns), name, tuple(_parameters(words[head_end + 1 : tail]))))
    return found


def _closing(words: list[str], opening: int) -> int:
    depth = 0
    for k in range(opening, len(words)):
        depth += {"(": 1, ")": -1}.get(words[k], 0)
        if depth == 0:
            return k
    raise ValueError("unbalanced brackets")


def _parameters(words: list[str]) -> Iterator[Parameter]:
    part: list[str] = []
    for word in [*words, ","]:
        if word != ",":
            part.append(word)
        elif part:
            yield Parameter(" ".join(part[:-1]), part[-1])
            part = []


def text_constant(source: str, name: str) -> str:
    """The value of `name = TEXT("..." "...")`."""
    words = [t.text for t in tokens(source)]
    start = next(k for k in range(len(words) - 3) if words[k : k + 4] == [name, "=", "TEXT", "("])
    end = words.index(")", start)
    return "".join(word.strip('"') for word in words[start + 4 : end])


def generated_header(header: str) -> str:
    """What GENERATED_BODY() stands for in each class of a header, as Unreal's header tool writes it, as far as we use it."""
    words, lines = tokens(header), []
    for k, word in enumerate(words):
        if word.text != "GENERATED_BODY":
            continue
        start = max(j for j in range(k) if words[j].text == "class" and words[j + 2].text == ":")
        name, base = words[start + 1].text, words[start + 4].text
        lines += [
            f"#undef HM_GENERATED_{word.line}",
            f"#define HM_GENERATED_{word.line} public: using Super = {base}; using ThisClass = {name}; "
            "static UClass* StaticClass(); private:",
        ]
    return "\n".join(lines) + "\n"


def lay_out(folder: Path, sources: dict[str, str]) -> None:
    """Write sources, generated headers and stand-ins of the engine's headers into a folder."""
    for name, text in sources.items():
        (folder / name).write_text(text)
        if name.endswith(".h"):
            (folder / f"{name.removesuffix('.h')}.generated.h").write_text(generated_header(text))
    for line in (DECLARATIONS / "engine_headers.txt").read_text().split():
        stand_in = folder / "engine" / line
        stand_in.parent.mkdir(parents=True, exist_ok=True)
        stand_in.write_text('#pragma once\n#include "engine.h"\n')


def compile_errors(clang: str, folder: Path, name: str, with_editor: bool = True) -> str:
    """What clang says of one file of a folder that was laid out; empty where it accepts it. Unreal, too, takes shadowing for an error."""
    command = [clang, "-fsyntax-only", "-std=c++20", "-Wall", "-Wextra", "-Wshadow", "-Werror"]
    command += ['-DHMWORLD_UNREALCV_COMMIT="0"', f"-DWITH_EDITOR={int(with_editor)}"]
    command += [f"-I{folder}", f"-I{folder / 'engine'}", f"-I{DECLARATIONS}", str(folder / name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    return done.stderr if done.returncode else ""


def project_sources() -> dict[str, str]:
    """The C++ files of the module, by name."""
    return {path.name: path.read_text() for path in sorted(SOURCE.iterdir()) if path.suffix in (".h", ".cpp")}
