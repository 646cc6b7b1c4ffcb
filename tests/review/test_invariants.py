"""What invariants say, and who is named where one does not hold: each is a file of the desk."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from git_desk import FILES
from reading import write
from rolegate import Policy, broken_invariants
from rolegate.review.invariant_sentence import as_entry, sentence_shape, text_of

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def said(folder: Path, *invariants: str, bindings: str = "") -> list[str]:
    """What breaks *invariants* on the desk, with more lines of bindings."""
    text = "invariants:\n" + "".join(f"  - {one}\n" for one in invariants)
    lines = FILES["bindings.yaml"] + "".join(
        f"  - {{{line}}}\n" for line in filter(None, bindings.split("; "))
    )
    for name, content in {**FILES, "bindings.yaml": lines, "invariants.yaml": text}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return [str(one.witness) for one in broken_invariants(rolegate.load(folder), at=NOW)]


def test_never_is_about_roles_without_anybody_who_has_them(tmp_path: Path) -> None:
    """What a role holds, whoever it is given to would hold."""
    assert said(tmp_path, "{never: tickets.show, for: role:viewer}") == [
        "role `viewer` holds `tickets.show@my`"
    ]


def test_users_whom_no_file_names_are_among_everybody(tmp_path: Path) -> None:
    """A line for everyone gives it to them."""
    line = "everyone: true, grants: [tickets.show@my], domain: beta"
    (found,) = said(tmp_path, "{never: tickets.show, for: users, in: beta}", bindings=line)
    assert found == "user `dan` in `beta` holds `tickets.show@my`"
    only = "{only: tickets.show, for: [roles, user:dan], in: beta}"
    (found,) = said(tmp_path, only, bindings=line)
    assert found == "a user whom no file names in `beta` holds `tickets.show@my`"


@pytest.mark.parametrize("user", ["zed", "cy"])
def test_users_whom_no_line_of_a_domain_names_hold_there_what_everybody_holds(
    tmp_path: Path, user: str
) -> None:
    """No file but the invariants names the one, and the lines of another domain name the other."""
    line = "everyone: true, grants: [tickets.show@my, tickets.edit@my], domain: beta"
    found = said(
        tmp_path,
        f"{{never: tickets.edit, for: 'user:{user}', in: beta}}",
        f"{{never: tickets.export, for: 'user:{user}'}}",
        "{never: tickets.edit, for: 'user:zed'}",
        "{separate: [tickets.show, tickets.edit], for: 'user:zed'}",
        "{includes: tickets.export, with: tickets.edit, for: 'user:zed'}",
        "{only: tickets.edit, for: [roles, teams, users]}",
        bindings=line,
    )
    assert found == [
        f"user `{user}` in `beta` holds `tickets.edit@my`",
        "user `zed` in `beta` holds `tickets.edit@my`",
        "user `zed` in `beta` holds both `tickets.show@my` and `tickets.edit@my`",
        "user `zed` in `beta` holds `tickets.edit@my` and not `tickets.export`",
    ]


def test_a_team_that_a_question_cannot_name_is_told_with_its_domain(tmp_path: Path) -> None:
    """A domain further inside has a team of the same name; a question there is about that one."""
    (tmp_path / "catalog.yaml").write_text(
        "catalog: small\npermissions: {read: {title: Read}, edit: {title: Edit}}\n"
    )
    (tmp_path / "domains.yaml").write_text(
        "domains:\n  acme: {teams: {crew: []}}\n  inner: {within: acme, teams: {crew: []}}\n"
    )
    (tmp_path / "bindings.yaml").write_text("bindings:\n  - {team: crew, domain: acme, grants: [edit]}\n")
    (tmp_path / "invariants.yaml").write_text("invariants:\n  - {never: edit, in: inner}\n")
    (found,) = broken_invariants(rolegate.load(tmp_path), at=NOW)
    assert str(found.witness) == "team `crew` of `acme` in `inner` holds `edit`"
    assert found.witness.commands("small") == ("rolegate who-can small edit --any --domain inner",)


def test_only_lets_those_pass_who_have_one_of_its_roles(tmp_path: Path) -> None:
    """A member of a team with the role is one of them; a line of grants beside it is not."""
    assert said(tmp_path, "{only: tickets.edit, for: [role:agent, role:boss]}") == []
    line = "user: eve, grants: [tickets.show@my, tickets.edit@my], domain: beta"
    (found,) = said(tmp_path, "{only: tickets.edit, for: [role:agent, role:boss]}", bindings=line)
    assert found == "user `eve` in `beta` holds `tickets.edit@my`"


def test_separate_counts_what_comes_by_two_roles(tmp_path: Path) -> None:
    """Neither role breaks it alone."""
    rule = "{separate: [tickets.edit, tickets.export], for: [role:agent, users]}"
    line = "user: eve, role: agent, domain: acme; user: eve, grants: [tickets.export], domain: acme"
    found = said(tmp_path, rule, bindings=line)
    assert found == ["user `ana` in `acme` holds both `tickets.edit` and `tickets.export`"]


def test_includes_is_asked_at_the_same_scope(tmp_path: Path) -> None:
    """Whoever edits the tickets of a team and shows their own lacks something."""
    rule = "{includes: tickets.show, with: tickets.edit}"
    assert said(tmp_path, rule) == []
    line = "user: bo, grants: [tickets.export], domain: acme"
    found = said(tmp_path, "{includes: tickets.edit@my, with: tickets.export}", bindings=line)
    assert found == []  # the boss and bo hold both
    found = said(tmp_path, "{includes: tickets.edit@all, with: tickets.export}", bindings=line)
    assert found == ["user `bo` in `acme` holds `tickets.export` and not `tickets.edit`"]
    always = said(
        tmp_path, "{includes: 'inboxes.access[*]', for: [role:agent, team:sales, user:cy], in: acme}"
    )
    assert always == ["user `cy` in `acme` does not hold `inboxes.access`"]


def test_a_moment_that_a_line_names_is_looked_at(tmp_path: Path) -> None:
    """It does not hold from then on, and until then it does."""
    line = "user: eve, role: viewer, domain: beta, from: 2027-01-01"
    rule = "{never: tickets.show, for: user:eve}"
    assert said(tmp_path, rule, bindings=line) == ["user `eve` in `beta` holds `tickets.show@my`"]
    (found,) = broken_invariants(rolegate.load(tmp_path), at=NOW)
    assert found.since == datetime(2027, 1, 1, tzinfo=UTC)
    assert found.to_dict() == {
        "invariant": "never tickets.show for user:eve",
        "file": (tmp_path / "invariants.yaml").as_posix(),
        "line": 2,
        "since": "2027-01-01T00:00:00+00:00",
        "says": "user `eve` in `beta` holds `tickets.show@my`",
        "questions": [
            {"permission": "tickets.show", "user": "eve", "domain": "beta", "scope": "my", "allowed": True}
        ],
    }


def test_a_set_with_an_invariant_that_cannot_be_read_has_no_verdict(tmp_path: Path) -> None:
    """Nobody may take the others for all there is."""
    with pytest.raises(rolegate.InvalidPolicyError, match="unknown role `vewer`"):
        said(tmp_path, "{never: tickets.show, for: role:vewer}", "{never: tickets.edit, for: role:viewer}")


def test_a_broken_invariant_keeps_no_policy_from_being_loaded(tmp_path: Path) -> None:
    """It is for whoever reviews a change; `validate` reports it."""
    assert said(tmp_path, "{never: tickets.show}") != []
    assert isinstance(rolegate.load(tmp_path), Policy)
    assert [found.code for found in rolegate.validate([tmp_path]).diagnostics] == ["RG730"]


def test_a_sentence_is_proved_in_the_words_of_the_file(tmp_path: Path) -> None:
    """It is read as the file is, and printed as it was written."""
    said(tmp_path, "{never: billing.pay, for: role:agent}")
    policy = rolegate.load(tmp_path)
    proof = rolegate.prove(
        policy, "includes tickets.show with tickets.edit, tickets.export for role:agent, users", at=NOW
    )
    assert (proof.holds, bool(proof), proof.broken, proof.apart) == (True, True, None, ())
    assert (
        proof.invariant.text
        == "includes tickets.show with tickets.edit, tickets.export for role:agent, users"
    )
    proof = rolegate.prove(policy, "only inboxes.access[Support] and billing.* for role:agent", at=NOW)
    assert str(proof.broken.witness if proof.broken else "") == "role `boss` holds `inboxes.access[Support]`"


def test_roles_that_nobody_may_have_together_are_told(tmp_path: Path) -> None:
    """The files do not know whom an application gives them; no role alone breaks it."""
    said(tmp_path, "{never: billing.pay, for: role:agent}")
    (tmp_path / "roles" / "export.yaml").write_text("role: export\ngrants: [tickets.export]\n")
    policy = rolegate.load(tmp_path)
    sentence = "separate tickets.edit, tickets.export for role:agent, role:export, team:sales"
    proof = rolegate.prove(policy, sentence, at=NOW)
    assert (proof.holds, ("agent", "export") in proof.apart) == (True, True)
    assert ["agent", "export"] in proof.to_dict()["apart"]


BEGINNINGS = (
    "a sentence begins with one of "
    "`never`, `only`, `includes`, `separate`, `reach`, `at_least`, `max_holders`"
)
BESIDE = "` does not go with the rule of the invariant; it "


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        (
            "tickets.show for role:agent",
            BEGINNINGS,
        ),
        (
            "",
            BEGINNINGS,
        ),
        ("never tickets.show never tickets.edit", "`never` is there twice; write one sentence for each"),
        ("never tickets.show for role:agnt", "unknown role `agnt`; did you mean `agent`?"),
        ("never tickets.shw", "unknown permission `tickets.shw`; did you mean `tickets.show`?"),
        ("never for role:agent", "`never` is empty, so the invariant says nothing; name a permission"),
        ("at_least two of tickets.show", "`at_least` takes a number of people, such as `at_least 2 of …`"),
        ("at_least 2", "`at_least` alone says nothing; add `of:`, what so many people hold"),
        (
            "at_least 2 of tickets.show for roles",
            f"`for{BESIDE}counts users; leave out `for`",
        ),
        (
            "never tickets.show of tickets.edit",
            f"`of{BESIDE}goes with `at_least` or `max_holders`",
        ),
        ("only tickets.show", "`only` alone says nothing; add `for:`, those who may hold it"),
        ("nver tickets.show", f"{BEGINNINGS}; did you mean `never`?"),
        (
            "never tickets.show fro role:agent",
            "unknown permission `tickets.show fro role:agent`; "
            "`fro` is not a word of a sentence; did you mean `for`?",
        ),
        (
            "never tickets.show for role:agent role:boss",
            "unknown role `agent role:boss`; write a comma before `role:boss` if another entry begins there",
        ),
        (
            'never tickets.show for user:"smith, ana',
            'the quotes of `user:"smith` are not closed, or something follows them: write `"` at the end of '
            'the name, and `\\"` for a quote that belongs to it',
        ),
        (
            "never inboxes.access[",
            "`inboxes.access[`: the `[` is never closed; write `path[instance]` or `path[instance]@scope`",
        ),
    ],
)
def test_a_sentence_that_cannot_be_read_says_why(tmp_path: Path, sentence: str, says: str) -> None:
    """Nothing is proved of it."""
    said(tmp_path, "{never: billing.pay, for: role:agent}")
    with pytest.raises(rolegate.InvalidQuestionError) as refused:
        rolegate.prove(rolegate.load(tmp_path), sentence)
    assert str(refused.value) == says


ODD = (
    *("smith, ana", "acme and sons", "and", "for", "never", "in the middle", "two  blanks", " a", "x\ty"),
    *('the "boss"', '"x"', "a\\b", "o'neil", '5"', 'a:"b"', "[a, b]", "[", "x]", ",", "at_least 2 of"),
    *("zoë", "user:a, user:b"),
)
"""Names that a sentence takes apart, and some that look so."""


@pytest.mark.parametrize("name", ODD)
def test_a_sentence_names_whoever_a_file_can(tmp_path: Path, name: str) -> None:
    """In quotes, as the sentence of an invariant of a file is printed: so that one is read again as it is."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    shown = f'"{escaped}"'
    for written in (f'"user:{escaped}"', f"user:{shown}"):
        shape = sentence_shape(f"never pay for {written}, user:bo in {shown} and b")
        assert ([f"user:{name}", "user:bo"], [name, "b"]) == (shape.subjects, shape.domains)
        assert text_of(sentence_shape(text_of(shape, "never")), "never") == text_of(shape, "never")
        assert sentence_shape(text_of(shape, "never")) == shape


