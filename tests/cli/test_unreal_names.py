"""A recipe for Unreal draws from cards of Unreal's; what it lacks is told before anything is planned or started."""

import shutil

import pytest
import yaml

from hmworld.catalog import open_catalog
from hmworld.catalog.locations import cards_dir
from hmworld.cli.engines import Engines, check_names
from hmworld.cli.generate import load_recipe
from hmworld.errors import UsageError
from hmworld.model.recipe import Recipe

UNREAL = Engines(engine="unreal")


def mine(folder, *named):
    """A catalog of one's own whose cards, copies of ones that ship, are of Unreal's."""
    for kind, source, name in named:
        (folder / kind).mkdir(parents=True, exist_ok=True)
        card = yaml.safe_load((cards_dir() / kind / f"{source}.yaml").read_text())
        animations = {gait: f"/Game/A/{gait}.{gait}" for gait in card.get("gaits", {})}
        subject = {"mesh": "/Game/A/SK.SK", "forward_axis": "+y", "animations": animations}
        card |= {"name": name, "unreal": {"map": "/Game/Maps/Park"} if kind == "scenes" else subject}
        (folder / kind / f"{name}.yaml").write_text(yaml.safe_dump(card))
        if kind == "subjects":
            shutil.copy(cards_dir() / kind / f"{source}.motion.npz", folder / kind / f"{name}.motion.npz")
    return open_catalog(folder)


@pytest.fixture
def catalog(tmp_path):
    return mine(tmp_path / "mine", ("scenes", "park", "my_park"), ("subjects", "cat", "my_cat"))


def recipe(**names):
    fields = load_recipe("tiny").model_dump(mode="json") | {"scenes": [], "subjects": [], "looks": [], "subjects_per_clip": [1, 1]}
    return Recipe.from_data(fields | names, "the test")


@pytest.mark.parametrize("names", [{}, {"scenes": ["my_park"]}, {"subjects": ["my_cat"]}, {"scenes": ["my_park"], "subjects": ["cat"]}])
def test_a_recipe_that_draws_from_others_is_refused_with_the_lines_to_write(catalog, names):
    with pytest.raises(UsageError, match="which Unreal does not have") as problem:
        check_names(UNREAL, recipe(**names), catalog)
    assert str(problem.value).endswith("those of Unreal are\n  scenes: [my_park]\n  subjects: [my_cat]")


def test_a_recipe_that_names_both_is_taken(catalog):
    check_names(UNREAL, recipe(scenes=["my_park"], subjects=["my_cat"]), catalog)


def test_a_kind_that_unreal_lacks_altogether_is_told(tmp_path):
    catalog = mine(tmp_path, ("subjects", "cat", "my_cat"))
    with pytest.raises(UsageError, match="scenes: there are none yet"):
        check_names(UNREAL, recipe(subjects=["my_cat"]), catalog)


def test_a_catalog_without_cards_of_unreal_is_not_judged_nor_is_the_embedded_engine(catalog):
    check_names(UNREAL, recipe(), open_catalog(None))
    check_names(Engines(), recipe(), catalog)


def test_the_command_refuses_before_it_plans(catalog, tmp_path, hmworld):
    (tmp_path / "r.yaml").write_text(yaml.safe_dump(recipe().model_dump(mode="json")))
    done = hmworld("generate", tmp_path / "r.yaml", "--out", tmp_path / "out", "--engine", "unreal", "--catalog", tmp_path / "mine")
    assert done.returncode == 2
    assert "scenes: [my_park]" in done.stderr
    assert not (tmp_path / "out").exists()
