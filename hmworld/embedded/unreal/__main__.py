"""`python -m hmworld.embedded.unreal request|convert JSON`: asks the content scripts, and makes cards of their answer.

The options come as one JSON object; `hmworld catalog from-unreal` makes it, and reads the JSON object that is printed. The exit code is 1
where anything could not be made.
"""

import json
import sys
from pathlib import Path
from typing import Any

from hmworld.embedded.unreal.convert import Options, convert
from hmworld.embedded.unreal.request import request
from hmworld.embedded.unreal.words import Words
from hmworld.errors import HMWorldError, RecipeError


def main(arguments: list[str]) -> int:
    """Ask or convert; 1 when an asset or the options cannot be used."""
    kind, options = arguments[0], json.loads(arguments[1])
    try:
        words = _words(options)
        if kind == "request":
            print(json.dumps(request(options, words)))
            return 0
        paths = {name: Path(options[name]) for name in ("dump", "catalog", "project_catalog")}
        found = convert(Options(**paths, words=words, replace=options["replace"]))
    except (HMWorldError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(json.dumps(found))
    return 1 if found["failed"] or not found["made"] else 0


def _words(options: dict[str, Any]) -> Words:
    words = Words.from_yaml(Path(options["words"])) if options["words"] else Words()
    if options["credit"]:
        words = words.model_copy(update={"credit": options["credit"]})
    own = [*(said.credit for said in words.subjects.values()), *(said.credit for said in words.scenes.values())]
    if not words.credit and not (own and all(own)):
        raise RecipeError("--credit: expected who made the assets, and their licence; pass it, or write `credit` into the file of --words")
    return words


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
