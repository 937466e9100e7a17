"""A rank of a training run for tests: DATASET LOG RANK WORLD STATE PAUSE_S; notes each batch, and the state after it."""

import json
import sys
import time

import hmworld as hm


def main() -> None:
    folder, log, rank, world, state, pause_s = sys.argv[1:]
    stream = hm.open(folder).stream(1, 8, ("time_s",), seed=3, rank=int(rank), world_size=int(world), resume=json.loads(state) or None)
    loader = stream.loader(2)
    with open(log, "w") as file:
        for batch in loader:
            units = [[clip, int(start)] for clip, start in zip(batch["clip_id"], batch["start"], strict=True)]
            file.write(json.dumps({"units": units, "state": loader.state_dict()}) + "\n")
            file.flush()
            time.sleep(float(pause_s))


if __name__ == "__main__":
    main()
