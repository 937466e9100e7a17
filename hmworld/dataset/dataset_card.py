"""README.md of a dataset: a dataset card with the Hugging Face YAML header, so that it can be put on the Hub as it is."""

from collections import Counter
from collections.abc import Iterable

from hmworld.dataset.card_header import header_text
from hmworld.dataset.facts import Facts
from hmworld.dataset.licences import Licence
from hmworld.dataset.shards import MAIN
from hmworld.model.dataset import DatasetInfo
from hmworld.model.recipe import Recipe

CARD_NAME = "README.md"
LISTED = 12
"""Longer lists of names are not written out."""

PAPER = """@misc{chen2026sight,
  title  = {Out of Sight but Not Out of Mind: Hybrid Memory for Dynamic Video World Models},
  author = {Chen, Kaijin and Liang, Dingkang and Zhou, Xin and Ding, Yikang and Liu, Xiaoqiang and Wan, Pengfei and Bai, Xiang},
  year   = {2026},
  eprint = {2603.25716},
  archivePrefix = {arXiv},
}"""
"""The paper of HM-World, whose kind of dataset this is."""

_STREAMS = {
    "depth": "planar depth, FFV1 gray16: metres times 256, 0 = sky or beyond 255.99 m",
    "flow": "optical flow from the frame before, FFV1 gray16 of twice the height: 32768 + 64 px, x above y",
    "normal": "world normals, FFV1 gbrp16: (n + 1) / 2 of 65535",
}


def card_text(info: DatasetInfo, facts: Facts, licence: Licence) -> str:
    """The dataset card."""
    first = facts.splits[0].name if facts.splits else "train"
    return f"""---
{header_text(info, facts, licence)}
---

# {info.name}

{description(info)}

{_table(info, facts)}

It shows {", ".join(f"{count} {word}" for word, count in facts.variety.items())}; {facts.seconds / 60:.1f} minutes in all.

## How it was made

{_recipe(info)}

Clips were planned before they were rendered: candidates drawn, their absences forecast from geometry, and those worth it rendered by the
engine `{info.engine_name}` (build `{info.engine_build}`) with hmworld {info.hmworld_version}.
Of {info.counts.candidates} candidates {info.counts.planned} were planned; {info.counts.rejected} were rejected after rendering.
`plan.parquet` and `rejects.parquet` have them with reasons, `dataset.json` the whole recipe and the sha256 of every file.
{_streams(info)}
## A sample

| file | what |
|---|---|
| `<clip_id>.json` | subjects, events, camera, caption, sizes, full specification |
| `.mp4` | pictures, H.264 yuv420p |
| `.mask.mkv` | FFV1 gray: 0 = scene, 1, 2, ... = subjects in the order of the json |
| `.npz` | per frame and subject: poses, joints, 3D and 2D boxes, visible and amodal pixels, state; camera pose and intrinsics |
| `.txt` | caption |

An event in the json is an `absence` (left and came back), `exit_only`, `entry_only` or `occlusion`, with frames, times between frames,
sides, and whose movement was the cause. Keys and types never vary; -1, -1.0, "" or false stand where a field does not apply.
World: right-handed, Z up, metres. Camera axes: x right, y down, z forward. `T_world_camera` maps camera to world coordinates; `K` is in
pixels. `manifest.parquet` has a row a clip with the same events and the byte range of every file: look for clips there before any shard is
read.

## Reading it

With hmworld, any clip by its number or id:

```python
import hmworld as hm

for clip in hm.open("path/to/{info.name}"):
    print(clip.clip_id, clip.meta.caption.text, clip.arrays["T_world_camera"].shape)
```

With plain `webdataset`:

```python
import glob
import webdataset as wds

for sample in wds.WebDataset(sorted(glob.glob("path/to/{info.name}/shards/{first}-*.tar")), shardshuffle=False).decode():
    print(sample["__key__"], sample["txt"], sample["npz"]["T_world_camera"].shape)
```

With Hugging Face `datasets`; from the Hub, name the repository in place of the folder. `mp4` is a `Video`, which torchcodec decodes; cast
so, it stays the bytes of the file and nothing else is needed:

```python
from datasets import Video, load_dataset

dataset = load_dataset("path/to/{info.name}", split="{first}", streaming=True).cast_column("mp4", Video(decode=False))
for sample in dataset:
    print(sample["__key__"], sample["json"]["caption"]["text"], len(sample["mp4"]["bytes"]), len(sample["json"]["events"]))
```

With PyTorch, in several workers, no more than there are shards (`shardshuffle` is how many shards are shuffled at a time):

```python
import glob
import torch
import webdataset as wds

shards = sorted(glob.glob("path/to/{info.name}/shards/{first}-*.tar"))
samples = wds.WebDataset(shards, shardshuffle=100, nodesplitter=wds.split_by_node).shuffle(100).decode()
for sample in torch.utils.data.DataLoader(samples, batch_size=None, num_workers=2):
    print(sample["__key__"], sample["npz"]["T_world_camera"].shape)
```

## Known limits

- The pictures are rendered, and simple next to filmed ones.
- Captions are made from ground truth (`caption.source` says how) and have the monotony of it.
- Causes are found on poses, with the other one frozen; `occluder` is not determined.
- A subject counts as seen from `render.min_visible_px` visible pixels on.
- `unseen` holds within this dataset: nothing is said of what another one shows.

## Licence and citation

{_licence(licence)} [LICENSE-ASSETS](LICENSE-ASSETS) names who made each scene and subject.

```bibtex
{citation(info)}
{PAPER}
```
"""


