"""README.md and LICENSE-ASSETS of a dataset: a dataset card with the Hugging Face YAML header, and whose work the pictures show."""

from pathlib import Path

import yaml

from hmworld.dataset.cards import read_scene_card, read_subject_card
from hmworld.dataset.plan_file import PlanFile
from hmworld.model.dataset import DatasetInfo

CARD_NAME = "README.md"
ASSETS_NAME = "LICENSE-ASSETS"


ROWS_AT_ONCE = 1024


def card_text(info: DatasetInfo) -> str:
    """The dataset card."""
    counts = info.counts
    splits = sorted({s.split for s in info.shards if s.stream == "main"})
    header = {
        "pretty_name": info.name,
        "license": "other",
        "license_name": "see LICENSE-ASSETS",
        "license_link": ASSETS_NAME,
        "task_categories": ["text-to-video", "image-to-video"],
        "tags": ["webdataset", "world-model", "memory", "synthetic", "hmworld"],
        "size_categories": [_size_category(counts.kept)],
        "configs": [{"config_name": "default", "data_files": [{"split": split, "path": f"shards/{split}-*.tar"} for split in splits]}],
    }
    depth = " `<stream>/` holds the optional streams under the same keys." if info.recipe.streams else ""
    return f"""---
{yaml.safe_dump(header, sort_keys=False).strip()}
---

# {info.name}

{counts.kept} clips in which moving subjects leave the picture and come back ({counts.absences} absences), made with hmworld:
{_sizes(info)}
{counts.planned} clips were planned from {counts.candidates} candidates; {counts.rejected} were rejected after rendering.{_merged(info)}

One sample: `.json` (subjects, events, camera, caption), `.mp4` (H.264), `.mask.mkv` (FFV1: 0 = scene, 1.. = subjects), `.npz` (poses,
joints, boxes, visibility per frame), `.txt` (caption).{depth}

```python
import webdataset as wds

for sample in wds.WebDataset("shards/{splits[0] if splits else "train"}-000000.tar", shardshuffle=False).decode():
    print(sample["__key__"], sample["txt"], sample["npz"]["T_world_camera"].shape)
```

World: right-handed, Z up, metres. Camera axes: x right, y down, z forward. `T_world_camera` maps camera to world coordinates.
"""


def _sizes(info: DatasetInfo) -> str:
    render = info.recipe.render
    if any(source.recipe.render != render for source in info.sources):
        return "of several sizes or lengths (`width`, `height`, `fps`, `frames` and `context_frames` of `manifest.parquet`)."
    length = f"{render.frames} frames, of which the first {render.context_frames} are context."
    return f"{render.width}x{render.height}, {render.fps} frames/s, {length}"


def _merged(info: DatasetInfo) -> str:
    if not info.sources:
        return ""
    taken = ", ".join(f"{source.name} ({source.clips} clips)" for source in info.sources)
    return f"\nMerged from {taken}; their recipes are in `dataset.json`."


def _size_category(clips: int) -> str:
    for limit, name in ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M")):
        if clips < limit:
            return name
    return "1M<n<10M"


def assets_text(root: Path, plan: PlanFile) -> str:
    """Who made what the pictures show, a line a scene and subject."""
    scenes: set[str] = set()
    subjects: set[str] = set()
    for first in range(0, len(plan), ROWS_AT_ONCE):
        for row in plan.rows(range(first, min(first + ROWS_AT_ONCE, len(plan)))):
            scenes.add(row.spec.scene.name)
            subjects.update(subject.name for subject in row.spec.subjects)
    lines = {f"scene {name}: {read_scene_card(root, name).credit}" for name in scenes}
    lines |= {f"subject {name}: {read_subject_card(root, name).credit}" for name in subjects}
    return "What the pictures of this dataset show, and under which licence it is:\n\n" + "\n".join(sorted(lines)) + "\n"
