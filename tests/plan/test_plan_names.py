"""Names in a recipe that cannot be meant as written."""

import pytest

from hmworld.catalog import default_catalog
from hmworld.errors import RecipeError
from hmworld.model import Recipe
from hmworld.plan.names import resolve_names


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"looks": ("day", "dya")}, "no chosen scene has dya; known: day, daylight, dusk, evening, golden, mist, night, overcast"),
        ({"subjects": ("labrador", "labrador"), "subjects_per_clip": (2, 2)}, "names stand twice"),
        ({"subjects": ("labrador",), "subjects_per_clip": (2, 3)}, "asks for 2 different subjects, there are 1"),
    ],
)
def test_they_are_refused_and_not_quietly_mended(fields: dict[str, object], message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        resolve_names(Recipe(name="x", clips=1, **fields), default_catalog())  # type: ignore[arg-type]