def description(info: DatasetInfo) -> str:
    """What the dataset is, in a paragraph."""
    return (
        f"{info.counts.kept} clips in which moving subjects leave the picture and come back ({info.counts.absences} absences), made with "
        f"hmworld:\n{_sizes(info)}\n"
        f"For training and testing the memory of video world models: where is a subject after nobody saw it for a while?{_merged(info)}"
    )


def citation(info: DatasetInfo) -> str:
    """BibTeX of what made the dataset."""
    return f"""@software{{hmworld,
  title   = {{hmworld: video datasets in which moving subjects leave the frame and come back}},
  author  = {{{{The hmworld developers}}}},
  version = {{{info.hmworld_version}}},
}}"""


def _table(info: DatasetInfo, facts: Facts) -> str:
    shards = Counter(shard.split for shard in info.shards if shard.stream == MAIN)
    lines = ["| split | clips | absences | not seen in training | counterfactuals | shards |", "|---|---|---|---|---|---|"]
    for split in facts.splits:
        unseen = ", ".join(f"{name} {count}" for name, count in split.unseen.items())
        lines.append(f"| {split.name} | {split.clips} | {split.absences} | {unseen} | {split.counterfactuals} | {shards[split.name]} |")
    return "\n".join(lines)


def _recipe(info: DatasetInfo) -> str:
    """What was asked for, a line each."""
    if info.sources:
        return "\n".join(f"- {source.name}: {'; '.join(_asked(source.recipe))}" for source in info.sources)
    return "\n".join(f"- {line}" for line in _asked(info.recipe))


def _asked(recipe: Recipe) -> Iterable[str]:
    low, high = recipe.subjects_per_clip
    yield f"{recipe.clips} clips, seed {recipe.seed}, subjects a clip: {low}" + (f" to {high}" if high > low else "")
    for what in ("scenes", "looks", "subjects", "subject_paths", "camera_paths"):
        if names := getattr(recipe, what):
            yield f"{what.replace('_', ' ')}: {', '.join(names) if len(names) <= LISTED else f'{len(names)} chosen ones'}"
    render, keep = recipe.render, recipe.retention
    yield f"{render.width}x{render.height}, {render.fps} frames/s, {recipe.lens.hfov_deg:.1f} degrees wide, H.264 crf {recipe.encoder.crf}"
    yield (
        f"kept are clips with an absence of {keep.min_gap} frames or more, {keep.min_visible_before} seen before it and "
        f"{keep.min_visible_after} after"
    )
    for dimension, shares in recipe.balance.dimensions.items():
        yield f"shares of {dimension}: " + ", ".join(f"{name} {share:g}" for name, share in shares.items())
    for name, split in recipe.splits.items():
        held = {what: names for what, names in split.held_out.model_dump().items() if names}
        out = "; ".join(f"{what.replace('_', ' ')} {', '.join(names)}" for what, names in held.items())
        yield f"{name}: {split.clips} clips" + (f", held out: {out}" if out else "")
    if recipe.counterfactuals:
        yield f"counterfactuals of every planned clip: {', '.join(recipe.counterfactuals)}"
    if recipe.varied:
        yield f"variants of another plan: {', '.join(recipe.varied)}"


def _streams(info: DatasetInfo) -> str:
    extra = [stream for stream in info.streams if stream != MAIN]
    if not extra:
        return ""
    lines = [f"- `{stream}/`, `<clip_id>.{stream}.mkv`: {_STREAMS.get(stream, 'see docs/format.md of hmworld')}" for stream in extra]
    return (
        "\nOptional streams lie in folders of their own, as configs of their own, with the same keys in shards of the same names:\n\n"
        + "\n".join(lines)
        + "\n"
    )


def _licence(licence: Licence) -> str:
    if licence.hub_id == "other":
        return "What the pictures show is not all under one licence."
    return f"All that the pictures show is under {licence.name}."


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
