"""What `vbp` of UnrealCV answers for HMDirector is understood, refusals too (see HMDirector.h)."""

import pytest

from hmworld.engine.connection import parse_director_reply
from hmworld.errors import EngineError, EngineRefused

COMMAND = "vbp HMDirector SpawnSubject hm_1 dog walk 1 00"


def test_a_refusal_in_the_first_reply_is_told_from_an_answer() -> None:
    with pytest.raises(EngineRefused, match="No subject 'dog' here; known: cat"):
        parse_director_reply('{"object":"error No subject \'dog\' here; known: cat","joints":""}', COMMAND)


def test_names_in_another_case_are_the_same_names() -> None:
    assert parse_director_reply('{"Object":"hm_1","JOINTS":"Hips,Spine"}', COMMAND) == {"object": "hm_1", "joints": "Hips,Spine"}


@pytest.mark.parametrize("reply", ['{"object":"","joints":""}', "{}"])
def test_a_call_that_the_plugin_did_not_make_is_an_error(reply: str) -> None:
    with pytest.raises(EngineError, match="expected a JSON object of strings"):
        parse_director_reply(reply, COMMAND)
