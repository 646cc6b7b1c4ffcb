"""The READMEs of the policy sets are true: sentences of the documents, answers, records, assumptions."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest

import assumptions
import command_line
import rolegate
from document_tables import DocumentTables
from pages.markdown import Page
from record_answers import RecordAnswers
from record_tables import RecordTable
from repository import ROOT
from rolegate import Gate, Policy

AT = datetime(2026, 10, 1, tzinfo=UTC)
SETS = sorted(path.parent.name for path in (ROOT / "policies").glob("*/catalog.yaml"))
each_set = pytest.mark.parametrize("name", SETS)


@cache
def policy(name: str) -> Policy:
    """A set, at a time when all its lines hold."""
    return rolegate.load(ROOT / "policies" / name, at=AT)


@cache
def readme(name: str) -> DocumentTables:
    """What the README of a set says about its documents."""
    return DocumentTables.read(ROOT / "policies" / name)


@each_set
def test_every_sentence_of_a_document_has_a_row(name: str) -> None:
    """And no row is about a sentence that the document does not have."""
    assert readme(name).documents
    assert [] == readme(name).not_covered()


@each_set
def test_a_row_says_where_the_set_has_it(name: str) -> None:
    """Every name in it is one of the set, of the library, of the command line or of these tests."""
    assert [] == readme(name).unknown_names(policy(name))


@each_set
def test_the_questions_of_a_row_are_answered_as_it_says(name: str) -> None:
    """Nobody is unknown in them, and neither is what is asked."""
    assert [] == readme(name).wrong_answers(policy(name), AT)


def opposite(asked: str) -> str:
    """The questions with the other answers."""
    return re.sub(r"(?<= )[+-]", lambda sign: "-" if sign[0] == "+" else "+", asked)


@each_set
def test_what_is_wrong_in_a_row_is_found(name: str) -> None:
    """A sentence without a row, one that is not there, a name that nobody knows, each opposite answer."""
    page = readme(name)
    sentences = sum(len(document.listed) for document in page.documents)
    assert sentences == len(replace(page, rows=()).not_covered())
    document = page.documents[0].document
    wrong = [
        replace(
            row,
            cells={**row.cells, document: "9999", "Here": "`no.such`", "Asked": opposite(row.cells["Asked"])},
        )
        for row in page.rows
    ]
    changed = replace(page, rows=tuple(wrong))
    places = [f"README.md:{row.number}" for row in page.rows]
    entries = [code.partition(": ")[2].split() for row in page.rows for code in row.codes("Asked")]
    assert {f"{place}: {document}:9999 is not listed" for place in places} <= set(changed.not_covered())
    assert [f"{place}: `no.such`" for place in places] == changed.unknown_names(policy(name))
    assert sum(map(len, entries)) == len(changed.wrong_answers(policy(name), AT)) > 50


@each_set
def test_a_question_about_something_unknown_proves_nothing(name: str) -> None:
    """A denial of a name that is misspelt is reported, whatever the row expects."""
    page = readme(name)
    who = next(code for row in page.rows for code in row.codes("Asked")).partition(":")[0]
    row = replace(page.rows[0], cells={"Asked": f"`{who}: -no.such_thing` `nobody: what`"})
    assert 2 == len(replace(page, rows=(row,)).wrong_answers(policy(name), AT))


@each_set
def test_records_are_allowed_to_whom_the_readme_says(name: str) -> None:
    """Every user is asked in every domain, about a record in memory and about its row in SQL."""
    gate, found = Gate(policy(name)), RecordTable.all_of(ROOT / "policies" / name)
    assert found
    for table in found:
        if table.expected:
            assert table.expected == table.in_memory(gate)
            assert table.expected == table.in_sql(gate)
    assert [] == [
        line
        for answers in RecordAnswers.all_of(ROOT / "policies" / name)
        for line in answers.differences(gate)
    ]


@each_set
def test_a_wrong_row_about_records_is_found(name: str) -> None:
    """In memory and in SQL, for each permission of the first rows: other records than a user may touch."""
    gate = Gate(policy(name))
    for answers in RecordAnswers.all_of(ROOT / "policies" / name):
        rows = tuple(replace(row, cells={**row.cells, "Records": "`no such`"}) for row in answers.rows[:3])
        asked = sum(len(row.codes("May")) for row in rows)
        assert 2 * asked == len(replace(answers, rows=rows).differences(gate))


@each_set
def test_every_assumption_is_in_the_readme(name: str) -> None:
    """What a file marks as assumed has a row, and what a row names is marked."""
    assert [] == assumptions.differences(ROOT / "policies" / name)


@each_set
def test_the_commands_of_a_readme_have_an_answer(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever types them sees a tree, a table, a yes or a no, and no complaint about what was typed."""
    monkeypatch.chdir(ROOT)
    page = Page.read(ROOT / "policies" / name / "README.md")
    typed = [line for block in page.blocks if block.language == "console" for line in block.text.splitlines()]
    assert typed
    for line in typed:
        run = command_line.rolegate(*shlex.split(line.removeprefix("$ rolegate ")))
        assert (True, "") == (run.code in (0, 1), run.err), line
        assert run.out and "unknown" not in run.out, line
