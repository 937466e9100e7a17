"""Memory, descriptors and files of one server over many scene loads and spawns.

    python benchmarks/leak.py [--loads 2000] [--json]

A round loads another scene, spawns subjects, lets time pass, asks for all kinds of pictures, saves one and destroys something. After a
warm-up in which every scene was loaded, the memory of the process must stay within 5% and nothing else may pile up.
"""

import argparse
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from hmworld.catalog import default_catalog
from hmworld.catalog.catalog import scene_digest
from hmworld.engine import Connection, EngineProcess, launch_embedded

STAY = 20
"""Loads go to and fro between two scenes so often before one of them is exchanged: building one takes seconds."""


@dataclass
class Samples:
    """A sample a round."""

    scenes: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    """Resident bytes."""
    descriptors: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    """Files in the server's temporary folder."""

    def growth(self, warm: int) -> float:
        """Memory of the last rounds over that of the first ones after the warm-up, less 1, compared scene by scene; the worst scene's."""
        worst = -1.0
        for scene in dict.fromkeys(self.scenes):
            own = [m for s, m in zip(self.scenes[warm:], self.memory[warm:], strict=True) if s == scene]
            part = max(1, len(own) // 4)
            if len(own) >= 4:
                worst = max(worst, statistics.median(own[-part:]) / statistics.median(own[:part]) - 1.0)
        return worst


def order(scenes: list[str], loads: int) -> list[str]:
    """Which scene each round loads: neighbours in turn, all of them again and again."""
    return [scenes[(k // STAY + k % 2) % len(scenes)] for k in range(loads)]


def watch(process: EngineProcess, temporary: Path, loads: int) -> Samples:
    """Run rounds on a fresh engine whose temporary files lie in `temporary`."""
    catalog, samples, pid = default_catalog(), Samples(), process.process.pid
    scenes = [name for name, card in catalog.scenes.items() if card.embedded is not None]
    subjects = [name for name, card in catalog.subjects.items() if card.mesh_sha256 is not None]
    with Connection(process.address, process.alive) as client:
        for k, scene in enumerate(order(scenes, loads)):
            client.director("LoadStage", scene, scene_digest(catalog.scenes[scene]), "0,0,0", timeout_s=300.0)
            for number in range(3):
                subject = subjects[(3 * k + number) % len(subjects)]
                client.director("SpawnSubject", f"s{number}", subject, "idle", "1", catalog.subjects[subject].motion_sha256)
            client.request("vset /objects/spawn_cube")
            camera = client.text("vget /cameras").count(" ") + 1
            name = client.text("vset /cameras/spawn")
            client.request(f"vset /camera/{camera}/size 208 120")
            client.director("Step", "0.04")
            for stream in ("lit bmp", "object_mask png", "depth npy", "normal npy", "optical_flow npy", "lit shot.png"):
                client.request(f"vget /camera/{camera}/{stream}", 60.0)
            client.request(f"vset /object/{name}/destroy")
            client.request("vset /object/s1/destroy")
            samples.scenes.append(scene)
            samples.memory.append(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096)
            samples.descriptors.append(len(list(Path(f"/proc/{pid}/fd").iterdir())))
            samples.files.append(sum(1 for p in temporary.rglob("*") if p.is_file()))
    return samples


def main() -> int:
    """Watch one server; 1 when something grew."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--loads", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    from common import last_line, machine, table

    print(machine())
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hmworld-leak-") as folder:
        with launch_embedded(1, save_folder=Path(folder)) as process:
            samples = watch(process, Path(folder), options.loads)
            socket_file = Path(process.address.unix)
        left = socket_file.exists()
    warm = min(options.loads // 4, STAY * len(set(samples.scenes)) + STAY)
    growth = samples.growth(warm)
    files = max(samples.files[warm:]) - min(samples.files[warm:])
    descriptors = max(samples.descriptors[warm:]) - min(samples.descriptors[warm:])
    rows = [
        ("loads", options.loads, f"of {len(set(samples.scenes))} scenes, {time.monotonic() - started:.0f} s; the first {warm} warm up"),
        ("memory at the end", f"{samples.memory[-1] / 2**20:.0f} MiB", f"most {max(samples.memory) / 2**20:.0f} MiB"),
        ("growth", f"{100 * growth:+.2f}%", "the worst scene's; expected at most 5%"),
        ("descriptors", samples.descriptors[-1], f"varied by {descriptors}"),
        ("files saved", samples.files[-1], f"varied by {files}"),
        ("socket file left", left, ""),
    ]
    table("One server over many loads", rows)
    last_line(options.json, {"loads": options.loads, "growth": growth, "descriptors": descriptors, "files": files})
    return 1 if growth > 0.05 or files or descriptors > 2 or left else 0


if __name__ == "__main__":
    sys.exit(main())
