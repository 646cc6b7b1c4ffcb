"""The law of `fmt` is worth something: it finds planted faults, of order, comments and texts."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from arranged_sets import ArrangedWriter
from drawing import some
from formatted_sets import formatted, texts
from plain.strategies import Files
from rolegate.documents import canonical_text, moved_entries
from rolegate.documents.entry_lines import indented_end
from rolegate.errors import EditError

SET: Files = {
    "roles/x.yaml": {
        "roles": {
            "agent": {
                "title": "Agent",
                "description": "Answers all day",
                "grants": ["tickets.show@all", "note"],
                "accept": {"RG310": {"note": "known"}},
            },
            "lead": {"description": "Leads", "extends": ["agent"], "grants": ["*"], "locked": "true"},
            "1": {"title": "2030-01-01", "description": "it", "grants": ["note"]},
        }
    },
    "roles/y.yaml": {"role": "y", "title": "no", "description": "Of the house", "grants": ["a[b, c]"]},
    "bindings.yaml": {
        "bindings": [
            {"user": "ana", "role": "agent", "domain": "acme", "until": "2030-01-01"},
            {"team": "sales", "grants": ["note"], "domain": "acme"},
        ]
    },
    "catalog.yaml": {
        "catalog": "c",
        "title": "C",
        "description": "What is there",
        "scopes": {"t": {"all": {"title": "All"}, "my": {"within": "all", "state": "new", "n": "1"}}},
        "permissions": {
            "a": {"title": "A", "description": "One of them", "sensitive": "true", "scopes": "t"},
            "b": {"title": "B", "permissions": {"c": {"title": "C", "description": "Inner"}}},
        },
    },
}

TRIES = 100
"""So many ways to write the set; a fault has to be seen in one. Each of these is seen in the first 14."""


FAULTS: dict[str, tuple[Any, str, Any]] = {
    "a comment becomes that of another entry": (moved_entries, "_needs_blank", lambda *_: False),
    "blank lines become part of a text": (moved_entries, "_text_at_end", lambda *_: None),
    "what is above a blank line goes with what is below": (
        moved_entries,
        "own_end",
        lambda outline, above, line, column: (
            above if column is None else indented_end(outline, above, line, column)
        ),
    ),
    "the comment of the file moves": (moved_entries, "file_comment", lambda outline, end, line: end),
    "what is indented further goes with what is below": (
        moved_entries,
        "indented_end",
        lambda outline, above, line, column: above,
    ),
    "blank lines are not joined": (canonical_text, "_BLANK_LINES", canonical_text._LINE_END),
    "keys are not sorted again": (
        canonical_text,
        "move_entries",
        lambda changes, part, order: moved_entries.move_entries(changes, part, order[::-1]),
    ),
}


def caught(folder: Path, tries: int = TRIES) -> bool:
    """Whether the law fails for one of the ways to write the set."""
    for seed in range(tries):
        ArrangedWriter(Random(seed)).write_set(SET, folder)
        for path, text in texts(folder).items():
            try:
                formatted(text, path.relative_to(folder).as_posix())
            except (AssertionError, EditError):
                return True
    return False


def test_nothing_is_caught_where_nothing_is_planted(tmp_path: Path) -> None:
    """None of the ways to write the set is refused."""
    assert not caught(tmp_path, some(TRIES, 8))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each in one of the files."""
    module, name, wrong = FAULTS[fault]
    monkeypatch.setattr(moved_entries, "_same_owners", lambda *_: True)  # it would refuse what others move
    monkeypatch.setattr(module, name, wrong)
    assert caught(tmp_path)
