"""Ids that a careless compiler, CSV reader or matcher would trip over: nobody gets what was not written.

Each id gets a permission of its own; then everybody is asked about everything, by rolegate and by a stock
`casbin.Enforcer` on the compiled files. The requests are written here from the description of the columns.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import casbin
import pytest

import rolegate
from command_line import rolegate as run
from plain.asking import says
from plain.catalog import Data
from plain.writer import write_set
from rolegate import Policy, Question
from rolegate.compiled.lines import NOTHING, is_last

IDS = (
    "ana",
    "admin",
    "role:admin",
    "user:ana",
    "team:default/ana",
    "gate:plan=pro",
    "default",
    ":full",
    ":every",
    ":x",
    ":id",
    "-",
    "*",
    "a*",
    "**",
    "/",
    "//",
    "/*",
    "acme/lead",
    "acme",
    "lead",
    "%",
    "%2F",
    "%2D",
    "%252F",
    "acme%2Flead",
    "100%",
    "a,b",
    "a, b",
    ", allow",
    ",",
    '"',
    '"ana"',
    'a"b',
    "'",
    "it's",
    "\n",
    "ana\n",
    "a\nb",
    "a\r\nb",
    "a\np, user:b, *, -, p0, -, allow",
    "\t",
    " ",
    " ana",
    "ana ",
    "  ",
    "#",
    "#ana",
    "[",
    "]",
    "[x]",
    "]@all",
    "a]@my[b",
    "(",
    "{x}",
    "{{.}}",
    "\\",
    "\\n",
    "$(x)",
    "`x`",
    "r.sub",
    "eval(1)",
    ".*",
    "^",
    "p",
    "g2",
    "allow",
    "deny",
    "true",
    "no",
    "~",
    "null",
    "017",
    "12:30",
    "2027-01-01",
    "\u202eana",
    "ana\u200f",
    "an\u200ba",
    "\u0430na",  # with a Cyrillic letter
    "Ana",
    "ANA",
    "\u00e9",
    "e\u0301",
    "\ufb01",
    "fi",
    "\u00df",
    "ss",
    "\u0130",
    "i",
    "\u2028",
    "\x85",
    "\ufeff",
    "\x01",
    "\x7f",
    "\U0001f600",
    "x" * 200,
    "x" * 199 + "y",
)
SURROGATES = ("\ud800", "a\udfff", "\ud83d\ude00", "\udc80" * 3)
KINDS = ("user", "team", "role", "custom role", "domain", "instance")


def encoded(text: str) -> str:
    """The one form of an id in a compiled line."""
    return "%2D" if text == "-" else quote(text, safe="")


def in_grant(text: str) -> str:
    """An id between the brackets of a grant."""
    return text.replace("%", "%25").replace("*", "%2A").replace("/", "%2F")


class Asked:
    """A policy, and a stock enforcer on its compiled files."""

    def __init__(self, files: Mapping[str, Data], folder: Path) -> None:
        write_set(files, folder / "set")
        self.policy = rolegate.load(folder / "set")
        self.compiled = self.policy.compile()
        (folder / "model.conf").write_text(self.compiled.model_text, encoding="ascii")
        (folder / "policy.csv").write_text(self.compiled.policy_text, encoding="ascii")
        self.enforcer = casbin.Enforcer(str(folder / "model.conf"), str(folder / "policy.csv"))

    def both(self, question: Question, *request: str) -> bool:
        """What rolegate and Casbin agree on."""
        answer = self.policy.decide(question).allowed
        assert answer is says(self.enforcer, request), (question, request)
        return answer


def ask(permission: str, kind: str, name: str, domain: str) -> Question:
    return Question.from_dict({"permission": permission, kind: name, "domain": domain})


def permissions(count: int) -> Data:
    return {f"p{i}": {"title": f"P{i}"} for i in range(count)}


def files_for(kind: str) -> dict[str, Data]:
    """A set in which the i-th id, used as *kind*, leads to `p<i>` and to nothing else."""
    catalog: Data = {"catalog": "hostile", "permissions": permissions(len(IDS))}
    every = list(enumerate(IDS))
    boss: Data = {"role": "admin!", "grants": ["*"]}
    files: dict[str, Data] = {"catalog.yaml": catalog, "roles/boss.yaml": boss}
    domains: Data = {"d": {}}
    lines: list[Data] = [{"user": "boss!", "role": "admin!", "domain": "d"}]
    if kind == "user":
        lines += [{"user": one, "grants": [f"p{i}"], "domain": "d"} for i, one in every]
    elif kind == "team":
        domains["d"]["teams"] = {one: [f"member {i}"] for i, one in every}
        lines += [{"team": one, "grants": [f"p{i}"], "domain": "d"} for i, one in every]
    elif kind in ("role", "custom role"):
        own = {"domain": "d"} if kind == "custom role" else {}
        files["roles/all.yaml"] = {"roles": {one: {"grants": [f"p{i}"], **own} for i, one in every}}
        lines += [{"user": f"member {i}", "role": one, "domain": "d"} for i, one in every]
    elif kind == "domain":
        domains = {one: {} for _, one in every}
        lines = [{"user": "bo", "grants": [f"p{i}"], "domain": one} for i, one in every]
    else:
        catalog["resources"] = {"inbox": {"title": "Inbox"}}
        catalog["permissions"] = {"access": {"title": "Access", "per": "inbox"}}
        lines = [
            {"user": f"member {i}", "grants": [f"access[{in_grant(one)}]"], "domain": "d"} for i, one in every
        ]
    return files | {"domains.yaml": {"domains": domains}, "bindings.yaml": {"bindings": lines}}


@pytest.fixture(scope="module", params=KINDS)
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Asked]:
    """A set for each kind of id, and which kind it is."""
    return request.param, Asked(files_for(request.param), tmp_path_factory.mktemp("hostile"))


def questions(kind: str, i: int, j: int) -> Iterator[tuple[Question, tuple[str, ...]]]:
    """About `p<j>`, for those who hold `p<i>`: in rolegate's words, and as a request of Casbin."""
    one, other = IDS[i], IDS[j]
    path, columns = f"p{j}", ("-", f"p{j}", "-")
    if kind == "user":
        yield Question(path, user=one, domain="d"), (f"user:{encoded(one)}", "d", *columns)
    elif kind == "team":
        yield Question(path, team=one, domain="d"), (f"team:d/{encoded(one)}", "d", *columns)
        yield Question(path, user=f"member {i}", domain="d"), (f"user:member%20{i}", "d", *columns)
    elif kind == "role":
        yield Question(path, role=one), (f"role:{encoded(one)}", ":full", *columns)
        yield Question(path, user=f"member {i}", domain="d"), (f"user:member%20{i}", "d", *columns)
    elif kind == "custom role":
        yield Question(path, role=one, domain="d"), (f"role:d/{encoded(one)}", "d", *columns)
        yield Question(path, user=f"member {i}", domain="d"), (f"user:member%20{i}", "d", *columns)
    elif kind == "domain":
        yield Question(path, user="bo", domain=one), ("user:bo", encoded(one), *columns)
    else:
        user = f"member {i}"
        yield (
            Question("access", user=user, domain="d", on=other),
            (f"user:member%20{i}", "d", encoded(other), "access", "-"),
        )


