"""The wire: which commands match, what the director takes, how numbers and frames are written."""

import re
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmworld.protocol import COMMANDS_5_2, DIRECTOR, MAGIC, MAX_PAYLOAD, FramingError, Grammar, director_command, fixed, pack_frame
from hmworld.protocol.director import MAX_ARGUMENTS
from hmworld.protocol.framing import payload_length

PLUGIN = Grammar(COMMANDS_5_2)
steady = settings(deadline=None, database=None, max_examples=200)


@pytest.mark.parametrize(
    ("command", "template", "arguments"),
    [
        ("vget /unrealcv/status", "vget /unrealcv/status", ()),
        ("vget /unrealcv/status   ", "vget /unrealcv/status", ()),
        ("vget /camera/1/lit bmp", "vget /camera/[uint]/lit [str]", ("1", "bmp")),
        ("vget /camera/1/lit ", "vget /camera/[uint]/lit [str]", ("1", "")),
        ("vget /camera//fov", "vget /camera/[uint]/fov", ("",)),
        ("vset /camera/12/location 1 -2.5 +.5", "vset /camera/[uint]/location [float] [float] [float]", ("12", "1", "-2.5", "+.5")),
        ("vset /object/hm_1/color 1 2 3", "vset /object/[str]/color [uint] [uint] [uint]", ("hm_1", "1", "2", "3")),
        ("vset /objects/spawn Cube", "vset /objects/spawn [str]", ("Cube",)),
        ("vset /objects/spawn Cube box", "vset /objects/spawn [str] [str]", ("Cube", "box")),
        ("vbp HMDirector Capabilities", "vbp [str] [str]", ("HMDirector", "Capabilities")),
        ("vbp HMDirector Bones hm_1", "vbp [str] [str] [str]", ("HMDirector", "Bones", "hm_1")),
        ("vbp A F " + " ".join("123456789"), "vbp [str] [str]" + " [str]" * 9, ("A", "F", *"123456789")),
    ],
)
def test_commands_match_their_template_with_their_arguments(command, template, arguments):
    assert PLUGIN.match(command) == (template, arguments)


@pytest.mark.parametrize(
    "command",
    [
        "vset /camera/1/location 1e5 0 0",
        "vset /camera/1/location 1E-5 0 0",
        "vset /camera/1/location 5. 0 0",
        "vset /camera/1/location nan 0 0",
        "vset /camera/1/location 1 2",
        "vset /camera/1/location 1 2 3 4",
        "vset /camera/1/location 1  2 3",
        "vset /camera/-1/fov 90",
        "vset /camera/one/fov 90",
        "vset /object/hm_1/color 1.0 2 3",
        " vget /unrealcv/status",
        "vget /unrealcv/statusx",
        "VGET /unrealcv/status",
        "xvget /unrealcv/status",
        "vbp A F " + " ".join("123456789a"),
        "vget /object/a b/location",
        "",
    ],
)
def test_commands_outside_the_grammar_match_nothing(command):
    assert PLUGIN.match(command) is None


def test_the_last_registered_of_two_fitting_templates_wins():
    assert Grammar(["vget /x/[str]", "vget /x/[uint]"]).match("vget /x/1") == ("vget /x/[uint]", ("1",))
    assert Grammar(["vget /x/[uint]", "vget /x/[str]"]).match("vget /x/1") == ("vget /x/[str]", ("1",))


def test_characters_that_mean_something_in_patterns_mean_themselves_in_templates():
    assert Grammar(["vget /a.b/(c)+"]).match("vget /a.b/(c)+") is not None
    assert Grammar(["vget /a.b"]).match("vget /axb") is None


def test_no_template_is_listed_twice():
    assert len(set(COMMANDS_5_2)) == len(COMMANDS_5_2)


def sample_arguments(function):
    return tuple(f"a{k},-1.5" for k in range(len(function.arguments)))


@pytest.mark.parametrize("function", DIRECTOR, ids=lambda f: f.name)
def test_every_director_call_is_a_vbp_command_of_the_plugin(function):
    arguments = sample_arguments(function)
    command = director_command(function.name, *arguments)
    assert PLUGIN.match(command).arguments == ("HMDirector", function.name, *arguments)
    assert len(function.arguments) <= MAX_ARGUMENTS


def test_director_functions_have_distinct_names_that_are_words():
    names = [f.name for f in DIRECTOR]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[A-Z][A-Za-z]+", name) for name in names)


@pytest.mark.parametrize("value", ["", "two words", "tab\there", "line\n", "é", "\x7f"])
def test_a_director_argument_that_the_wire_cannot_carry_is_refused_by_name(value):
    with pytest.raises(ValueError, match="Bones: object must be printable ASCII without spaces"):
        director_command("Bones", value)


@pytest.mark.parametrize("arguments", [(), ("a", "b")])
def test_a_director_call_with_the_wrong_number_of_arguments_is_refused(arguments):
    with pytest.raises(ValueError, match=rf"Bones takes \('object',\), got {len(arguments)} arguments"):
        director_command("Bones", *arguments)


def test_an_unknown_director_function_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"no function 'Fly'; it has Capabilities, LoadStage, .*Step"):
        director_command("Fly")


@steady
@given(st.floats(-1e15, 1e15), st.integers(1, 8))
def test_fixed_numbers_match_the_grammars_float_and_keep_their_decimals(value, decimals):
    text = fixed(value, decimals)
    assert Grammar(["v [float]"]).match(f"v {text}").arguments == (text,)
    assert "e" not in text.lower()
    assert not re.fullmatch(r"-0*\.?0*", text)
    assert "." not in text or not text.endswith(("0", "."))
    assert float(text) == float(f"{value:.{decimals}f}")


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (100.0, 4, "100"),
        (-0.00001, 4, "0"),
        (-0.0, 3, "0"),
        (1e-7, 6, "0"),
        (1e20, 2, "1" + "0" * 20),
        (0.5, 1, "0.5"),
        (-12.340, 4, "-12.34"),
    ],
)
def test_fixed_writes_what_a_person_would(value, decimals, text):
    assert fixed(value, decimals) == text


@steady
@given(st.binary(min_size=1, max_size=300))
def test_a_frame_is_read_as_it_was_packed(payload):
    frame = pack_frame(payload)
    assert payload_length(frame[:8]) == len(payload)
    assert frame[8:] == payload


def test_a_frame_begins_with_the_magic_and_the_length_in_little_endian():
    assert pack_frame(b"abc") == bytes.fromhex("c1832b9e 03000000") + b"abc"


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (struct.pack("<II", MAGIC + 1, 5), "expected magic 0x9E2B83C1, got 0x9E2B83C2"),
        (struct.pack(">II", MAGIC, 5), "expected magic"),
        (struct.pack("<II", MAGIC, 0), "got 0"),
        (struct.pack("<II", MAGIC, MAX_PAYLOAD + 1), f"got {MAX_PAYLOAD + 1}"),
        (b"HTTP/1.1", "expected magic"),
    ],
)
def test_a_header_of_another_protocol_or_length_is_refused(header, message):
    with pytest.raises(FramingError, match=message):
        payload_length(header)


def test_the_longest_payload_is_taken():
    assert payload_length(struct.pack("<II", MAGIC, MAX_PAYLOAD)) == MAX_PAYLOAD
