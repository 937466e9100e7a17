"""A dataset of a stranger: its names, captions and reasons are markup and scripts."""

from hmworld.dataset import Clip, Dataset, open_dataset

SCRIPT = "<script>window.hacked = 1</script>"
IMAGE = '"><img src=x onerror="window.hacked = 2">'
BREAK = "</script><script>window.hacked = 3</script>\u2028'"


class Hostile(Dataset):
    """A dataset read as it is, but for its words."""

    def __init__(self, root):
        opened = open_dataset(root)
        super().__init__(opened.location, opened.info)
        counts = self.info.counts.model_copy(update={"rejected_by_reason": {SCRIPT: 1, IMAGE: 2}})
        self.info = self.info.model_copy(update={"name": IMAGE, "counts": counts, "streams": [SCRIPT]})
        rows = self.manifest.to_pylist()
        for row in rows:
            row |= {
                "scene": SCRIPT, "look": IMAGE, "camera": BREAK, "split": SCRIPT, "subjects": [IMAGE, BREAK], "species": [SCRIPT],
                "caption": BREAK + IMAGE, "events": [{**event, "exit_side": IMAGE, "exit_cause": SCRIPT} for event in row["events"]],
            }  # fmt: skip
        self.manifest = type(self.manifest).from_pylist(rows, schema=self.manifest.schema)

    def __getitem__(self, index) -> Clip:
        clip = super().__getitem__(index)
        meta = clip.meta
        clip.meta = meta.model_copy(
            update={
                "scene": SCRIPT,
                "look": IMAGE,
                "caption": meta.caption.model_copy(update={"text": BREAK + IMAGE}),
                "camera": meta.camera.model_copy(update={"trajectory": BREAK}),
                "subjects": [s.model_copy(update={"name": IMAGE, "noun": SCRIPT}) for s in meta.subjects],
            }
        )
        return clip