def test_everybody_gets_what_was_written_and_nothing_else(asked: tuple[str, Asked]) -> None:
    """The i-th id leads to the i-th permission; a fixed part of all other pairs is asked, too."""
    kind, both = asked
    count = len(IDS)
    pairs = [(i, j) for i in range(count) for j in {i, (i + 1) % count, (i * 7 + 3) % count, 0, 1, 11, 12}]
    for i, j in pairs:
        for question, request in questions(kind, i, j):
            assert both.both(question, *request) is (i == j), question


def test_nobody_is_special_for_a_name(asked: tuple[str, Asked]) -> None:
    """Whoever is called like a role, a domain or a star, and is not bound, holds nothing."""
    kind, both = asked
    domain = IDS[0] if kind == "domain" else "d"
    path = "access" if kind == "instance" else "p0"
    obj = ":every" if kind == "instance" else "-"
    for one in (*IDS, "admin!", "role:admin!", "d/admin!", "member 0/x"):
        if kind != "user" or one not in IDS:
            question = Question(path, user=one, domain=domain)
            assert not both.both(question, f"user:{encoded(one)}", encoded(domain), obj, path, "-")


def test_the_compiled_text_is_printable_ascii_and_is_read_back_as_it_was(asked: tuple[str, Asked]) -> None:
    """Casbin's own reader of CSV finds the same lines with the same columns."""
    _, both = asked
    text = both.compiled.policy_text
    assert text.isascii()
    assert all(line.isprintable() for line in text.split("\n"))
    model = both.enforcer.get_model().model
    in_file = [list(line) for line in sorted(both.compiled.p) if line != NOTHING]
    *lines, last = model["p"]["p"].policy
    assert (in_file, is_last(last)) == (lines, True)
    assert [list(line) for line in both.compiled.g] == model["g"]["g"].policy
    assert [list(line) for line in both.compiled.g2] == model["g"]["g2"].policy
    assert all(len(value) <= 255 for _, line in both.compiled.lines for value in line)


