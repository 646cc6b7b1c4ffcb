"""What decides is what explains: a reload in between changes both or neither."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

import rolegate
from drawing import some
from reading import write
from rolegate import Gate
from rolegate.testing import assert_allowed, assert_denied

CATALOG = "catalog: state\npermissions: {see: See}\n"
GRANTED = {"catalog.yaml": CATALOG, "bindings.yaml": "bindings: [{user: ana, grants: [see]}]\n"}
REFUSED = {"catalog.yaml": CATALOG, "bindings.yaml": "bindings: [{user: bo, grants: [see]}]\n"}


class Interrupted(Gate):
    """A gate that is reloaded right after it has answered."""

    folder: Path
    after: dict[str, str] | None = None

    def check(self, *given: str, **asked: object) -> bool:
        answer = super().check(*given, **asked)  # type: ignore[arg-type]  # passed on as it is
        if self.after is not None:
            write(self.folder, self.after)
            self.after = None
            assert self.reload()
        return answer


@pytest.fixture
def refused(tmp_path: Path) -> Interrupted:
    """A gate that allows ana nothing."""
    gate = Interrupted(rolegate.load(write(tmp_path, REFUSED)))
    gate.folder = tmp_path
    return gate


def test_a_reload_between_decision_and_explanation_decides(refused: Interrupted) -> None:
    """The state that explains a refusal has given it; what it allows is not refused."""
    refused.after = GRANTED
    refused.require("ana", "see")
    with pytest.raises(rolegate.Forbidden) as caught:
        refused.require("bo", "see")
    assert not caught.value.explanation.decision.allowed


def test_refusals_never_explain_a_yes(tmp_path: Path) -> None:
    """While another thread reloads two sets by turns."""
    gate = Gate.from_path(write(tmp_path, REFUSED))
    over = threading.Event()

    def reload() -> None:
        for turn in range(some(60, 5)):
            write(tmp_path, GRANTED if turn % 2 else REFUSED)
            gate.reload()
        over.set()

    thread = threading.Thread(target=reload)
    thread.start()
    explained = set()
    while not over.is_set():
        try:
            gate.require("ana", "see")
        except rolegate.Forbidden as refusal:
            explained.add(refusal.explanation.decision.allowed)
    thread.join()
    assert {False} == explained


def test_a_subject_explains_its_own_answers(refused: Interrupted) -> None:
    """Whatever is in force by then."""
    ana = refused.subject("ana")
    write(refused.folder, GRANTED)
    assert refused.reload()
    assert (False, False) == (ana.can("see"), ana.explain("see").decision.allowed)
    assert refused.subject("ana").explain("see").decision.allowed


def test_assertions_answer_from_one_state(refused: Interrupted) -> None:
    """What fails shows the reasons of the answer it is about."""
    refused.after = GRANTED
    assert_denied(refused, "ana", "see")
    refused.check("ana", "see")
    assert_allowed(refused, "ana", "see")
