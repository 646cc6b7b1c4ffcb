"""Why somebody may not make a change, or nobody can, is said in each language of the program."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

import rolegate
from administered_desk import CATALOG, NOW, SUMMER, documents, line
from repository import ROOT
from rolegate.administration import change_error
from rolegate.administration.administered_set import WholeSet
from rolegate.administration.administration import Administration
from rolegate.administration.judge import Actor
from rolegate.administration.line_changes import Assign, CreateTeam, Revoke
from rolegate.administration.plain_words import refuse_unsayable
from rolegate.administration.role_changes import CreateRole
from rolegate.administration.tenant_documents import DocumentName
from rolegate.catalog.condition_values import ReportedError
from rolegate.diagnostics import Report, Span
from rolegate.documents.capture import Files
from rolegate.engine.question import DecisionNote, Question, UnknownQuestionError
from rolegate.errors import (
    ChangeError,
    InvalidExpectationsError,
    InvalidPolicyError,
    PlanRefusedError,
    RefusedChangeError,
    RolegateError,
    UnknownNameError,
)
from rolegate.gate.binding_source import BindingsUnavailableError, PolicyStaleError
from rolegate.gate.forbidden import Forbidden
from rolegate.giving.may_give import Refusal, RefusalReason
from rolegate.grants.rights import Right
from rolegate.grants.size import SetTooLargeError
from rolegate.loading.load import policy_of
from rolegate.records.errors import UndefinedScopeError
from rolegate.wording.languages import languages
from rolegate.wording.phrases import Phrase

FRENCH = b"""\
locale: fr
permissions: {access: Acc\xc3\xa8s, access.manage: G\xc3\xa9rer, tickets: Tickets, tickets.show: Afficher}
scopes: {reach: {all: Tous, team: \xc3\x89quipe, my: Les miens}}
"""
OTHERS = [language for language in languages() if language != "en"]
LABELS = {f"labels/{language}.yaml": f"locale: {language}\n".encode() for language in OTHERS}
DESK = Administration(WholeSet({"catalog.yaml": CATALOG, **LABELS, "labels/fr.yaml": FRENCH}))
BEFORE = DESK.read(documents())
REASONS = get_args(RefusalReason)

ARGUMENTS: dict[str, Any] = {
    "name": DocumentName("role", "acme", "lead"),
    "domain": "acme",
    "inside": ["acme-emea"],
    "kind": "inbox",
    "role": "agent",
    "path": "Sales",
    "named": "beta",
    "line": '{"user":"ana","role":"lead"}',
    "gives": True,
    "key": "domain",
}
CANNOT = [
    made
    for name, made in inspect.getmembers(change_error, inspect.isfunction)
    if made.__module__ == change_error.__name__ and not name.startswith("_")
]
UNSAYABLE = [{"user": 5}, {5: "x"}, {"user": ""}, {"user": "\ud800"}]


def said_otherwise(message: Callable[[str | None], str]) -> None:
    """The sentence is another one in each language, and English is what it was."""
    found = {language: message(language) for language in languages()}
    assert len(set(found.values())) == len(found), found
    assert not any("{" in text.replace("{user: ana}", "") for text in found.values())


@pytest.mark.parametrize("reason", REASONS)
def test_no_refusal_lacks_a_language(reason: RefusalReason) -> None:
    """With a right and without one, or with what was found."""
    report = Report()
    report.add("RG317", Span("bindings.yaml"), "unknown role `x`")
    for right in (Right("tickets.show", "-", "team"), None):
        if right is not None or reason not in ("beyond", "stronger", "kind", "never", "last"):
            said_otherwise(Refusal(reason, "acme", right).message)
    if reason == "invalid":
        said_otherwise(Refusal(reason, None, finding=report.sorted()[0]).message)


@pytest.mark.parametrize("made", CANNOT)
def test_no_error_about_a_change_lacks_a_language(made: Callable[..., ChangeError]) -> None:
    """What is not there, or is there already, and all else that nobody can do."""
    wanted = inspect.signature(made).parameters
    said_otherwise(made(**{name: ARGUMENTS[name] for name in wanted}).message)


@pytest.mark.parametrize("said", UNSAYABLE)
def test_what_nobody_can_say_is_refused_in_each_language(said: dict[Any, Any]) -> None:
    """A form may have sent it."""
    with pytest.raises(ChangeError) as found:
        refuse_unsayable(said)
    said_otherwise(found.value.message)


def test_errors_about_changes_are_phrases() -> None:
    """Nothing else raises one with a text that is English alone."""
    plain = []
    for path in (ROOT / "src").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "ChangeError(" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "ChangeError":
                plain += [] if ast.unparse(node.args[0]).startswith("Phrase(") else [ast.unparse(node)]
    assert plain == []


def test_titles_are_those_of_the_language() -> None:
    """A refusal names what its set calls it; English has the paths."""
    give = Assign(line("user", "ana", grants=["tickets.show@team"]))
    refused = DESK.try_change(Actor("ann"), give, BEFORE, NOW).refusals
    assert refused[0].message() == str(refused[0])
    error = RefusedChangeError(refused)
    assert error.message("fr") == (
        "vous ne pouvez pas gérer les accès, ce qui demande «\u00a0Accès › Gérer\u00a0» dans "
        f"«\u00a0acme\u00a0» (et {len(refused) - 1} autres)"
    )
    assert "„acme“" in error.message("de")
    given = next(one for one in refused if one.reason == "beyond" and one.right and one.right.scope == "team")
    assert given.message("fr") == (
        "vous ne pouvez pas donner ce que vous n'avez pas : «\u00a0Tickets › Afficher\u00a0» "
        "(Équipe) dans «\u00a0acme\u00a0»"
    )
    assert given.message("pt") == "you cannot give what you do not hold: “Tickets › Show” (team) in “acme”"
    assert given.message("de").startswith("im Bereich „acme“: Sie können")
    team = CreateTeam("chiefs", "acme", ())
    with pytest.raises(ChangeError) as found:
        DESK.try_change(Actor("bob"), team, BEFORE, NOW)
    assert "l'équipe «\u00a0chiefs\u00a0» du domaine" in found.value.message("fr")
    with pytest.raises(ChangeError, match=r"there is no line of user `ana` \(role `lead`\) of domain `acme`"):
        DESK.try_change(Actor("bob"), Revoke(line("user", "ana", "role", "lead")), BEFORE, NOW)


def every_error(parent: type[RolegateError] = RolegateError) -> Iterator[type[RolegateError]]:
    """The errors of the program, those of tests left out."""
    for error in parent.__subclasses__():
        if error.__module__.startswith("rolegate"):
            yield from (error, *every_error(error))


def test_every_error_can_be_told_in_any_language() -> None:
    """Whoever tells an error gets no other one, whether the set and the program have the language or not."""
    report = Report()
    report.add("RG317", Span("bindings.yaml"), "unknown role `x`")
    arguments: dict[type[RolegateError], tuple[Any, ...]] = {
        UnknownNameError: ("role", "led", "", "did you mean `lead`?"),
        InvalidPolicyError: ((), "help"),
        InvalidExpectationsError: ((),),
        RefusedChangeError: ((Refusal("locked", "acme"),),),
        PlanRefusedError: ("the plan is refused", ("a reason",), "RG975"),
        UndefinedScopeError: ("tickets.show", "own"),
        Forbidden: (Question("tickets.show", user="bo"), lambda _: pytest.fail("nobody asked why")),
        BindingsUnavailableError: ("acme", "a reason"),
        PolicyStaleError: ("acme", "a reason"),
        SetTooLargeError: (report.sorted()[0],),
        ReportedError: ({}, report),
        UnknownQuestionError: (DecisionNote("RG601", Phrase("not_available"), ""),),
    }
    known = sorted(set(every_error()), key=lambda error: error.__name__)
    assert {*arguments} <= {*known} and len(known) > 20
    for kind in known:
        takes = next((arguments[one] for one in kind.__mro__ if one in arguments), ("what is wrong",))
        error = kind(*takes)
        said = {locale: error.message(locale) for locale in (None, "en", "de", "fr-CA", "pt", "", "x")}
        assert said["pt"] == said["en"] and (said["en"] or not str(error)), kind
    assert ChangeError(Phrase("refused_nobody", grant="")).message("de").startswith("das darf niemand")


@pytest.mark.parametrize("locale", ["de", "pt", "", "de_AT"])
def test_a_set_without_labels_in_a_language_is_told_in_it(locale: str) -> None:
    """The words are those of the program if it has them, and the titles those of the set."""
    desk = Administration(WholeSet({"catalog.yaml": CATALOG}))
    before = desk.read(documents())
    give = Assign(line("user", "ana", grants=["tickets.show@team"]))
    refused = desk.try_change(Actor("ann"), give, before, NOW).refusals
    with pytest.raises(ChangeError) as found:
        desk.try_change(Actor("bob"), CreateTeam("chiefs", "acme", ()), before, NOW)
    german = locale.startswith("de")
    for said in (refused[0].message, RefusedChangeError(refused).message, found.value.message):
        assert ("„" in said(locale)) is german and ("“" in said(locale))
    assert "Access › Manage" in refused[0].message(locale)
    policy = policy_of(Files(Path("desk"), {"catalog.yaml": CATALOG}))
    with pytest.raises(Forbidden) as forbidden:
        rolegate.Gate(policy).require("bo", "tickets.show", domain="acme")
    assert ("Tickets › Show" in forbidden.value.message(locale)) and forbidden.value.to_dict(locale)


def test_who_has_no_custom_roles_is_told_why() -> None:
    """The plan has none, and more rights would not help: so it is said of the plan."""
    new = {"role": "mine", "domain": "beta", "grants": ["tickets.show@my"]}
    refused = DESK.try_change(Actor("bert"), CreateRole(new), BEFORE, NOW).refusals
    said = [one for one in refused if one.reason == "manage"]
    assert ["the plan `free` has no custom roles in `beta`"] == list(map(str, said))
    assert "im Bereich „beta“: der Tarif „free“ hat keine eigenen Rollen" == said[0].message("de")


@pytest.mark.parametrize(
    ("given", "english", "german"),
    [
        (
            line("team", "chiefs", grants=["refund", "*"]),
            "line of team `chiefs` (`grants` `refund`, `*`)",
            "Team „",
        ),
        (
            line("user", "ana", restrict=["refund"]),
            "line of user `ana` (`restrict` `refund`)",
            "Benutzer „ana“ (",
        ),
        (
            {**line(), "everyone": True, "role": "lead", "until": SUMMER},
            "everyone (role `lead`, `until`",
            "alle",
        ),
        (
            line("role", "lead", restrict=["refund"]),
            "line (role `lead`, `restrict` `refund`)",
            "Zeile (Rolle",
        ),
    ],
)
def test_lines_are_said_in_words(given: dict[str, Any], english: str, german: str) -> None:
    """Whoever is told of one reads no JSON."""
    error = change_error.not_there(DocumentName.of("line", given))
    assert english in str(error) and german in error.message("de")
    assert not {"{", '"'} & {*str(error), *error.message("de"), *error.message("fr")}
