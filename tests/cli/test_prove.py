"""`rolegate test --prove`: one sentence, decided, in text and JSON, and its exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import rolegate
from reading import write

SET = {
    "catalog.yaml": "catalog: x\npermissions: {pay: Pay, approve: Approve, show: Show}\n",
    "roles/clerk.yaml": "role: clerk\ngrants: [pay, show]\n",
    "roles/lead.yaml": "role: lead\ngrants: [approve, show]\n",
    "bindings.yaml": "bindings: [{user: ana, role: clerk}, {user: ana, role: lead, from: 2027-01-01}]\n",
}
APART = "separate pay, approve for roles"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "set", SET)


def test_what_holds_is_said_with_what_is_assumed(folder: Path) -> None:
    """The roles that nobody may have together are named."""
    found = rolegate("test", folder, "--prove", APART)
    assert (found.code, found.out.splitlines()) == (
        0,
        [
            f"{folder.as_posix()}: holds: {APART}",
            "  as far as nobody has both role `clerk` and role `lead`",
        ],
    )


def test_what_is_broken_has_a_witness_and_questions(folder: Path) -> None:
    """The questions are commands to run as they are, asked at the moment from which it is broken."""
    two = ("--prove", "never show for role:lead", "--prove", "separate pay, approve")
    found = rolegate("test", folder, *two)
    place, ana = folder.as_posix(), "--user ana --domain default --at 2027-01-01T00:00:00Z"
    assert (found.code, found.out.splitlines()) == (
        1,
        [
            f"{place}: broken: never show for role:lead: role `lead` holds `show`",
            f"  {place}/roles/lead.yaml:2:19: `show` grants it",
            f"  see why: `rolegate explain {place} show --role lead`",
            f"{place}: broken: separate pay, approve from 2027-01-01T00:00:00Z: "
            "user `ana` in `default` holds both `pay` and `approve`",
            f"  {place}/roles/clerk.yaml:2:10: `pay` grants it",
            f"  {place}/roles/lead.yaml:2:10: `approve` grants it",
            f"  see why: `rolegate explain {place} pay {ana}`",
            f"  see why: `rolegate explain {place} approve {ana}`",
        ],
    )


def test_json_says_the_same(folder: Path) -> None:
    """One object for each sentence and set, beside one word for all."""
    found = rolegate("test", folder, "--prove", APART, "--prove", "never show", "--format", "json")
    holds, broken = found.json["proofs"]
    assert (found.code, found.json["ok"]) == (1, False)
    assert holds == {
        "source": folder.as_posix(),
        "holds": True,
        "invariant": APART,
        "apart": [["clerk", "lead"]],
    }
    assert (broken["holds"], broken["broken"]["says"]) == (False, "role `clerk` holds `show`")
    assert broken["broken"]["questions"] == [{"permission": "show", "role": "clerk", "allowed": True}]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--prove", "never shw"], "unknown permission `shw`; did you mean `show`?"),
        (["--prove", ""], "a sentence begins with one of"),
        (["--prove", "never \x1b[31m@all"], r"`\x1b[31m@all`"),
        (["--prove", "never show", "--mutate"], "`--prove` runs no expectations"),
        (["--prove", "never show", "--format", "tap"], "`--prove` runs no expectations"),
    ],
)
def test_what_cannot_be_decided_is_no_answer(folder: Path, arguments: list[str], says: str) -> None:
    """It ends with 2, one line on stderr, and nothing on stdout."""
    found = rolegate("test", folder, *arguments)
    assert (found.code, found.out, found.err.count("\n")) == (2, "", 1)
    assert says in found.err


def test_a_misspelt_user_is_noted(folder: Path) -> None:
    """A sentence about somebody who does not exist holds, and guards nobody."""
    found = rolegate("test", folder, "--prove", "never pay for user:anna")
    note = "the invariant is about the user `anna`, whom no line and no team names; did you mean `ana`?"
    assert (found.code, found.out.splitlines()) == (
        0,
        [f"{folder.as_posix()}: holds: never pay for user:anna", f"  note: {note}"],
    )


def test_people_who_cannot_be_counted_are_told(folder: Path) -> None:
    """An application brings them."""
    write(folder, {**SET, "bindings.yaml": "bindings: []\n"})
    found = rolegate("test", folder, "--prove", "at_least 2 of pay")
    assert found.out.splitlines()[1:] == ["  the files name no user, so nobody is counted"]


def test_what_nobody_can_give_because_nobody_edits_roles_is_noted(folder: Path) -> None:
    """The sentence holds, and guards nothing until the catalog says who edits roles."""
    note = "the catalog does not say who edits roles, so nobody can give anything"
    run = rolegate("test", folder, "--prove", "reach pay")
    assert (run.code, note in run.out + run.err) == (0, True)
    write(folder, {"catalog.yaml": f"{SET['catalog.yaml']}custom_roles: {{manage: approve}}\n"})
    run = rolegate("test", folder, "--prove", "reach show")
    assert note not in run.out + run.err


ODD = {
    **SET,
    "domains.yaml": 'domains: {"acme and sons": {teams: {"a, b": [bo]}}, acme: {}}\n',
    "bindings.yaml": 'bindings: [{user: "smith, ana", role: clerk, domain: "acme and sons"}]\n',
}


def test_names_with_commas_are_in_quotes(tmp_path: Path) -> None:
    """Around the name, or around all of it; what is printed can be asked again."""
    folder = write(tmp_path / "set", ODD)
    for sentence in (
        'never pay for user:"smith, ana" in "acme and sons"',
        'never pay for "user:smith, ana" in "acme and sons"',
    ):
        found = rolegate("test", folder, "--prove", sentence, "--format", "json")
        (proof,) = found.json["proofs"]
        assert (found.code, proof["holds"]) == (1, False)
        again = rolegate("test", folder, "--prove", proof["invariant"], "--format", "json")
        assert again.json == found.json
    assert rolegate("test", folder, "--prove", 'never pay for user:"smith, ana" in acme').code == 0


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("never pay for user:smith, ana", 'write quotes around the name: `"smith, ana"`'),
        ("never pay in acme and sons", 'write quotes around the name: `"acme and sons"`'),
        ("never pay for team:a, b", 'write quotes around the name: `"a, b"`'),
    ],
)
def test_a_name_that_is_taken_apart_is_told(tmp_path: Path, sentence: str, says: str) -> None:
    """With the quotes that it needs."""
    found = rolegate("test", write(tmp_path / "set", ODD), "--prove", sentence)
    assert (found.code, found.out) == (2, "")
    assert says in found.err