def test_everything_can_be_shown(asked: tuple[str, Asked]) -> None:
    """Reasons, trees and lists are made of lines that no id can break or forge."""
    kind, both = asked
    policy = both.policy
    for i in range(0, len(IDS), 3):
        for question, _ in questions(kind, i, i):
            shown = policy.explain_question(question)
            assert shown.decision.allowed
            assert all(step.text.isprintable() for step in shown.chain)
            tree = policy.tree(
                user=question.user, team=question.team, role=question.role, domain=question.domain
            )
            json.dumps(tree.to_dict())
    path = "access" if kind == "instance" else "p0"
    domain = IDS[0] if kind == "domain" else "d"
    assert all(holder.via.isprintable() for holder in policy.who_can(path, domain=domain))
    policy.matrix()


def test_a_denial_suggests_lines_that_work(tmp_path: Path) -> None:
    """What an explanation offers for a hostile user, added to the file as it stands, allows it."""
    files = files_for("instance")
    for number, one in enumerate(IDS[::9]):
        folder = tmp_path / str(number)
        write_set(files, folder)
        question = Question("access", user=one, domain="d", on=one)
        nearest = rolegate.load(folder).explain_question(question).nearest
        added = next(change.add for change in nearest if change.add is not None and "grants" in change.add)
        lines = [*files["bindings.yaml"]["bindings"], dict(added)]
        write_set({**files, "bindings.yaml": {"bindings": lines}}, folder)
        policy = rolegate.load(folder)
        assert policy.decide(question).allowed
        assert not policy.decide(Question("access", user=one, domain="d", on=f"{one}x")).allowed


# -- names that meet ----------------------------------------------------------------------------------------


def test_a_default_role_with_a_slash_is_no_custom_role(tmp_path: Path) -> None:
    """The role `acme/lead` of everybody, and the role `lead` of acme, in whatever way they are asked for."""
    both = Asked(
        {
            "catalog.yaml": {"catalog": "x", "permissions": permissions(4)},
            "domains.yaml": {
                "domains": {
                    "acme": {"teams": {"lead": ["tom"], "acme/lead": ["tim"]}},
                    "acme/lead": {"teams": {"lead": ["tam"]}},
                }
            },
            "roles/default.yaml": {"role": "acme/lead", "grants": ["p0"]},
            "roles/custom.yaml": {"role": "lead", "domain": "acme", "grants": ["p1"]},
            "roles/other.yaml": {"role": "lead", "domain": "acme/lead", "grants": ["p2"]},
            "bindings.yaml": {
                "bindings": [
                    {"user": "ana", "role": "acme/lead", "domain": "acme"},
                    {"user": "bo", "role": "lead", "domain": "acme"},
                    {"user": "cy", "role": "lead", "domain": "acme/lead"},
                    {"team": "lead", "grants": ["p3"], "domain": "acme"},
                ]
            },
        },
        tmp_path,
    )
    held = {
        ("user", "ana", "acme"): {0},
        ("user", "bo", "acme"): {1},
        ("user", "cy", "acme/lead"): {2},
        ("user", "cy", "acme"): set(),
        ("user", "bo", "acme/lead"): set(),
        ("user", "tom", "acme"): {3},
        ("user", "tim", "acme"): set(),
        ("user", "tam", "acme/lead"): set(),
        ("user", "lead", "acme"): set(),
        ("user", "acme/lead", "acme"): set(),
        ("role", "acme/lead", "acme"): {0},
        ("role", "lead", "acme"): {1},
        ("role", "lead", "acme/lead"): {2},
        ("team", "lead", "acme"): {3},
        ("team", "acme/lead", "acme"): set(),
        ("team", "lead", "acme/lead"): set(),
    }
    homes = {("role", "lead"): True, ("team", "lead"): True, ("team", "acme/lead"): True}
    for (kind, name, domain), expected in held.items():
        subject = encoded(name) if (kind, name) not in homes else f"{encoded(domain)}/{encoded(name)}"
        for i in range(4):
            question = ask(f"p{i}", kind, name, domain)
            request = (f"{kind}:{subject}", encoded(domain), "-", f"p{i}", "-")
            assert both.both(question, *request) is (i in expected), question


