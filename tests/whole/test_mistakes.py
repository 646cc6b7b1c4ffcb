"""Mistakes as people type them: each is named in their words, and the help helps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from repository import CASES
from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.capture import Files
from rolegate.loading.load import resolve_files

FLEET = CASES / "fleet"
FILES = {path.relative_to(FLEET).as_posix(): path.read_text("utf-8") for path in FLEET.rglob("*.yaml")}
MISTAKES = yaml.load((CASES / "mistakes.yaml").read_text("utf-8"), yaml.CSafeLoader)
SAID = CASES / "mistakes.txt"

SILENT = {
    "a misspelt user",  # users are in no list: only the application knows them
    "a user who differs in one letter",  # two people may be called so; to warn of them would be a false alarm
    "an operator in a scope",  # `weight: {lt: 100}` is a condition now
    "a relation tuple",  # `user:dan` may be what the application calls him
    "a semicolon between items",  # an id may hold any sign
    "French quotes around a title are text",
    "JSON with a comma at the end",  # as in any YAML
}
"""Nothing is wrong with these, or nobody can know."""


_IN_BRACES = r"\"[^\"]*\"|'[^']*'|[^\s,}\[\]]+(?:\[[^\]]*\])?[^\s,}\]]*(?=[\s,}\]])"


def changed(case: Mapping[str, Any], key: str) -> dict[str, str]:
    """The files of the set with what is typed in *case*."""
    moved = case.get("rename", {}) if key == "typed" else {}
    files = {moved.get(name, name): text for name, text in FILES.items()}
    for name, change in case.get(key, {}).items():
        if isinstance(change, str):
            files[name] = change
        else:
            before, after = change
            assert before in files[name], case["mistake"]
            files[name] = files[name].replace(before, after, 1)
    return files


def found(files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Everything that is reported of a set of these *files*; one that was looked at is not read again."""
    return _found(tuple(files.items()))


@cache
def _found(files: tuple[tuple[str, str], ...]) -> tuple[Diagnostic, ...]:
    report = Report()
    resolve_files(Files(Path(), {name: text.encode() for name, text in files}), report, None)
    return report.sorted()


def obeyed(text: str, one: Diagnostic) -> str | None:
    """*text* with the help of *one* obeyed, where it says one thing to write in the place of another."""
    told = re.fullmatch(r"(?:write|did you mean|here it is called|choose) `([^`]+)`\??", one.help)
    quoted = re.search(r"`([^`]+)`", one.message)
    if told is None or quoted is None:
        return None
    lines = text.splitlines(keepends=True)
    line, at = lines[one.line - 1], one.column - 1
    flow = not line.startswith("  - ") or "{" in line
    token = re.match(_IN_BRACES if flow else r".*(?=\n)", line[at:])
    if token is None or quoted[1] not in token[0]:
        return None
    value = told[1] if token[0] == quoted[1] or not token[0].endswith(":") else f"{told[1]}:"
    value = f'"{value}"' if "[" in value or value == "*" else value
    lines[one.line - 1] = line[:at] + value + line[at + len(token[0]) :]
    return "".join(lines)


def test_what_is_said_to_each_mistake(update_golden: bool) -> None:
    """The findings of each are those that were reviewed; those of which nothing is said are known."""
    texts, silent = [], set()
    for case in MISTAKES:
        said = found(changed(case, "typed"))
        silent |= set() if said else {case["mistake"]}
        texts.append("".join(f"{line}\n" for line in (f"## {case['mistake']}", *map(str, said))))
        assert all(one.help for one in said), case["mistake"]
    text = "\n".join(texts)
    if update_golden:
        SAID.write_text(text, "utf-8")
    assert SAID.read_text("utf-8") == text
    assert SILENT == silent


def test_the_help_helps() -> None:
    """Whoever obeys it gets rid of the finding, and of all findings where the case says how."""
    tried = 0
    for case in MISTAKES:
        files = changed(case, "typed")
        for one in found(files):
            text = obeyed(files[one.file], one) if one.file in files else None
            if text is not None:
                tried += 1
                left = found({**files, one.file: text})
                assert (one.code, one.span) not in [(two.code, two.span) for two in left], (
                    case["mistake"],
                    text,
                )
        if "obeyed" in case:
            assert () == found(changed(case, "obeyed")), case["mistake"]
    assert tried > 45