@given(names=st.lists(st.text(st.sampled_from('ab ,"\\[]:andforive\t'), min_size=1, max_size=9), min_size=1))
def test_no_two_invariants_are_one_sentence(names: list[str]) -> None:
    """An approval names the sentence, so it must not be that of another invariant."""
    entries = [f"user:{name}" for name in names]
    shape = sentence_shape(f"never pay for {', '.join(map(as_entry, entries))}")
    assert shape.subjects == entries
    assert sentence_shape(text_of(shape, "never")).subjects == entries


def test_people_are_counted_in_each_domain(tmp_path: Path) -> None:
    """Those of teams and of domains around it as well; whoever is in no file counts as very many."""
    assert said(tmp_path, "{at_least: 3, of: tickets.show, in: acme}") == []
    assert said(tmp_path, "{at_least: 2, of: tickets.show}") == [
        "1 user in `beta` holds `tickets.show`: `dan`"
    ]
    assert said(tmp_path, "{at_least: 1, of: tickets.export}") == []  # beta does not have it
    assert said(tmp_path, "{at_least: 1, of: billing.pay, in: beta}") == [
        "nobody in `beta` holds `billing.pay`"
    ]
    assert said(tmp_path, "{max_holders: 2, of: tickets.edit}") == [
        "3 users in `acme` hold `tickets.edit`: `ana`, `bo`, `cy`"
    ]
    line = "everyone: true, grants: [tickets.show@my], domain: beta"
    assert said(tmp_path, "{max_holders: 9, of: tickets.show}", bindings=line) == [
        "everybody in `beta` holds `tickets.show`"
    ]
    proof = rolegate.prove(
        rolegate.load(tmp_path), "max_holders 9 of tickets.show, tickets.edit in beta", at=NOW
    )
    assert proof.broken is not None
    assert proof.invariant.text == "max_holders 9 of tickets.show, tickets.edit in beta"
    assert proof.broken.witness.commands("desk") == (
        "rolegate who-can desk tickets.show --any --domain beta",
    )


