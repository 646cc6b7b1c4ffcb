"""A domain keeps its meaning under a former name in files; a question has to name it as it is called now."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given

import rolegate
from drawing import examples
from plain.catalog import Data
from plain.strategies import NOW, Files, policy_sets
from reading import write
from renamed_sets import renamed
from rolegate import AccessDiff, Gate, access_diff
from rolegate.review.diff_text import diff_lines


def before_and_between(files: Files) -> tuple[Files, Files]:
    """The set in which domains had other names, and the one that renames them and says the former ones."""

    def called(node: Data, key: str = "") -> Data:
        if isinstance(node, dict):
            return {name: called(inner, name) for name, inner in node.items()}
        if isinstance(node, list):
            return [called(inner, key) for inner in node]
        return f"{node}~" if key == "domain" and isinstance(node, str) else node

    before = {name: called(data) if name != "catalog.yaml" else data for name, data in files.items()}
    between = copy.deepcopy(before)
    shapes = files["domains.yaml"]["domains"]
    bodies = {
        name: {key: f"{value}~" if key == "within" else value for key, value in (body or {}).items()}
        for name, body in shapes.items()
    }
    before["domains.yaml"] = {"domains": {f"{name}~": body for name, body in bodies.items()}}
    between["domains.yaml"] = {
        "domains": {name: {**body, "renamed_from": f"{name}~"} for name, body in bodies.items()}
    }
    return before, between


@given(policy_sets())
@examples(10)
def test_renaming_every_domain_changes_nothing(files: Files) -> None:
    """The lines are those of the new names, and the diff is empty in both directions."""
    assume("domains.yaml" in files)
    before, between = before_and_between(files)
    assert [] == renamed(files, between, before).changed


FILES = {
    "catalog": "catalog: desk\ncustom_roles: {}\npermissions: {show: Show, pay: Pay}\n",
    "domains": "domains:\n  top: {}\n",
    "domains/inc": "renamed_from: acme\nwithin: top\nteams: {sales: [bo]}\n",
    "domains/inner": "within: acme\n",
    "roles/all": "roles: {agent: {grants: show}, lead: {domain: acme, grants: pay}}\n",
    "roles/acme/clerk": "role: clerk\ngrants: [show, pay]\n",
    "bindings": "bindings: [{user: ana, role: agent, domain: acme}, {team: sales, role: lead, domain: inc}]",
    "bindings/acme": "bindings: [{user: cy, role: clerk}, {user: di, role: agent}]\n",
}


def desk(folder: Path, **changed: str) -> Path:
    files = {**FILES, **{key.replace("__", "/"): text for key, text in changed.items()}}
    return write(folder, {f"{name}.yaml": text for name, text in files.items()})


def told(folder: Path) -> list[tuple[str, str]]:
    found = rolegate.validate([folder]).diagnostics
    return [(Path(one.file).relative_to(folder).as_posix(), one.code) for one in found]


def test_files_that_say_the_former_name_hold_in_the_domain(tmp_path: Path) -> None:
    """Each place is told once, and so is each file that is named after it."""
    assert sorted(told(desk(tmp_path))) == [
        ("bindings.yaml", "RG236"),
        ("bindings/acme.yaml", "RG236"),
        ("domains/inner.yaml", "RG236"),
        ("roles/acme/clerk.yaml", "RG236"),
        ("roles/all.yaml", "RG236"),
    ]
    policy = rolegate.load(tmp_path)
    for user, held in {"ana": {"show"}, "bo": {"pay"}, "cy": {"show", "pay"}, "di": {"show"}}.items():
        for domain in ("inc", "inner"):
            found = {path for path in ("show", "pay") if policy.check(user, path, domain=domain).allowed}
            assert found == held, (user, domain)
    assert "acme" not in policy.compile().policy_text


def test_a_question_names_the_domain_of_today(tmp_path: Path) -> None:
    """Another tenant may have the id by now: the answer is no, and says what the domain is called."""
    policy = rolegate.load(desk(tmp_path))
    decision = policy.check("ana", "show", domain="acme")
    assert (decision.allowed, [(note.code, note.help) for note in decision.notes]) == (
        False,
        [("RG603", "it is called `inc` now")],
    )
    assert not Gate.from_path(tmp_path).check("ana", "show", domain="acme")


def test_expectations_and_invariants_follow_a_former_name(tmp_path: Path) -> None:
    """They are files of the set."""
    desk(
        tmp_path,
        tests__desk="access: [{user: ana, domain: acme, allow: show, deny: pay}]\n",
        invariants="invariants: [{never: pay, for: ['user:ana'], in: acme}]\n",
    )
    assert {("invariants.yaml", "RG236"), ("tests/desk.yaml", "RG236")} <= set(told(tmp_path))


def test_a_name_that_a_domain_has_is_no_former_name(tmp_path: Path) -> None:
    """The domain that says so is set aside with all in it, and the other one is itself."""
    desk(tmp_path, domains__acme="teams: {sales: [eve]}\n", domains__inner="within: top\n")
    policy = rolegate.load(tmp_path)
    assert {part.domain for part in policy.set_aside} == {"inc"}
    assert policy.check("ana", "show", domain="acme").allowed
    assert not policy.check("ana", "show", domain="inc").allowed


def diff_of(folder: Path, **changed: str) -> AccessDiff:
    before: Any = {
        "domains__inc": "within: top\n",
        "domains__acme": FILES["domains/inc"].replace("renamed_from: acme\n", ""),
        "bindings": FILES["bindings"].replace("domain: inc", "domain: acme"),
    }
    old = desk(folder / "old", **before)
    (old / "domains/inc.yaml").unlink()
    return access_diff(rolegate.load(old), rolegate.load(desk(folder / "new", **changed)), at=NOW)


@pytest.mark.parametrize("gains", [False, True])
def test_a_renamed_domain_is_no_loss_and_no_gain(tmp_path: Path, gains: bool) -> None:
    """What changes in it beside is told of the domain of today, with a question to each side in its words."""
    clerk = "role: clerk\ngrants: [show, pay]\n"
    more = {"bindings__acme": FILES["bindings/acme"].replace("di, role: agent", "di, role: clerk")}
    diff = diff_of(tmp_path, roles__acme__clerk=clerk, **(more if gains else {}))
    lines = [line.split("  /")[0] for line in diff_lines(diff, reasons=False)]
    note = "note: domain acme is inc now"
    if not gains:
        assert lines == ["nobody's access changes", "", f"{note}; nobody's access in it changes"]
        return
    assert lines == ["user di in inc, inner", "  + pay", "", note]
    (reason,) = diff.subjects[0].reasons
    assert (reason.question.before.domain, reason.question.question.domain) == ("acme", "inc")
    assert [line.text for line in reason.lines][:1] == ["user `di` has role `clerk`"]
