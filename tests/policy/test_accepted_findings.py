"""Warnings that the files accept are not reported; everything else is, unused acceptances included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

import rolegate
from reading import write
from rolegate.codes import CODES
from rolegate.documents.accept_key import ACCEPTABLE
from rolegate.documents.approvals_file import ApprovalsShape
from rolegate.documents.bindings_file import BindingsShape
from rolegate.documents.catalog_file import LadderShape
from rolegate.documents.domains_file import DomainsShape
from rolegate.documents.expectations_file import (
    ExpectationsShape,
    ExpectedAccessShape,
    ExpectedHoldersShape,
    ExpectedRightsShape,
    ExpectedSubjectsShape,
    ExpectedTreeShape,
)
from rolegate.documents.file_kinds import FILE_KINDS
from rolegate.documents.invariants_file import InvariantShape, InvariantsShape
from rolegate.documents.roles_file import RolesShape
from rolegate.documents.schema import json_schemas
from rolegate.documents.shape import Shape

CATALOG = """catalog: demo
plans: [free]
permissions:
  old: {title: Old, deprecated: true}
  older: {title: Older, deprecated: true}
  desk:
    title: Desk
    permissions: {ask: Ask, op: {title: Op, hidden: true}}
  tell: {title: Tell, renamed_from: say, plans: [free]}
