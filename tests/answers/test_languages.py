"""Answers in a language of the set: its words, and titles in the place of paths."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given

import rolegate
from bilingual import bilingual
from drawing import examples
from plain.loading import loaded
from plain.strategies import NOW, Files, policy_sets
from rolegate import Question

AT = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> rolegate.Policy:
    """A set in English and in French."""
    return bilingual(tmp_path_factory.mktemp("desk"))


def plainly(text: str) -> str:
    """*text* with plain spaces."""
    return text.replace("\u00a0", " ")


REASONS = [
    (
        Question("tickets.reply", user="bo", domain="acme", scope="my"),
        "restricted by `quiet` (`tickets.reply`)",
        "restricted by “No replies” (“Tickets › Reply”)",
        "limité par « Sans réponse » (« Tickets › Répondre »)",
    ),
    (
        Question("tickets.show", user="bo", domain="acme"),
        "restricted by `tickets.show@all`",
        "restricted by “Tickets › Show” (All)",
        "limité par « Tickets › Afficher » (Tous)",
    ),
    (
        Question("tickets.export", user="bo", domain="acme"),
        "`tickets.export` needs the plan `pro`, which domain `acme` does not have",
        "“Tickets › Export” needs the plan “Professional”, which domain “Acme” does not have",
        "« Tickets › Exporter » demande la formule « Professionnel », que le domaine « Acme » n'a pas",
    ),
    (
        Question("inboxes.access", user="ann", domain="acme", on="sales"),
        "role `agent` grants `inboxes.access[*]`",
        "role “Agent” grants “Inboxes › Open each inbox”, new ones included",
        "le rôle « Agent d'assistance » accorde « Boîtes › Ouvrir chaque boîte », les nouveaux compris",
    ),
    (
        Question("tickets.show", user="ann", domain="acme", scope="my"),
        "role `agent` grants `tickets.*`",
        "role “Agent” grants everything in “Tickets”",
        "le rôle « Agent d'assistance » accorde tout dans « Tickets »",
    ),
    (
        Question("tickets.show", user="eve", domain="acme"),
        "no grant covers it",
        "no grant covers it",
        "aucun droit ne le couvre",
    ),
    (
        Question("tickets.shoo", user="eve", domain="acme"),
        "unknown permission `tickets.shoo`",
        "unknown permission `tickets.shoo`",
        "droit inconnu : `tickets.shoo`",
    ),
]


@pytest.mark.parametrize(("asked", "paths", "english", "said"), REASONS)
def test_reason_is_said(
    policy: rolegate.Policy, asked: Question, paths: str, english: str, said: str
) -> None:
    """Without a language it is English with paths; in a language it says titles; the answer stays."""
    found = [policy.decide(asked, AT, locale) for locale in (None, "en", "fr", "fr-CA")]
    assert [paths, english, said, said] == [plainly(one.reason) for one in found]
    assert ["en", "en", "fr", "fr"] == [one.language for one in found]
    assert {asked} == {one.question for one in found}
    assert {found[0].allowed} == {one.allowed for one in found}


def test_explanation_is_said_in_french(policy: rolegate.Policy) -> None:
    """Steps, headings and suggestions too; files, places and what to add stay as they are."""
    asked = Question("inboxes.access", user="ann", domain="acme", on="hr")
    plain, said = policy.explain_question(asked, AT), policy.explain_question(asked, AT, "fr")
    assert [(step.file, step.line) for step in plain.blocked] == [
        (step.file, step.line) for step in said.blocked
    ]
    assert [change.add for change in plain.nearest] == [change.add for change in said.nearest]
    shown = plainly(str(said)).splitlines()
    assert "refusé : aucun droit ne le couvre" == shown[0]
    assert {"ce qui l'empêche :", "ce qui l'autoriserait :"} <= set(shown)
    (step,) = said.blocked
    assert (
        "l'utilisateur « ann » a le rôle « Agent d'assistance », mais seulement pour « Ventes » (boîte)"
    ) == plainly(step.text)


def test_notes_are_said_in_french(policy: rolegate.Policy) -> None:
    """The reason, the note and its help are in one language."""
    decision = policy.decide(Question("tickets.show", team="night", domain="acme", scope="team"), AT, "fr")
    (note,) = decision.notes
    assert "ce qui l'autorise commence le 2027-01-01" == decision.reason
    assert "la ligne de l'équipe « night » (" in plainly(note.message)
    assert note.help.startswith("pour que la ligne commence plus tôt")


def test_explanation_is_a_text(policy: rolegate.Policy) -> None:
    """`print` shows what `rolegate explain` prints, and a decision is the first of its lines."""
    found = policy.explain("ann", "tickets.show", domain="acme", at=AT)
    assert "allowed: role `agent` grants `tickets.*`" == str(found.decision)
    first, second = (f"{step.file}:{step.line}:{step.column}" for step in found.chain)
    assert str(found).splitlines() == [
        "allowed: role `agent` grants `tickets.*`",
        "",
        "why:",
        f"  · user `ann` has role `agent` for permissions that are not per inbox  {first}",
        f"  · role `agent` grants `tickets.*`  {second}",
    ]


def test_holders_say_why_in_french(policy: rolegate.Policy) -> None:
    """The list of who may do something says in the same language why."""
    found = policy.who_can("tickets.show", domain="acme", at=AT, locale="fr")
    (via,) = {holder.via for holder in found if holder.name == "agent"}
    assert "le rôle « Agent d'assistance » accorde tout dans « Tickets »" == plainly(via)


@pytest.mark.parametrize("locale", ["de", "", "fr\n", "x" * 1000])
def test_unknown_language_is_refused(policy: rolegate.Policy, locale: str) -> None:
    """A set says nothing in a language that it does not have."""
    with pytest.raises(rolegate.UnknownNameError, match="unknown locale"):
        policy.explain("bo", "tickets.show", domain="acme", locale=locale)


@examples(15)
@given(files=policy_sets())
def test_every_reason_can_be_said(files: Files) -> None:
    """Whatever a set is like: the answer stays, and no reason, step or suggestion fails to be said."""
    with TemporaryDirectory() as folder:
        policy = loaded(Path(folder), files)
    language = policy.locales[0]
    for permission in list(policy.catalog.permissions)[:4]:
        for user in policy.users[:4]:
            asked = Question(permission.path, user=user, domain=next(iter(policy.domains)))
            plain, said = policy.explain_question(asked, NOW), policy.explain_question(asked, NOW, language)
            assert plain.decision.allowed is said.decision.allowed
            assert len(str(plain).splitlines()) == len(str(said).splitlines())
