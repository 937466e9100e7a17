"""A plan with scenes or subjects that an engine does not have is refused before anything is rendered."""

from pathlib import Path

import pytest

from hmworld.catalog import default_catalog
from hmworld.dataset.cards import write_cards
from hmworld.engine import EngineInfo
from hmworld.errors import UsageError
from hmworld.model.cards import UnrealScene, UnrealSubject
from hmworld.produce.fit import check_fit

EMBEDDED, UNREAL = EngineInfo("embedded", "1"), EngineInfo("unreal", "5.5")


def cards(root: Path, unreal_scene: bool, unreal_subject: bool, mesh: bool = True) -> Path:
    catalog = default_catalog()
    scene, subject = catalog.scenes["park"], catalog.subjects["horse"]
    if unreal_scene:
        scene = scene.model_copy(update={"unreal": UnrealScene(map="/Game/Maps/Park")})
    if unreal_subject:
        subject = subject.model_copy(update={"unreal": UnrealSubject(mesh="/Game/Horse", animations={"idle": "/Game/Idle"})})
    if not mesh:
        subject = subject.model_copy(update={"mesh_sha256": None})
    write_cards(root, [scene], [(subject, catalog.motion_bytes("horse"))])
    return root


def test_cards_of_both_engines_are_taken_by_both(tmp_path: Path) -> None:
    root = cards(tmp_path, unreal_scene=True, unreal_subject=True)
    check_fit(root, EMBEDDED)
    check_fit(root, UNREAL)


def test_what_ships_is_refused_on_unreal_by_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"scenes park and subjects horse, which the engine 'unreal' does not have.*name those"):
        check_fit(cards(tmp_path, unreal_scene=False, unreal_subject=False), UNREAL)
    with pytest.raises(UsageError, match="the plan has subjects horse, which"):
        check_fit(cards(tmp_path, unreal_scene=True, unreal_subject=False), UNREAL)


def test_a_subject_without_a_mesh_is_refused_on_the_embedded_engine(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the plan has subjects horse, which the engine 'embedded'"):
        check_fit(cards(tmp_path, unreal_scene=True, unreal_subject=True, mesh=False), EMBEDDED)
