"""YAML as a person writes it: `off` is a word, a key stands once, and an unknown field deep inside names its neighbours."""

import pytest

from hmworld.errors import RecipeError
from hmworld.model import Recipe


def recipe(text: str) -> Recipe:
    return Recipe.from_yaml_text(f"name: x\nclips: 1\n{text}\n", "r.yaml")


def test_off_is_a_word() -> None:
    assert recipe("forecast: off").forecast == "off"
    assert recipe("keep_reject_media: true").keep_reject_media is True


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(RecipeError, match="key 'clips' stands twice"):
        recipe("clips: 2")


def test_an_unknown_field_deep_inside_names_the_known_ones() -> None:
    with pytest.raises(RecipeError, match=r"render\.widht: unknown field; known here: width, height, fps"):
        recipe("render: {widht: 3}")