def test_teams_and_roles_of_one_name(tmp_path: Path) -> None:
    """To be in the team `admin` is not to have the role `admin`, and the other way round."""
    both = Asked(
        {
            "catalog.yaml": {"catalog": "x", "permissions": permissions(2)},
            "domains.yaml": {"domains": {"admin": {"teams": {"admin": ["admin", "ana"]}}}},
            "roles/admin.yaml": {"role": "admin", "grants": ["p0"]},
            "bindings.yaml": {
                "bindings": [
                    {"team": "admin", "grants": ["p1"], "domain": "admin"},
                    {"user": "bo", "role": "admin", "domain": "admin"},
                ]
            },
        },
        tmp_path,
    )
    for kind, name, subject, expected in (
        ("user", "admin", "user:admin", (False, True)),
        ("user", "ana", "user:ana", (False, True)),
        ("user", "bo", "user:bo", (True, False)),
        ("team", "admin", "team:admin/admin", (False, True)),
        ("role", "admin", "role:admin", (True, False)),
    ):
        for i, allowed in enumerate(expected):
            question = ask(f"p{i}", kind, name, "admin")
            assert both.both(question, subject, "admin", "-", f"p{i}", "-") is allowed


def test_an_instance_path_is_no_id_with_slashes(tmp_path: Path) -> None:
    """In the API a text is one raw id and a tuple is a path; stars and slashes inside are letters."""
    lines: list[Data] = [
        {"user": "path", "grants": ["sell[a/b]"]},
        {"user": "slash", "grants": ["sell[a%2Fb/c]"]},
        {"user": "star", "grants": ["sell[a/%2A]"]},
        {"user": "below", "grants": ["sell[a/*]"]},
        {"user": "dash", "grants": ["sell[-/-]"]},
        {"user": "every", "grants": ["sell[*]"]},
    ]
    both = Asked(
        {
            "catalog.yaml": {
                "catalog": "x",
                "resources": {"shop": {}, "desk": {"within": "shop"}},
                "permissions": {"sell": {"title": "Sell", "per": "desk"}},
            },
            "bindings.yaml": {"bindings": lines},
        },
        tmp_path,
    )
    asks: dict[tuple[str, ...], set[str]] = {
        ("a", "b"): {"path", "below", "every"},
        ("a/b", "c"): {"slash", "every"},
        ("a", "*"): {"star", "below", "every"},
        ("a", "b/c"): {"below", "every"},
        ("a",): {"below", "every"},
        ("a/b",): {"every"},
        ("a/*",): {"every"},
        ("*",): {"every"},
        ("*", "b"): {"every"},
        ("-", "-"): {"dash", "every"},
        ("-",): {"every"},
        (":every",): {"every"},
        ("a", ":every"): {"below", "every"},
        (): {"every"},
    }
    for path, allowed in asks.items():
        obj = "/".join([*map(encoded, path), *([] if len(path) == 2 else [":every"])])
        for line in lines:
            question = Question("sell", user=line["user"], on=path)
            answer = both.both(question, f"user:{line['user']}", "default", obj, "sell", "-")
            assert answer is (line["user"] in allowed), question
    assert not both.policy.decide(Question("sell", user="below", on="a/b")).allowed