"""


def found(folder: Path, files: dict[str, str]) -> tuple[list[str], list[str]]:
    """What is reported and what is accepted, as `file:line code`."""
    validation = rolegate.validate([write(folder, {"catalog.yaml": CATALOG, **files})])

    def shown(diagnostics: Iterator[rolegate.Diagnostic]) -> list[str]:
        return [
            f"{one.file.removeprefix(f'{folder.as_posix()}/')}:{one.line} {one.code}" for one in diagnostics
        ]

    return shown(iter(validation.diagnostics)), shown(one.finding for one in validation.accepted)


VISIBLE = CATALOG.replace(", op: {title: Op, hidden: true}", "")
ACCEPTED = {
    "a role": ({"roles/x.yaml": "role: x\naccept: {RG325: no use yet}\n"}, ["roles/x.yaml:1 RG325"]),
    "one of several roles": (
        {"roles/x.yaml": "roles:\n  x: {accept: {RG325: no use yet}}\n  other: {grants: desk.ask}\n"},
        ["roles/x.yaml:2 RG325"],
    ),
    "an entry of a role": (
        {"roles/x.yaml": 'role: x\ngrants: [old, desk.ask]\naccept: {RG310: {old: "for old clients"}}\n'},
        ["roles/x.yaml:2 RG310"],
    ),
    "the only entry, without brackets": (
        {"roles/x.yaml": "role: x\ngrants: old\naccept: {RG310: {old: for old clients}}\n"},
        ["roles/x.yaml:2 RG310"],
    ),
    "a permission": (
        {
            "catalog.yaml": CATALOG.replace("hidden: true", "hidden: true, accept: {RG220: later}"),
        },
        ["catalog.yaml:8 RG220"],
    ),
    "a domain": (
        {"domains.yaml": "domains:\n  acme: {accept: {RG410: a trial}}\n"},
        ["domains.yaml:2 RG410"],
    ),
    "a user of a team": (
        {
            "domains.yaml": "domains:\n  acme:\n    plan: free\n    teams: {t: [ana, Ana], s: [Ana]}\n"
            "    accept: {RG117: {Ana: two people}}\n"
        },
        ["domains.yaml:4 RG117"],
    ),
    "the whole set": (
        {
            "catalog.yaml": "# a demo\n"
            + VISIBLE
            + "scopes: {reach: {all: {}, my: {within: all, owner: user.id}}}\n"
            "accept: {RG224: one table for all}\n",
            "domains.yaml": "domains: {acme: {plan: free}, beta: {plan: free}}\n",
        },
        ["catalog.yaml:1 RG224"],
    ),
    "a line of bindings": (
        {
            "roles/x.yaml": "role: x\ngrants: desk.ask\n",
            "bindings.yaml": "bindings:\n  - {user: ana, role: x}\n"
            "  - {user: Ana, role: x, accept: {RG117: two people}}\n",
        },
        ["bindings.yaml:3 RG117"],
    ),
}


@pytest.mark.parametrize(("files", "accepted"), ACCEPTED.values(), ids=ACCEPTED)
def test_what_is_accepted_is_not_reported(tmp_path: Path, files: dict[str, str], accepted: list[str]) -> None:
    """On whatever the warning is about, by its code and with a reason."""
    assert found(tmp_path, {"catalog.yaml": VISIBLE, **files}) == ([], accepted)


def test_every_mapping_of_the_language_accepts() -> None:
    """All but those that only hold others, and those beside a policy: what is reported there is an error."""
    holders = {ApprovalsShape, BindingsShape, DomainsShape, LadderShape, RolesShape}
    beside = {
        InvariantsShape,
        InvariantShape,
        ExpectationsShape,
        ExpectedSubjectsShape,
        ExpectedAccessShape,
        ExpectedHoldersShape,
        ExpectedRightsShape,
        ExpectedTreeShape,
    }
    shapes = [Shape]
    for shape in shapes:
        shapes += [inner for inner in shape.__subclasses__() if inner.__module__.startswith("rolegate.")]
    assert {kind.key for kind in FILE_KINDS} <= {
        shape.__module__.split(".")[-1].split("_")[0] for shape in shapes
    }
    lacking = {shape for shape in shapes[1:] if "accept" not in shape.keys()}  # noqa: SIM118 - a classmethod
    assert lacking == holders | beside | {shape for shape in shapes if shape.is_part}


def test_what_lies_inside_is_not_accepted_with_it(tmp_path: Path) -> None:
    """An acceptance on a group is not about its permissions: those accept for themselves."""
    group = CATALOG.replace("    title: Desk\n", "    title: Desk\n    accept: {RG220: later}\n")
    assert found(tmp_path, {"catalog.yaml": group}) == (["catalog.yaml:8 RG125", "catalog.yaml:9 RG220"], [])


def test_an_entry_is_named(tmp_path: Path) -> None:
    """A reason without an entry is about the role itself, so that no later grant is accepted with it."""
    role = "role: x\ngrants: [old, older]\naccept: {RG310: for old clients}\n"
    files = {"catalog.yaml": VISIBLE, "roles/x.yaml": role}
    rest = ["roles/x.yaml:2 RG310", "roles/x.yaml:2 RG310"]
    assert found(tmp_path, files) == ([*rest, "roles/x.yaml:3 RG125"], [])
    (unused,) = [one for one in rolegate.validate([tmp_path]).diagnostics if one.code == "RG125"]
    assert unused.help == 'the warning is about the entry `old`: write `RG310: {"old": "…"}`'
    named = role.replace("for old clients", "{old: for old clients}")
    assert found(tmp_path, {**files, "roles/x.yaml": named}) == (rest[:1], rest[:1])


def test_the_thing_itself_is_not_an_entry(tmp_path: Path) -> None:
    """What is about a role is not accepted by naming the role as an entry."""
    files = {"catalog.yaml": VISIBLE, "roles/x.yaml": "role: x\naccept: {RG325: {x: no use yet}}\n"}
    assert found(tmp_path, files) == (["roles/x.yaml:1 RG325", "roles/x.yaml:2 RG125"], [])
    (_, unused) = rolegate.validate([tmp_path]).diagnostics
    assert unused.help == 'the warning is about the thing itself: write `RG325: "…"`'


def test_another_code_is_not_accepted_with_it(tmp_path: Path) -> None:
    """One thing may have several warnings; each is accepted by itself."""
    role = "role: x\ngrants: old\nexcept: older\naccept: {RG310: {old: for old clients}}\n"
    files = {"catalog.yaml": VISIBLE, "roles/x.yaml": role}
    assert found(tmp_path, files) == (["roles/x.yaml:3 RG323"], ["roles/x.yaml:2 RG310"])


def test_an_acceptance_ends_with_its_warning(tmp_path: Path) -> None:
    """When the role holds something, the acceptance is reported, so that it is removed."""
    role = "role: x\ngrants: desk.ask\naccept: {RG325: no use yet}\n"
    files = {"catalog.yaml": VISIBLE, "roles/x.yaml": role}
    assert found(tmp_path, files) == (["roles/x.yaml:3 RG125"], [])


def test_errors_come_first(tmp_path: Path) -> None:
    """While there are errors, nobody can tell which acceptances are of no use."""
    role = "role: x\ngrants: [desk.aks]\naccept: {RG325: no use yet, RG323: no reason}\n"
    files = {"catalog.yaml": VISIBLE, "roles/x.yaml": role}
    assert found(tmp_path, files) == (["roles/x.yaml:2 RG301"], [])


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_each_line_of_a_file_accepts(tmp_path: Path, number: int, place: int) -> None:
    """However many lines there are, and wherever it is: two lines are not a role with its name."""
    lines = [f"{{user: u{i}, grants: [desk.ask]}}" for i in range(number)]
    place %= number
    for until, outcome in (", until: 2020-01-01", ([], ["RG422"])), ("", (["RG125"], [])):
        lines[place] = f"{{user: ana, grants: [desk.ask]{until}, accept: {{RG422: for the record}}}}"
        text = "bindings:\n" + "".join(f"  - {line}\n" for line in lines)
        reported, accepted = found(tmp_path, {"catalog.yaml": VISIBLE, "bindings.yaml": text})
        at = f"bindings.yaml:{place + 2} "
        assert (reported, accepted) == tuple([at + code for code in codes] for codes in outcome)


@pytest.mark.parametrize(
    ("accept", "says"),
    [
        ("{RG301: meant so}", "`RG301` cannot be accepted"),
        ("{RG125: meant so}", "`RG125` cannot be accepted"),
        ("{RG999: meant so}", "there is no warning with the code `RG999`"),
        ("{RG325: '  '}", "an empty reason"),
        ("{RG310: {old: ''}}", "an empty reason"),
        ("{RG325: '\u200b'}", "an empty reason"),
        ("{RG310: {old: '\u3164 \u2060\u00a0'}}", "an empty reason"),
        ("{RG310: {}}", "this does not say what is accepted"),
        ("{RG310: {'': why}}", "this does not say what is accepted"),
    ],
)
def test_only_warnings_are_accepted_and_only_with_a_reason(tmp_path: Path, accept: str, says: str) -> None:
    """Anything else is an error, so that nothing is accepted by a slip."""
    role = f"role: x\ngrants: old\naccept: {accept}\n"
    write(tmp_path, {"catalog.yaml": VISIBLE, "roles/x.yaml": role})
    (error,) = rolegate.validate([tmp_path]).diagnostics
    assert (error.code, error.line, error.message) == ("RG124", 3, says)
    assert error.help


def test_every_warning_but_that_of_an_acceptance_can_be_accepted() -> None:
    """Errors cannot, and editors offer the others."""
    warnings = {code for code, one in CODES.items() if one.severity == "warning"}
    assert set(ACCEPTABLE) == warnings - {"RG125"}
    role = json_schemas()["role"]["anyOf"][0]["$ref"].rpartition("/")[2]
    assert role
    accept = json_schemas()["role"]["$defs"][role]["properties"]["accept"]
    assert accept["propertyNames"]["enum"] == list(ACCEPTABLE)


def test_a_policy_has_the_other_warnings(tmp_path: Path) -> None:
    """`Policy.warnings` has what `validate` reports; accepting changes nothing of what is compiled."""
    role = "role: x\ngrants: [old, older]\n"
    files = {"catalog.yaml": VISIBLE, "roles/x.yaml": role}
    before = rolegate.load(write(tmp_path, files))
    after = rolegate.load(
        write(
            tmp_path,
            {"roles/x.yaml": f"{role}accept: {{RG310: {{old: meant so}}}}\n", "catalog.yaml": VISIBLE},
        )
    )
    assert [one.message for one in before.warnings] == ["`old` is deprecated", "`older` is deprecated"]
    assert [one.message for one in after.warnings] == ["`older` is deprecated"]
    assert before.compile().policy_text == after.compile().policy_text


def test_accepted_warnings_do_not_crowd_out_others(tmp_path: Path) -> None:
    """A thousand warnings are shown beside a thousand accepted ones, and no acceptance seems to be unused."""
    empty = "".join(f"  r{number}: {{accept: {{RG325: later}}}}\n" for number in range(1003))
    files = {"catalog.yaml": VISIBLE, "roles/a.yaml": f"roles:\n{empty}", "roles/z.yaml": "role: zz\n"}
    reported, accepted = found(tmp_path, files)
    assert reported == ["roles/z.yaml:1 RG325"]
    assert len(accepted) == 1003


def test_a_thousand_acceptances_of_nothing_are_shown(tmp_path: Path) -> None:
    """The others are counted, at the first of them."""
    entries = "".join(f"    x{number}: later\n" for number in range(1002))
    role = f"role: x\ngrants: desk.ask\naccept:\n  RG310:\n{entries}"
    reported, _ = found(tmp_path, {"catalog.yaml": VISIBLE, "roles/x.yaml": role})
    assert reported == [f"roles/x.yaml:{line} RG125" for line in range(5, 1006)]
    assert rolegate.validate([tmp_path]).diagnostics[-1].message == "2 more unused acceptances are not shown"


def test_an_escaped_key_accepts_as_well(tmp_path: Path) -> None:
    """However the key is written, what it says is taken into account."""
    role = 'role: x\n"ac\\u0063ept": {RG325: no use yet}\n'
    files = {"catalog.yaml": VISIBLE, "roles/x.yaml": role}
    assert found(tmp_path, files) == ([], ["roles/x.yaml:1 RG325"])


def test_a_validation_has_what_is_documented() -> None:
    """The fields of a validation, by which a pipeline reads it."""
    assert {field.name for field in fields(rolegate.Validation)} == {
        "sets",
        "diagnostics",
        "read",
        "accepted",
        "set_aside",
    }
