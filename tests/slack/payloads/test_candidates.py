"""Which checklist a modal is about, there and back."""

from typing import Any

import pytest

from bot.slack.payloads.candidates import CandidateRef, candidate_of
from bot.slack.payloads.payloads import MalformedPayload
from bot.slack.payloads.view_state import picked_file

UPLOADED = CandidateRef(file="F0FILE", version="v" * 64, seen="2")
OURS = CandidateRef(shipped="bant")


@pytest.mark.parametrize("ref", [UPLOADED, OURS])
@pytest.mark.parametrize("at", [None, 0, 7])
def test_it_comes_back_as_it_was_drawn(ref: CandidateRef, at: int | None) -> None:
    assert candidate_of({"private_metadata": ref.metadata(at)}) == (ref, at or 0)


@pytest.mark.parametrize(
    "metadata",
    ["", "{", "[]", "null", "{}", '{"file":"F","at":-1}', '{"file":"F","at":"x"}', '{"odd":1}'],
)
def test_what_is_none_of_ours_is_refused(metadata: str) -> None:
    with pytest.raises(MalformedPayload):
        candidate_of({"private_metadata": metadata})


def state(files: Any) -> dict[str, Any]:
    element = {"type": "file_input", "files": files}
    return {"state": {"values": {"checklist_file.": {"answer": element}}}}


def test_the_first_picked_file_counts() -> None:
    assert picked_file(state([{"id": "F1", "name": "a.yaml"}, {"id": "F2"}])) == ("F1", "a.yaml")


@pytest.mark.parametrize("view", [state([]), state(None), {}, {"state": None}])
def test_without_a_file_there_is_none(view: dict[str, Any]) -> None:
    assert picked_file(view) is None


@pytest.mark.parametrize("files", [[{}], ["F1"], {"id": "F1"}, 5])
def test_a_file_that_does_not_read_as_one_is_refused(files: Any) -> None:
    with pytest.raises(MalformedPayload):
        picked_file(state(files))
