"""`python -m hmworld.embedded.gltf subject|scene JSON`: bakes one file and prints what it found as one JSON object.

The options come as one JSON object on the command line; `hmworld catalog add-subject` and `add-scene` make it.
"""

import json
import sys
from pathlib import Path
from typing import Any

from hmworld.embedded.gltf.scene import SceneOptions, add_scene
from hmworld.embedded.gltf.subject import SubjectOptions, add_subject
from hmworld.errors import HMWorldError


def main(arguments: list[str]) -> int:
    """Bake; 1 when the file or its options cannot be used."""
    kind, options = arguments[0], json.loads(arguments[1])
    paths: dict[str, Any] = {name: Path(options.pop(name)) for name in ("file", "catalog")}
    try:
        if kind == "subject":
            made = add_subject(SubjectOptions(**paths, **options))
        else:
            stages = tuple(tuple(stage) for stage in options.pop("stages"))
            made = add_scene(SceneOptions(**paths, **options, stages=stages))
    except (HMWorldError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(json.dumps(made))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
