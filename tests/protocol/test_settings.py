"""The settings file and a game's options, read as the plugin reads them; and what `RunUnreal` rewrites by line number."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmworld.protocol.grammar import Grammar
from hmworld.protocol.settings import PluginSettings, SettingsError, load_settings, read_game_arguments, read_ini

steady = settings(deadline=None, database=None, max_examples=300)


def test_the_text_is_read_back_and_its_lines_have_their_places():
    wanted = PluginSettings(port=9123, width=320, height=200, fov=72.5, enable_input=False, enable_right_eye=True)
    text = wanted.ini_text()
    lines = text.split("\n")
    assert [line.split("=")[0] for line in lines[:4]] == ["[UnrealCV.Core]", "Port", "Width", "Height"]
    assert int(text.split()[1][-4:]) == 9123, "as the launcher finds the port"
    assert read_ini(text, "x.ini") == wanted


@steady
@given(st.integers(0, 65535), st.integers(1, 4096), st.integers(1, 4096), st.floats(1.0, 170.0), st.booleans(), st.booleans())
def test_any_settings_come_back(port, width, height, fov, enable_input, right):
    wanted = PluginSettings(port, width, height, round(fov, 6), enable_input, right)
    assert read_ini(wanted.ini_text(), "x.ini") == wanted


def test_other_sections_keys_and_case_do_not_matter():
    text = "[Other]\nPort=1\n[UnrealCV.Core]\r\nport = 9001\nUnknown=5\nWIDTH=7\n\n; a remark\n[Last]\nHeight=3\n"
    assert read_ini(text, "x.ini") == PluginSettings(port=9001, width=7)


@pytest.mark.parametrize(
    "line", ["Port=", "Port=-1", "Port=65536", "Port=9e3", "Width=0", "Height=4097", "FOV=0", "FOV=nan", "FOV=1e2", "EnableInput=maybe"]
)
def test_a_value_that_is_none_is_refused_with_its_place(line):
    key, value = line.split("=")
    with pytest.raises(SettingsError, match=rf"^x\.ini:2: {key}: expected .*, got {re.escape(repr(value))}$"):
        read_ini(f"[UnrealCV.Core]\n{line}\n", "x.ini")


def test_a_missing_file_is_written(tmp_path):
    path = tmp_path / "unrealcv.ini"
    assert load_settings(path) == PluginSettings()
    assert path.read_text() == PluginSettings().ini_text()
    path.write_text(PluginSettings(port=9007).ini_text())
    assert load_settings(path).port == 9007


def test_game_options_override_and_what_is_not_known_is_passed_over():
    words = [
        "/Game/city",
        "-opengl",
        "-UnrealCVFOV=60",
        "-ResX=100",
        "-graphicsadapter=1",
        "-CVPort=9005",
        "second",
        "-UnrealCVEnableRightEye=1",
    ]
    found = read_game_arguments(words, PluginSettings(height=77))
    assert found.settings == PluginSettings(port=9005, width=100, height=77, fov=60.0, enable_right_eye=True)
    assert found.map == "/Game/city"
    assert found.passed_over == ("-opengl", "-graphicsadapter=1")
    with pytest.raises(SettingsError, match=r"-UnrealCVWidth: width: expected a whole number from 1 to 4096, got '0'"):
        read_game_arguments(["-UnrealCVWidth=0"], PluginSettings())


@steady
@given(st.text("0123456789.+-e x", max_size=12))
def test_numbers_are_those_of_the_plugins_expression(text):
    found = Grammar(["v [float] end"]).match(f"v {text} end")
    expected = re.fullmatch(r"[-+]?[0-9]*[.]?[0-9]+", text)
    assert (found is not None) == (expected is not None)
    if found:
        assert found.arguments == (text,)