ITSELF = (
    "a@my with a@my",
    "a with a",
    "a with a@all",
    "a@my with a@all",
    "a@my with a@my, a@all",
    "b with b",
)
MORE = ("a@all with a", "a@all with a@my, a@all", "b with a", "a, b with a, b", "g.* with g.*")


def test_what_holds_of_itself_is_no_invariant(tmp_path: Path) -> None:
    """A permission that comes with itself; one that needs more than is held is still looked at."""
    files = {
        "catalog.yaml": "catalog: x\nscopes: {r: [all, my]}\n"
        "permissions: {a: {title: A, scopes: r}, b: B, g: {permissions: {c: C, d: D}}}\n",
        "roles/x.yaml": "role: x\ngrants: [a@my, g.c]\n",
    }
    policy = rolegate.load(write(tmp_path / "set", files))
    for sentence in ITSELF:
        with pytest.raises(rolegate.RolegateError, match="so the invariant says nothing"):
            rolegate.prove(policy, f"includes {sentence}")
    for sentence in MORE:
        assert not rolegate.prove(policy, f"includes {sentence}").holds, sentence
    for sentence in ("a, a", "a, b, a", "g.*, g.*"):
        with pytest.raises(rolegate.RolegateError, match="cannot be held apart from itself"):
            rolegate.prove(policy, f"separate {sentence}")
    assert rolegate.prove(policy, "separate a@my, a@all").holds
