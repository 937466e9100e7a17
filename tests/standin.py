"""A stand-in for a packaged game: the embedded engine with the plugin's habits, started by a game's options, and misbehaving on demand.

`write_game` makes a program of it. Misdeeds are words of `--misdeeds`, done by `--starts` of the processes that are started, from the
`--first` on:

    crash-N     by SIGSEGV at the N-th request        hang-N      no answer from the N-th request on, and deaf to SIGTERM
    leak-N      N MiB more at each request for depth  child       starts a child of its own, which sleeps
    silent      never listens                         late-S      listens after S seconds
    greetless   accepts and never greets              exit-N      ends at once with exit code N
    refuse      HMDirector refuses every LoadStage    unreal      calls itself so

Started on a map it refuses, as HMDirector does, every scene but the one of the map's name.
"""

import argparse
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path


def write_game(folder: Path, *misdeeds: str, first: int = 1, starts: int = 1 << 30) -> Path:
    """An executable that takes a game's options; what it was started with is written to `starts.txt` beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    game = folder / "HMWorld"
    words = [sys.executable, __file__, "--folder", str(folder), "--first", str(first), "--starts", str(starts)]
    words += ["--misdeeds", ",".join(misdeeds), "--"]
    game.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
    game.chmod(0o755)
    return game


def starts(game: Path) -> list[list[str]]:
    """Process id, group and options of each start so far."""
    file = game.with_name("starts.txt")
    return [line.split("\t") for line in file.read_text().splitlines()] if file.exists() else []


def free_ports(count: int) -> int:
    """The first of so many free ports in a row, for games."""
    for first in range(20_000 + os.getpid() % 5000, 32_000, count):
        probes = [socket.socket() for _ in range(count)]
        try:
            for number, probe in enumerate(probes):
                probe.bind(("127.0.0.1", first + number))
            return first
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
    raise AssertionError("no free ports")


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--first", type=int)
    parser.add_argument("--starts", type=int)
    parser.add_argument("--misdeeds")
    parser.add_argument("game", nargs="*")
    split = list(arguments).index("--")
    options = parser.parse_args(arguments[:split])
    game = list(arguments[split + 1 :])
    with (options.folder / "starts.txt").open("a") as file:
        file.write("\t".join([str(os.getpid()), str(os.getpgrp()), *game]) + "\n")
    number = len((options.folder / "starts.txt").read_text().splitlines())
    print(f"LogInit: start {number} of the stand-in", flush=True)
    misdeeds = dict([*word.split("-"), "0"][:2] for word in options.misdeeds.split(",") if word)
    serve(game, misdeeds if options.first <= number < options.first + options.starts else {})


def serve(game: list[str], misdeeds: dict[str, str]) -> None:
    if "exit" in misdeeds:
        print("LogInit: Error: no Vulkan device", flush=True)
        sys.exit(int(misdeeds["exit"]))
    if "child" in misdeeds:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        print(f"LogInit: child {child.pid}", flush=True)
    port = int(next(word for word in game if word.startswith("-cvport=")).split("=")[1])
    if "silent" in misdeeds:
        time.sleep(600)
    if "greetless" in misdeeds:
        listener = socket.create_server(("127.0.0.1", port))
        time.sleep(600)
        listener.close()
    if "late" in misdeeds:
        time.sleep(float(misdeeds["late"]))

    import hmworld.embedded.__main__ as engine
    from hmworld.embedded import director
    from hmworld.embedded.actors import WorldError
    from hmworld.embedded.commands.dispatch import Commands
    from hmworld.embedded.world import World

    answer, counted, hoard = Commands.answer, [0], []

    def misbehave(self: Commands, command: str) -> bytes:
        counted[0] += 1
        if counted[0] == int(misdeeds.get("crash", 0)):
            print("LogCore: Error: Unhandled exception: SIGSEGV", flush=True)
            signal.signal(signal.SIGSEGV, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGSEGV)
        if counted[0] == int(misdeeds.get("hang", 0)):
            print("LogCore: waiting for the render thread", flush=True)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(600)
        if "leak" in misdeeds and "/depth" in command:
            hoard.append(b"x" * (int(misdeeds["leak"]) << 20))
        return answer(self, command)

    load, level = director.HANDLERS["LoadStage"], game[1].rpartition("/")[2] if game[1].startswith("/") else ""

    def refuse(world: World, scene: str, *rest: str) -> dict[str, str]:
        if "refuse" in misdeeds:
            raise WorldError("the scene's card has another digest")
        if level not in ("", scene):
            raise WorldError(f"The game was started on {game[1]}; start it on {scene}, or without a map")
        return load(world, scene, *rest)

    Commands.answer = misbehave  # type: ignore[method-assign]
    director.HANDLERS["LoadStage"] = refuse
    if "unreal" in misdeeds:
        director.ENGINE_NAME = "unreal"
    sys.argv = ["game", "--strict-5.2", "--port", str(port), "--threads", "1"]
    sys.exit(engine.main())


if __name__ == "__main__":
    main(sys.argv[1:])
