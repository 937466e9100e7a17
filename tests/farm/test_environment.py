"""What a worker's process is told: its slot, and where datasets lie, and nothing that leads elsewhere."""

from pathlib import Path

import pytest

from hmworld.engine import EngineAddress, Game
from hmworld.errors import UsageError
from hmworld.farm.environment import local_root, portable_root, slot_from_environment, spec_from_text, spec_to_text
from hmworld.produce import RestartLimits, SlotSpec

SPECS = [
    SlotSpec(),
    SlotSpec(threads=3, scene="park", limits=RestartLimits(clips=5, memory_bytes=1 << 30, memory_factor=2.5)),
    SlotSpec(address=EngineAddress("render-7", 9001)),
    SlotSpec(game=Game("HMWorld", 9002, "game.log", gpu=3, map="/Game/Maps/park", size=(1280, 720))),
]


@pytest.mark.parametrize("spec", SPECS)
def test_a_spec_goes_through_the_environment_and_back(spec: SlotSpec) -> None:
    assert spec_from_text(spec_to_text(spec)) == spec


@pytest.mark.parametrize("text", ["", "[]", "{", '{"threads": 1, "run": "rm -rf"}', '{"game": {"binary": "x"}}', '"x"'])
def test_other_text_is_no_spec(text: str) -> None:
    with pytest.raises(UsageError, match="is not the spec of a slot"):
        spec_from_text(text)


def test_a_worker_is_told_its_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMWORLD_SLOT", "gpu3")
    monkeypatch.setenv("HMWORLD_SLOT_SPEC", spec_to_text(SPECS[3]))
    assert slot_from_environment() == ("gpu3", SPECS[3])
    monkeypatch.delenv("HMWORLD_SLOT_SPEC")
    assert slot_from_environment() == ("gpu3", SlotSpec())


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("base/mine", "outside"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "plan.parquet").touch()
    monkeypatch.setenv("HMWORLD_ROOT", str(tmp_path / "base"))
    return tmp_path / "base"


def test_a_folder_is_told_relative_to_what_each_machine_calls_its_storage(base: Path, tmp_path: Path, monkeypatch) -> None:
    assert portable_root(base / "mine") == "mine"
    other = tmp_path / "mounted-elsewhere"
    base.rename(other)
    monkeypatch.setenv("HMWORLD_ROOT", str(other))
    assert local_root("mine") == other / "mine"


def test_a_folder_outside_is_told_as_it_is_and_not_taken(base: Path, tmp_path: Path) -> None:
    assert portable_root(tmp_path / "outside") == str(tmp_path / "outside")
    (base / "link").symlink_to(tmp_path / "outside")
    for told in (str(tmp_path / "outside"), "../outside", "mine/../../outside", "link"):
        with pytest.raises(UsageError, match="is outside HMWORLD_ROOT"):
            local_root(told)


def test_a_folder_without_a_plan_is_told(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"no plan is there; do this worker and the supervisor share their storage"):
        local_root("nothing")
    monkeypatch.delenv("HMWORLD_ROOT")
    with pytest.raises(UsageError, match="relative to HMWORLD_ROOT, which is not set"):
        local_root("mine")
