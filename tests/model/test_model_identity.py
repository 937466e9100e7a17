"""Identities of a clip: every field counts, and only the look leaves the motion alone."""

import re

import pytest

from hmworld.catalog import default_catalog
from hmworld.model import ClipSpec, EncoderSettings, Recipe, clip_id, motion_id, render_id
from hmworld.plan.names import resolve_names
from hmworld.plan.sample import sample

OTHER = {"person": "animal", "animal": "person", "point": "subject", "subject": "point", "fixed": "pivot", "pivot": "fixed"}


@pytest.fixture(scope="module")
def spec():
    recipe = Recipe(name="identity", clips=1, seed=4, subjects_per_clip=(2, 2), camera_paths=("orbit_look_out",))
    return sample(recipe, default_catalog(), resolve_names(recipe, default_catalog()), 0)


def leaves(value, at=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*at, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*at, index))
    else:
        yield at, value


def changed(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value / 2 + 0.001953125
    if re.fullmatch("[0-9a-f]{64}", value):
        return value[:-1] + ("0" if value[-1] != "0" else "1")
    return OTHER.get(value, value + "x")


def with_leaf(data, at, value):
    if not at:
        return value
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[at[0]] = with_leaf(data[at[0]], at[1:], value)
    return copy


def test_any_field_changes_the_clip_id_and_all_but_the_look_the_motion_id(spec):
    data = spec.model_dump(mode="json")
    fields = [(at, value) for at, value in leaves(data) if at != ("spec_version",)]
    assert len(fields) > 100
    seen = {clip_id(spec)}
    for at, value in fields:
        other = ClipSpec.model_validate(with_leaf(data, at, changed(value)))
        assert clip_id(other) not in seen, at
        seen.add(clip_id(other))
        assert (motion_id(other) == motion_id(spec)) == (at[0] == "look"), at


def test_dropping_a_subject_or_a_key_gives_another_clip(spec):
    fewer = spec.model_copy(update={"subjects": spec.subjects[:1]})
    assert clip_id(fewer) != clip_id(spec)
    assert motion_id(fewer) != motion_id(spec)


def test_ids_are_twenty_hex_digits_and_survive_the_canonical_form(spec):
    again = ClipSpec.model_validate_json(spec.canonical())
    assert again == spec
    for identity in (clip_id, motion_id):
        assert re.fullmatch("[0-9a-f]{20}", identity(spec))
        assert identity(again) == identity(spec)
    assert clip_id(spec) != motion_id(spec)


def test_a_render_id_follows_clip_engine_encoder_and_streams(spec):
    other_look = spec.model_copy(update={"look": spec.look.model_copy(update={"name": "other"})})
    ids = [
        render_id(spec, "build 1", EncoderSettings(), ()),
        render_id(other_look, "build 1", EncoderSettings(), ()),
        render_id(spec, "build 2", EncoderSettings(), ()),
        render_id(spec, "build 1", EncoderSettings(crf=20), ()),
        render_id(spec, "build 1", EncoderSettings(), ("depth",)),
    ]
    assert len(set(ids)) == 5
    assert ids[0] == render_id(spec, "build 1", EncoderSettings(), ())


def test_a_clip_needs_a_subject_and_holds_no_unknown_field(spec):
    data = spec.model_dump(mode="json")
    with pytest.raises(ValueError, match="subjects"):
        ClipSpec.model_validate({**data, "subjects": []})
    with pytest.raises(ValueError, match="weather"):
        ClipSpec.model_validate({**data, "weather": "rain"})
    with pytest.raises(ValueError, match="spec_version"):
        ClipSpec.model_validate({**data, "spec_version": 2})
