"""`hmworld engine check` as a command: its verdict, report and exit code."""

import json
from pathlib import Path

import pytest
from standin import free_ports, write_game


def test_it_passes_on_the_embedded_engine_and_writes_a_report(tmp_path: Path, hmworld) -> None:
    done = hmworld("engine", "check", "--size", "416x240", "--scene", "park", "--subject", "horse", "--out", tmp_path / "report", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    answer = json.loads(done.stdout)
    assert answer["good"]
    assert set(answer["checks"].values()) == {"ok"}
    assert len(answer["checks"]) == 17
    report = json.loads((tmp_path / "report" / "engine-check.json").read_text())
    assert report["scene"] == "park"
    assert [f["verdict"] for f in report["findings"]] == ["ok"] * 17
    assert "17 checks, 0 failed." in (tmp_path / "report" / "engine-check.md").read_text()


def test_it_starts_a_game_and_ends_it(tmp_path: Path, hmworld, nobody: dict[str, str]) -> None:
    game = write_game(tmp_path / "game", "unreal")
    options = ["--engine", "unreal", "--unreal-binary", game, "--port", free_ports(1), "--scene", "park", "--subject", "horse"]
    done = hmworld("engine", "check", *options, "--size", "416x240", "--out", tmp_path / "report", env=nobody)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all of what the driver takes for granted holds" in done.stdout
    assert "LogInit: start 1" in (tmp_path / "report" / "game.log").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--size", "832"), "expected WIDTHxHEIGHT"),
        (("--scene", "mars"), "--scene mars: not one of the embedded engine's; known: "),
        (("--subject", "unicorn"), "--subject unicorn: not one of the embedded engine's; known: "),
        (("--gpu", "1"), "need --engine unreal"),
        (("--engine", "unreal", "--map", "/Game/X"), "need --unreal-binary"),
        (("--engine", "unreal"), "name the folder of your cards with --catalog"),
    ],
)
def test_what_cannot_be_checked_is_said(tmp_path: Path, hmworld, arguments: tuple[str, ...], message: str) -> None:
    done = hmworld("engine", "check", *arguments, "--out", tmp_path / "report")
    assert done.returncode == 2
    assert message in done.stderr
    assert not (tmp_path / "report").exists()
