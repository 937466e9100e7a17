"""README.md and LICENSE-ASSETS of a dataset: a dataset card with the Hugging Face YAML header, and whose work the pictures show."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from hmworld.dataset.cards import read_scene_card, read_subject_card
from hmworld.dataset.plan_file import PlanFile
from hmworld.model.dataset import Counts, ShardInfo
from hmworld.model.recipe import Recipe

CARD_NAME = "README.md"
ASSETS_NAME = "LICENSE-ASSETS"


def card_text(recipe: Recipe, counts: Counts, shards: Sequence[ShardInfo]) -> str:
    """The dataset card."""
    splits = sorted({s.split for s in shards if s.stream == "main"})
    header = {
        "pretty_name": recipe.name,
        "license": "other",
        "license_name": "see LICENSE-ASSETS",
        "license_link": ASSETS_NAME,
        "task_categories": ["text-to-video", "image-to-video"],
        "tags": ["webdataset", "world-model", "memory", "synthetic", "hmworld"],
        "size_categories": [_size_category(counts.kept)],
        "configs": [{"config_name": "default", "data_files": [{"split": split, "path": f"shards/{split}-*.tar"} for split in splits]}],
    }
    render = recipe.render
    depth = " `<stream>/` holds the optional streams under the same keys." if recipe.streams else ""
    return f"""---
{yaml.safe_dump(header, sort_keys=False).strip()}
---

# {recipe.name}

{counts.kept} clips in which moving subjects leave the picture and come back ({counts.absences} absences), made with hmworld:
{render.width}x{render.height}, {render.fps} frames/s, {render.frames} frames, of which the first {render.context_frames} are context.
{counts.planned} clips were planned from {counts.candidates} candidates; {counts.rejected} were rejected after rendering.

One sample: `.json` (subjects, events, camera, caption), `.mp4` (H.264), `.mask.mkv` (FFV1: 0 = scene, 1.. = subjects), `.npz` (poses,
joints, boxes, visibility per frame), `.txt` (caption).{depth}

```python
import webdataset as wds

for sample in wds.WebDataset("shards/{splits[0] if splits else "train"}-000000.tar", shardshuffle=False).decode():
    print(sample["__key__"], sample["txt"], sample["npz"]["T_world_camera"].shape)
```

World: right-handed, Z up, metres. Camera axes: x right, y down, z forward. `T_world_camera` maps camera to world coordinates.
"""


def _size_category(clips: int) -> str:
    for limit, name in ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M")):
        if clips < limit:
            return name
    return "1M<n<10M"


def assets_text(root: Path, plan: PlanFile) -> str:
    """Who made what the pictures show, a line a scene and subject."""
    rows = plan.rows(range(len(plan)))
    lines = {f"scene {name}: {read_scene_card(root, name).credit}" for name in {r.spec.scene.name for r in rows}}
    lines |= {f"subject {name}: {read_subject_card(root, name).credit}" for name in {s.name for r in rows for s in r.spec.subjects}}
    return "What the pictures of this dataset show, and under which licence it is:\n\n" + "\n".join(sorted(lines)) + "\n"