def test_a_restriction_on_a_hostile_instance_holds_for_it_alone(tmp_path: Path) -> None:
    """Each id is taken from one user who has all of them: it is gone, and with it "every", and no other."""
    catalog: Data = {
        "catalog": "x",
        "resources": {"inbox": {}},
        "permissions": {"access": {"title": "Access", "per": "inbox"}},
    }
    lines: list[Data] = []
    for i, one in enumerate(IDS):
        lines += [
            {"user": f"u{i}", "grants": ["access[*]"]},
            {"user": f"u{i}", "restrict": [f"access[{in_grant(one)}]"]},
        ]
    both = Asked({"catalog.yaml": catalog, "bindings.yaml": {"bindings": lines}}, tmp_path)
    for i, one in enumerate(IDS):
        for other in (one, IDS[i - 1], "fresh"):
            question = Question("access", user=f"u{i}", on=other)
            request = (f"user:u{i}", "default", encoded(other), "access", "-")
            assert both.both(question, *request) is (other != one), question
        assert not both.both(
            Question("access", user=f"u{i}"), f"user:u{i}", "default", ":every", "access", "-"
        )


# -- what cannot be an id -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    """A set in which the user `ana` may everything."""
    folder = tmp_path_factory.mktemp("small")
    write_set(
        {
            "catalog.yaml": {
                "catalog": "x",
                "scopes": {"reach": ["all", "my"]},
                "resources": {"inbox": {}},
                "permissions": {
                    "show": {"title": "Show", "scopes": "reach"},
                    "access": {"title": "Access", "per": "inbox"},
                },
            },
            "domains.yaml": {"domains": {"d": {"teams": {"t": ["ana"]}}}},
            "roles/all.yaml": {"role": "all", "grants": ["*"]},
            "bindings.yaml": {"bindings": [{"user": "ana", "role": "all", "domain": "d"}]},
        },
        folder,
    )
    return rolegate.load(folder)


def broken(text: str) -> list[dict[str, Any]]:
    """Questions that hold *text* in one place each."""
    sound: dict[str, Any] = {"user": "ana", "permission": "access", "domain": "d"}
    return [
        {**sound, "user": text},
        {"team": text, "permission": "access", "domain": "d"},
        {"role": text, "permission": "access", "domain": "d"},
        {"role": text, "permission": "access"},
        {**sound, "domain": text},
        {**sound, "permission": text},
        {**sound, "permission": f"{text}.*", "any": True},
        {**sound, "permission": "show", "scope": text},
        {**sound, "permission": "show", "on": text},
    ]


@pytest.mark.parametrize("text", [*SURROGATES, "", "x" * 256, "\u00e9" * 43, "x" * 100_000], ids=ascii)
def test_what_cannot_be_an_id_is_a_no_that_says_so(small: Policy, text: str) -> None:
    """From the API: no exception, no yes, and a reason in one printable line."""
    for data in broken(text):
        decision = small.decide(Question.from_dict(data))
        assert not decision.allowed, data
        assert decision.reason.isprintable()
        assert decision.notes, data
        assert all((note.message + note.help).isprintable() for note in decision.notes)
        small.explain_question(Question.from_dict(data))
    for on in (text, (text,)):
        if text != "":
            assert not small.decide(Question("access", user="ana", domain="d", on=on)).allowed
    assert small.decide(Question("access", user="ana", domain="d", on="x" * 255)).allowed


@pytest.mark.parametrize("text", SURROGATES, ids=ascii)
def test_lone_surrogates_in_a_batch_are_answered(small: Policy, text: str) -> None:
    """JSON can write half of a surrogate pair; each such line is answered no, and the others as ever."""
    asks = broken(text)
    lines = [json.dumps(data) for data in asks]
    sound = json.dumps({"user": "ana", "permission": "access", "domain": "d"})
    result = run("check", str(small.path), "--batch", "-", input="\n".join([*lines, sound]) + "\n")
    answers = [json.loads(line) for line in result.out.splitlines()]
    assert [answer["allowed"] for answer in answers] == [False] * len(asks) + [True]
    assert all(answer["notes"] for answer in answers[:-1])
    assert result.err == ""


