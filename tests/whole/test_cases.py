"""The case folders: a small policy set each, and every diagnostic it gives, as people read it.

A folder is called by the code it is about, or by a story. Beside the set stands `expected.diagnostics`,
perhaps `expected.lint`, with what lint finds two weeks before the year 2100, or
`questions.jsonl` with `expected.answers`; questions without a set are asked of the one in `cases/sound`, and
those with `at` are asked at that time.
`--update-golden` writes what is expected; the difference is there to be reviewed.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path

import pytest

import rolegate
from repository import CASES, ROOT
from rolegate.codes import CODES
from rolegate.diagnostics import Diagnostic

FOLDERS = sorted(folder for folder in CASES.iterdir() if folder.is_dir())
SETS = [folder for folder in FOLDERS if (folder / "catalog.yaml").exists()]
LINTED = [folder for folder in FOLDERS if (folder / "expected.lint").exists()]
BEFORE_2100 = date(2099, 12, 17)
ASKING = [folder for folder in FOLDERS if (folder / "questions.jsonl").exists()]
SOUND = CASES / "sound"
DOCUMENTS = (
    "documents/test_bad_files.py",
    "documents/test_changing_files.py",
    "documents/test_reading.py",
    "documents/test_links.py",
    "documents/test_shapes.py",
    "policy/test_accepted_findings.py",
    "cases/bad_shapes.yaml",
)
"""Where what the documents room reports (RG1xx) is tested."""


def same(expected: Path, actual: str, update: bool) -> None:
    """Compare *actual* with the file, or write it there."""
    if update:
        expected.write_text(actual, encoding="utf-8")
    assert expected.read_text(encoding="utf-8") == actual


def found_in(case: Path) -> tuple[Diagnostic, ...]:
    return rolegate.validate([case]).diagnostics


@pytest.mark.parametrize("case", SETS, ids=lambda case: case.name)
def test_what_is_found(case: Path, monkeypatch: pytest.MonkeyPatch, update_golden: bool) -> None:
    """Every problem in one run, sorted, at its place and in words, and each says what to do.

    That is: one line of message, a line of help, and a place that exists in the file.
    """
    monkeypatch.chdir(case)
    compare(found_in(Path()), case / "expected.diagnostics", update_golden)


@pytest.mark.parametrize("case", LINTED, ids=lambda case: case.name)
def test_what_lint_finds(case: Path, monkeypatch: pytest.MonkeyPatch, update_golden: bool) -> None:
    """The same holds for what is valid and questionable."""
    monkeypatch.chdir(case)
    found = rolegate.lint(at=BEFORE_2100, settings=rolegate.LintSettings()).diagnostics
    compare(found, case / "expected.lint", update_golden)


def compare(found: tuple[Diagnostic, ...], expected: Path, update: bool) -> None:
    """Compare what was *found* with the file, and with what holds for all findings."""
    assert list(found) == sorted(found, key=lambda finding: finding.span)
    same(expected, "".join(f"{finding}\n" for finding in found), update)
    for finding in found:
        assert finding.help, finding
        assert "\n" not in finding.message + finding.help
        lines = Path(finding.file).read_text(encoding="utf-8").splitlines()
        assert 1 <= finding.line <= len(lines), finding
        assert 1 <= finding.column <= len(lines[finding.line - 1]), finding


@pytest.mark.parametrize("case", ASKING, ids=lambda case: case.name)
def test_what_is_answered(case: Path, monkeypatch: pytest.MonkeyPatch, update_golden: bool) -> None:
    """A question about something that is not there is a no that says so."""
    monkeypatch.chdir(case if case in SETS else SOUND)
    policy = rolegate.load(Path())
    answers = ""
    for line in (case / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        answers += f"{line}\n"
        asked = json.loads(line)
        at = asked.pop("at", None)
        try:
            decision = policy.decide(rolegate.Question.from_dict(asked), None if at is None else time_of(at))
        except rolegate.InvalidQuestionError as error:
            answers += f"  refused: {error}\n"
            continue
        answers += f"  {'yes' if decision.allowed else 'no'}: {decision.reason}\n"
        for note in decision.notes:
            answers += f"  {note.code} {CODES[note.code].name}: {note.message}\n"
            answers += f"    help: {note.help}\n" if note.help else ""
    same(case / "expected.answers", answers, update_golden)


def time_of(text: str) -> date:
    """A date, or a moment."""
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


@pytest.mark.parametrize(
    "case", [folder for folder in FOLDERS if re.match(r"RG\d+", folder.name)], ids=lambda c: c.name
)
def test_a_case_is_about_its_code(case: Path) -> None:
    """A folder called by a code shows it."""
    texts = [(case / name) for name in ("expected.diagnostics", "expected.lint", "expected.answers")]
    assert any(case.name[:5] in text.read_text(encoding="utf-8") for text in texts if text.exists())


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_case(code: str) -> None:
    """What can be reported is shown once at least: here, or in the tests of its room."""
    files = [path for case in FOLDERS for path in case.glob("expected.*")]
    if code.startswith("RG1"):
        files += [ROOT / "tests" / name for name in DOCUMENTS]
    if code == "RG504":  # about compiled files, and not about a set
        files.append(ROOT / "tests" / "compiled" / "test_versions.py")
    if code == "RG713":  # about a change, and not about a set
        files.append(ROOT / "tests" / "review" / "test_gate_verdict.py")
    if code == "RG715":  # about a link, which is no text
        files.append(ROOT / "tests" / "review" / "test_new_links_diff.py")
    if code in ("RG723", "RG724", "RG725"):  # about a run of expectations
        files.append(ROOT / "tests" / "cli" / "test_test_formats.py")
    if code.startswith("RG94"):  # about a policy of another program
        files += sorted((ROOT / "tests" / "importing").glob("test_*.py"))
    if code == "RG608":  # about a tree, and not about a question
        files.append(ROOT / "tests" / "tree" / "test_large_trees.py")
    if code.startswith("RG9"):  # about a database, and not about a set
        files += (ROOT / "tests" / "store").glob("test_*.py")
    if code.startswith("RG96"):  # about who makes a change, and not about a set
        files.append(ROOT / "tests" / "administration" / "test_tenant_life.py")
