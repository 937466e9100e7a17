"""Nothing is spoken to but loopback while a dataset is made: every connection and name look-up of every process is logged."""

import subprocess
import sys
from pathlib import Path

AUDIT = """
import sys

def _audit(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        target = arguments[1] if event == "socket.connect" else arguments[1]
        host = target[0] if isinstance(target, tuple) else "unix"
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else str(host)
    with open({log!r}, "a") as file:
        file.write(event + " " + host + "\\n")

sys.addaudithook(_audit)
"""

LOOPBACK = ("127.", "localhost", "::1", "unix", "None", "0.0.0.0")


def test_only_loopback_is_spoken_to(tmp_path: Path, environment: dict[str, str]) -> None:
    log = tmp_path / "connections.log"
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(AUDIT.format(log=str(log)))
    recipe = tmp_path / "one.yaml"
    recipe.write_text(
        "name: one\nclips: 1\nscenes: [park]\nsubjects: [fox, labrador, man_suit]\nsubjects_per_clip: [1, 1]\n"
        "render: {width: 96, height: 64, frames: 40, context_frames: 20}\n"
        "retention: {min_not_out_before: 2, min_visible_before: 2, min_gap: 3, min_visible_after: 2}\n"
    )
    command = [sys.executable, "-c", "from hmworld.cli import main; main()", "generate", str(recipe), "--out", str(tmp_path / "out")]
    done = subprocess.run(
        [*command, "--workers", "1"],
        env={**environment, "PYTHONPATH": str(tmp_path / "hook")},
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    spoken = log.read_text().split("\n")[:-1]
    assert any(line.startswith("socket.connect") for line in spoken), "the hook saw the engine's and Prefect's connections"
    strangers = {line for line in spoken if not line.split(" ", 1)[1].startswith(LOOPBACK)}
    assert not strangers
