"""What `--mutate` says of a mistake is what one finds by making it in files and reading these anew."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from command_line import environment
from drawing import examples
from plain.loading import sound
from plain.strategies import NOW, Files, policy_sets
from reading import write
from rolegate.documents.capture import read_files
from rolegate.review.access_diff import access_diff
from rolegate.review.mutants import Mutant, mutants
from rolegate.review.mutation import MutantResult


@dataclass(frozen=True)
class Tried:
    """A mutant with what is said of it, and the expectations that were met without it."""

    mutant: Mutant
    said: MutantResult
    met: frozenset[str]


def written_out(mutant: Mutant, folder: Path) -> Path:
    """The files of a mutant, in *folder*."""
    for name, content in mutant.files.contents.items():
        assert isinstance(content, bytes)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def passes(folder: Path, met: frozenset[str]) -> bool:
    """Whether the expectations that were met are met by the files in *folder*, and can be read."""
    try:
        run = rolegate.run_expectations(folder, at=NOW)
    except rolegate.InvalidExpectationsError:
        return False
    return met <= {place(result, folder) for result in run.results if result.met}


def place(result: rolegate.ExpectationResult, folder: Path) -> str:
    """Where an expectation is, within its set."""
    return str(result.expectation.span).removeprefix(folder.as_posix())


def tried(folder: Path) -> list[Tried]:
    """Every mutant of the set in *folder*."""
    run = rolegate.run_expectations(folder, at=NOW, mutants=True)
    met = frozenset(place(result, folder) for result in run.results if result.met)
    made = mutants(read_files(folder, beside=True), rolegate.load(folder, at=NOW).catalog)
    return [Tried(*pair, met) for pair in zip(made, run.mutants or (), strict=True)]


def check(one: Tried, folder: Path) -> None:
    """What is said of a mutant holds for its files, which nothing has read before."""
    outcome = one.said.outcome
    with TemporaryDirectory() as there:
        changed = written_out(one.mutant, Path(there).resolve() / folder.name)
        found = rolegate.validate([changed], at=NOW).diagnostics
        errors = {finding.code for finding in found if finding.severity == "error"}
        of_expectations = {code for code in errors if code.startswith("RG72")}
        if outcome == "refused":
            assert errors - of_expectations, one.said
            return
        assert errors == of_expectations, one.said
        assert passes(changed, one.met) == (outcome != "killed"), one.said
        if outcome in ("equivalent", "survived"):
            sides = (rolegate.load(folder, at=NOW), rolegate.load(changed, at=NOW))
            assert bool(access_diff(*sides, at=NOW)) == (outcome == "survived"), one.said


def with_expectations(folder: Path, draw: random.Random) -> None:
    """Some of the lists of everything that somebody holds, and not all of them as it is."""
    rolegate.write_expectations(folder, at=NOW, everybody=True)
    file = folder / "tests" / "holds.yaml"
    said = yaml.safe_load(file.read_text("utf-8"))
    said["holds"] = draw.sample(said["holds"], draw.randint(1, len(said["holds"])))
    for entry in draw.sample(said["holds"], min(2, len(said["holds"]))):
        entry["exactly"] = entry["exactly"][1:]
    users = [(entry["user"], entry.get("domain")) for entry in said["holds"] if "user" in entry]
    denied = [
        {"user": user, "deny": entry, **({"domain": domain} if domain else {})}
        for user, domain in users[:2]
        for entry in rolegate.load(folder, at=NOW).catalog.nodes
        if entry and draw.random() < 0.2
    ]
    file.write_text(yaml.safe_dump({"at": said.get("at", NOW.isoformat()), "holds": said["holds"]}), "utf-8")
    asked = yaml.safe_dump({"access": [one for one in denied if _readable(folder, one)] or []})
    (folder / "tests" / "denied.yaml").write_text(asked, "utf-8")


def _readable(folder: Path, entry: dict[str, str]) -> bool:
    (folder / "tests" / "denied.yaml").write_text(yaml.safe_dump({"access": [entry]}), "utf-8")
    return not any(finding.severity == "error" for finding in rolegate.validate([folder], at=NOW).diagnostics)


@examples(4)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_what_is_said_of_a_mutant_holds_for_its_files(files: Files, seed: int) -> None:
    """A killed one fails, a refused one is not valid, and one that survives passes and changes something."""
    draw = random.Random(seed)
    with TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve() / "set"
        folder.mkdir()
        sound(files, folder)
        with_expectations(folder, draw)
        made = tried(folder)
        for one in draw.sample(made, min(len(made), 8)):
            check(one, folder)


SMALL = {
    "catalog.yaml": "catalog: x\nscopes: {reach: [all, my]}\n"
    "permissions: {a: {title: A, scopes: reach}, b: B, c: {title: C, requires: b}}\n",
    "domains.yaml": "domains: {acme: {}, beta: {}}\n",
    "roles/x.yaml": "roles: {low: {grants: [a@my, b]}, high: {extends: low, grants: [c], except: a}}\n",
    "roles/acme/lead.yaml": "role: lead\ngrants: [b, c]\n",
    "bindings.yaml": "bindings:\n"
    "  - {user: ana, role: high, domain: acme}\n  - {user: bo, role: low, domain: acme}\n"
    "  - {user: cy, role: lead, domain: acme}\n  - {user: cy, restrict: c, domain: acme}\n"
    "  - {user: ana, restrict: a, domain: acme}\n",
    "tests/x.yaml": "access:\n  - {role: low, allow: a@my}\n  - {user: bo, domain: acme, deny: c}\n",
}


def test_each_outcome_is_what_a_run_of_the_files_says(tmp_path: Path) -> None:
    """A tenant's role with an error is refused as well; without its line, nothing names a user any more."""
    folder = write(tmp_path / "set", SMALL)
    made = tried(folder)
    assert set(Counter(one.said.outcome for one in made)) == {"killed", "refused", "survived", "equivalent"}
    for one in made:
        check(one, folder)
    said = {(one.said.what, one.said.span.line): one.said for one in made if "bindings" in str(one.said.span)}
    without = said["drop the line `{user: bo, role: low, domain: acme}`", 3]
    assert (without.outcome, without.by) == ("killed", "user `bo` in `acme`")
    lead = {one.said.what: one.said.outcome for one in made if "lead" in str(one.said.span)}
    assert lead["drop the grant `b`"] == "refused"


@pytest.mark.slow
def test_a_fresh_process_says_the_same(tmp_path: Path) -> None:
    """Nothing that a process keeps between two sets makes a difference."""
    folder = write(tmp_path / "set", SMALL)
    of_outcome = {one.said.outcome: one for one in tried(folder)}
    for outcome, one in of_outcome.items():
        changed = written_out(one.mutant, tmp_path / outcome / "set")
        command = [sys.executable, "-m", "rolegate_cli", "validate" if outcome == "refused" else "test"]
        run = subprocess.run([*command, changed], env=environment(), capture_output=True, check=False)
        assert (run.returncode == 0) == (outcome in ("equivalent", "survived")), one.said
    assert len(of_outcome) == 4