@pytest.mark.parametrize(
    ("place", "length", "code"),
    [
        ("user", 250, None),
        ("user", 251, "RG115"),
        ("domain", 255, None),
        ("domain", 256, "RG115"),
        ("instance", 255, None),
        ("instance", 256, "RG115"),
        ("instance path", 255, None),
        ("instance path", 256, "RG115"),
        ("known instance", 255, None),
        ("known instance", 256, "RG115"),
        ("role", 250, None),
        ("role", 251, "RG115"),
        ("custom role", 248, None),
        ("custom role", 249, "RG115"),
        ("team", 248, None),
        ("team", 249, "RG115"),
        ("team of a long domain", 124, None),
        ("team of a long domain", 125, "RG115"),
    ],
)
def test_very_long_ids(tmp_path: Path, place: str, length: int, code: str | None) -> None:
    """An id is used whole, or refused where it stands; nothing is ever cut off."""
    one = "x" * length
    line: Data = {"user": "ana", "grants": ["access[Default]"], "domain": "d"}
    domains: Data = {"d": {"teams": {"t": ["ana"]}}}
    files: dict[str, Data] = {
        "catalog.yaml": {
            "catalog": "x",
            "resources": {"inbox": {}, "account": {"within": "inbox"}},
            "permissions": {
                "access": {"title": "Access", "per": "inbox"},
                "sell": {"title": "Sell", "per": "account"},
            },
        }
    }
    question = Question("access", user="ana", domain="d", on="Default")
    if place == "user":
        line["user"], question = one, Question("access", user=one, domain="d", on="Default")
    elif place == "domain":
        domains, line["domain"] = {one: {}}, one
        question = Question("access", user="ana", domain=one, on="Default")
    elif place == "instance":
        line["grants"], question = [f"access[{one}]"], Question("access", user="ana", domain="d", on=one)
    elif place == "instance path":
        line["grants"] = [f"sell[{one[:100]}/{one[101:]}]"]
        question = Question("sell", user="ana", domain="d", on=(one[:100], one[101:]))
    elif place == "known instance":
        domains["d"]["instances"] = {"inbox": [one]}
    elif place.endswith("role"):
        files["roles/long.yaml"] = {"role": one, "grants": ["access[*]"]}
        files["roles/long.yaml"] |= {"domain": "d"} if place == "custom role" else {}
        line = {"user": "ana", "role": one, "domain": "d"}
    elif place == "team of a long domain":
        domains = {one: {"teams": {one + "y": ["ana"]}}}
        line = {"team": one + "y", "grants": ["access[Default]"], "domain": one}
        question = Question("access", user="ana", domain=one, on="Default")
    else:
        domains["d"]["teams"] = {one: ["ana"]}
        line = {"team": one, "grants": ["access[Default]"], "domain": "d"}
    files |= {"domains.yaml": {"domains": domains}, "bindings.yaml": {"bindings": [line]}}
    write_set(files, tmp_path)
    found = [
        diagnostic.code
        for diagnostic in rolegate.validate([tmp_path]).diagnostics
        if diagnostic.severity == "error"
    ]
    assert sorted(set(found)) == ([code] if code else [])
    if code is None:
        policy = rolegate.load(tmp_path)
        assert policy.decide(question).allowed
        assert all(len(value) <= 255 for _, row in policy.compile().lines for value in row)
        shorter = Question("access", user=one[:-1], domain="d", on="Default")
        assert place != "user" or not policy.decide(shorter).allowed
        longer = policy.decide(Question("access", user=f"{one}x", domain="d", on="Default"))
        assert place != "user" or [note.code for note in longer.notes] == ["RG606"]


def test_ids_that_look_alike_are_different_ids(tmp_path: Path) -> None:
    """They are a warning, and each is its own."""
    write_set(
        {
            "catalog.yaml": {"catalog": "x", "permissions": permissions(1)},
            "bindings.yaml": {
                "bindings": [{"user": "ana", "grants": ["p0"]}, {"user": "Ana", "restrict": ["p0"]}]
            },
        },
        tmp_path,
    )
    found = rolegate.validate([tmp_path])
    assert found.ok
    assert [diagnostic.code for diagnostic in found.diagnostics] == ["RG117"]
    policy = rolegate.load(tmp_path)
    assert policy.decide(Question("p0", user="ana")).allowed
    for other in ("Ana", "ANA", "\u0430na", "ana\u200b", " ana", "ana\n", "an\u0061\u0301"):
        assert not policy.decide(Question("p0", user=other)).allowed
