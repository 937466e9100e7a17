"""`python -m hmworld.embedded.unreal JSON`: makes cards of a dump and prints what was made as one JSON object.

The options come as one JSON object; `hmworld catalog from-unreal` makes it. The exit code is 1 where anything could not be made.
"""

import json
import sys
from pathlib import Path

from hmworld.embedded.unreal.convert import Options, convert
from hmworld.embedded.unreal.words import Words
from hmworld.errors import HMWorldError, RecipeError


def main(arguments: list[str]) -> int:
    """Convert; 1 when an asset or the options cannot be used."""
    given = json.loads(arguments[0])
    try:
        words = Words.from_yaml(Path(given["words"])) if given["words"] else Words()
        if given["credit"]:
            words = words.model_copy(update={"credit": given["credit"]})
        own = [*(said.credit for said in words.subjects.values()), *(said.credit for said in words.scenes.values())]
        if not words.credit and not (own and all(own)):
            raise RecipeError("--credit: expected who made the assets and their licence, there or as `credit` in the file of --words")
        found = convert(Options(Path(given["dump"]), Path(given["catalog"]), Path(given["project_catalog"]), words, given["replace"]))
    except (HMWorldError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(json.dumps(found))
    return 1 if found["failed"] or not found["made"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
