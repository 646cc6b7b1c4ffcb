"""Compares a set that says former names with the same set in the names of today."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import rolegate
from drawing import some_of
from plain.asking import Rolegate, differences, questions
from plain.evaluator import Evaluator
from plain.loading import loaded
from plain.strategies import NOW, Files
from plain.writer import write_set
from rolegate import Policy, access_diff


@dataclass(frozen=True, slots=True)
class RenamedSet:
    """What came of a renaming: how often `validate` tells of a former name, and all that is not the same."""

    told: int
    changed: list[object]


def renamed(files: Files, between: Files, before: Files | None = None, asks: int = 0) -> RenamedSet:
    """What differs between *files* and *between*, which says the former names as well.

    With *before*, which has only those, access is compared from there, in both directions, and so are
    the answers to *asks* of its questions.
    """
    with TemporaryDirectory() as top:
        new = loaded(Path(top, "new"), files)
        old = new if before is None else loaded(Path(top, "old"), before)
        write_set(between, Path(top, "between"))
        findings = rolegate.validate([Path(top, "between")]).diagnostics
        policy = rolegate.load(Path(top, "between"))
        changed: list[object] = []
        if policy.compile(at=NOW).policy_text != new.compile(at=NOW).policy_text:
            changed.append("the lines")
        if policy.catalog.nodes.keys() != new.catalog.nodes.keys():
            changed.append("the permissions")
        changed += [diff for diff in _diffs(old, policy) if diff]
        changed += _answers(before, policy, asks) if before is not None else []
    return RenamedSet(sum(found.code == "RG236" for found in findings), changed)


def _diffs(old: Policy, new: Policy) -> list[rolegate.AccessDiff]:
    return [access_diff(old, new, at=NOW), access_diff(new, old, at=NOW)]


def _answers(before: Files, policy: Policy, asks: int) -> list[object]:
    plain = Evaluator(before, NOW)
    asked = some_of(list(questions(before, plain)))[:asks]
    return list(differences(plain.answer, Rolegate(policy, NOW).answer, asked))
