"""The policy set `responso` says what its two documents say: labels, roles and stories."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import rolegate
from repository import ROOT
from rolegate import Policy, Question

RESPONSO = ROOT / "policies" / "responso"

BEFORE = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)

# Heading and boxes, each in English and French. The order is that of the English document.
HEADINGS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Afilliate Program",
        "Programme d’affiliation",
        (("Display all", "Afficher tout"),),
    ),
    (
        "Agents",
        "Agents",
        (
            ("Edit", "Modifier"),
            ("Invite Agent", "Inviter un agent"),
            ("Delete", "Supprimer"),
            ("Display all", "Afficher tout"),
            ("Assign Privilege", "Attribuer des privilèges"),
            ("Assign Signature", "Attribuer une signature"),
        ),
    ),
    (
        "API",
        "API",
        (
            ("Generate API Key", "Générer une clé API"),
            ("Display all", "Afficher tout"),
            ("Show Integration API Key", "Afficher la clé API de l’intégration"),
        ),
    ),
    (
        "Domains",
        "Domaines",
        (
            ("Delete", "Supprimer"),
            ("Add", "Ajouter"),
            ("Verify Domain", "Vérifier le domaine"),
        ),
    ),
    (
        "Filters",
        "Filtres",
        (
            ("Display all", "Afficher tout"),
            ("Add", "Ajouter"),
            ("Edit", "Modifier"),
            ("Delete", "Supprimer"),
        ),
    ),
    (
        "Inboxes",
        "Boîtes de réception",
        (
            ("Add", "Ajouter"),
            ("Edit", "Modifier"),
            ("Delete", "Supprimer"),
            ("Access to all inboxes", "Accès à toutes les boîtes"),
        ),
    ),
    (
        "Inbox Groups",
        "Groupes de boîtes de réception",
        (
            ("Add", "Ajouter"),
            ("Edit", "Modifier"),
            ("Delete", "Supprimer"),
            ("Display all", "Afficher tout"),
            ("Access to all inbox groups", "Accès à tous les groupes"),
        ),
    ),
    (
        "Integrations",
        "Intégrations",
        (
            ("Access to all integrations", "Accès à toutes les intégrations"),
            ("Access to tickets from removed integrations", "Accès aux tickets des intégrations supprimées"),
            ("List available integrations", "Lister les intégrations disponibles"),
            ("Delete", "Supprimer"),
            ("Authorize", "Autoriser"),
            ("Configure", "Configurer"),
            ("Add", "Ajouter"),
            ("Edit", "Modifier"),
            ("Display all", "Afficher tout"),
        ),
    ),
    (
        "Organization Settings",
        "Paramètres de l’organisation",
        (
            ("Manage", "Gérer"),
            ("Edit AI settings", "Modifier les paramètres IA"),
        ),
    ),
    (
        "Notifications",
        "Notifications",
        (
            ("Display all", "Afficher tout"),
            ("Show security logs", "Afficher les logs de sécurité"),
        ),
    ),
    (
        "Privileges",
        "Privilèges",
        (
            ("Display all", "Afficher tout"),
            ("Add", "Ajouter"),
            ("Edit", "Modifier"),
            ("Delete", "Supprimer"),
        ),
    ),
    (
        "Message Replies",
        "Réponses aux messages",
        (
            ("Reply", "Répondre"),
            ("Send External Email", "Envoyer un e-mail externe"),
            ("Add Note", "Ajouter une note"),
        ),
    ),
    (
        "Reply Addresses",
        "Adresses de réponse",
        (
            ("Add", "Ajouter"),
            ("Edit", "Modifier"),
            ("Delete", "Supprimer"),
        ),
    ),
    (
        "Reports",
        "Rapports",
        (
            ("Display all", "Afficher tout"),
            ("View reports of agents", "Afficher les rapports des agents"),
            ("View reports of products' tickets", "Afficher les rapports des tickets produits"),
            (
                "View reports of products' customer returns",
                "Afficher les rapports des retours clients par produit",
            ),
            ("View reports of tickets", "Afficher les rapports des tickets"),
        ),
    ),
    (
        "Review Workflows",
        "Workflows d’avis",
        (
            ("Add", "Ajouter"),
            ("Edit", "Modifier"),
            ("Delete", "Supprimer"),
        ),
    ),
    (
        "Reviews",
        "Avis",
        (("Display all", "Afficher tout"),),
    ),
    (
        "Signatures",
        "Signatures",
        (
            ("Display all", "Afficher tout"),
            ("Add", "Ajouter"),
            ("Edit", "Modifier"),
            ("Delete", "Supprimer"),
        ),
    ),
    (
        "Subscription Settings",
        "Paramètres d’abonnement",
        (
            ("Manage Subscription Settings", "Gérer les paramètres d’abonnement"),
            ("View Subscription Invoices", "Afficher les factures d’abonnement"),
            ("Download Invoice", "Télécharger une facture"),
            ("Invoice data", "Données de facturation"),
            ("Change Plan", "Changer de plan"),
            ("Update Stripe Billing Data", "Mettre à jour les données de facturation Stripe"),
            ("Retry Payment", "Relancer le paiement"),
            ("Active Promotions", "Promotions actives"),
            ("Update Address", "Mettre à jour l’adresse"),
        ),
    ),
    (
        "Spam list",
        "Liste de spam",
        (
            ("Add", "Ajouter"),
            ("Edit", "Modifier"),
            ("Delete", "Supprimer"),
            ("Display all", "Afficher tout"),
        ),
    ),
    (
        "Tags",
        "Tags",
        (
            ("Display all", "Afficher tout"),
            ("Edit", "Modifier"),
            ("Add", "Ajouter"),
            ("Delete", "Supprimer"),
        ),
    ),
    (
        "Teams",
        "Équipes",
        (
            ("Display all", "Afficher tout"),
            ("Edit", "Modifier"),
            ("Add", "Ajouter"),
            ("Delete", "Supprimer"),
        ),
    ),
    (
        "Tickets",
        "Tickets",
        (
            ("Edit", "Modifier"),
            ("Bulk Actions", "Actions groupées"),
            ("Add", "Ajouter"),
            ("Show", "Afficher"),
            ("Assign Agent", "Attribuer un agent"),
            ("Print Ticket", "Imprimer le ticket"),
            ("Change Status", "Changer le statut"),
            ("Change Priority", "Changer la priorité"),
            ("Change Tag", "Changer le tag"),
        ),
    ),
    (
        "Statuses",
        "Statuts",
        (
            ("Display all", "Afficher tout"),
            ("Add", "Ajouter"),
            ("Edit", "Modifier"),
            ("Delete", "Supprimer"),
        ),
    ),
    (
        "Ticket Templates",
        "Modèles de tickets",
        (
            ("Display all", "Afficher tout"),
            ("Add", "Ajouter"),
            ("Edit", "Modifier"),
            ("Delete", "Supprimer"),
        ),
    ),
    (
        "Translator",
        "Traducteur",
        (
            ("Translate Ticket Message", "Traduire un message de ticket"),
            ("Translate Draft", "Traduire un brouillon"),
        ),
    ),
    (
        "Workflows",
        "Workflows",
        (
            ("Display all", "Afficher tout"),
            ("Add", "Ajouter"),
            ("Edit", "Modifier"),
            ("Delete", "Supprimer"),
        ),
    ),
)

# The boxes whose labels depend on the organization. Only they hold quotation marks.
QUOTES = ('"', "“")


@pytest.fixture(scope="module")
def responso() -> Policy:
    """The set as it is in the repository."""
    return rolegate.load(RESPONSO)


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """*node* and all below it, as a reader goes down the tree."""
    yield node
    for child in node["children"]:
        yield from nodes(child)


def labels(tree: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Each heading with the fixed labels below it."""
    return [
        (
            heading["title"],
            [
                node["title"]
                for node in nodes(heading)
                if node["kind"] == "permission" and not any(mark in node["title"] for mark in QUOTES)
                if not node["path"].startswith("integrations.each.accounts.each.")
            ],
        )
        for heading in tree["children"]
    ]


def expected_labels(column: int) -> list[tuple[str, list[str]]]:
    """What the documents say, in English (0) or French (1)."""
    return [((en, fr)[column], [box[column] for box in boxes]) for en, fr, boxes in HEADINGS]


def ask(policy: Policy, permission: str, at: datetime = BEFORE, **who: Any) -> bool:
    """May she, before the sample bindings run out?"""
    return policy.decide(Question(permission, **who), at=at).allowed


def held(policy: Policy, **who: Any) -> set[str]:
    """The permissions of which she holds at least something."""
    return {
        permission.path
        for permission in policy.catalog.permissions
        if ask(policy, permission.path, any=True, **who)
    }


def tree_from_cli(*arguments: str) -> dict[str, Any]:
    """What `rolegate tree --format json` prints."""
    command = [sys.executable, "-m", "rolegate_cli", "tree", "policies/responso", "--format", "json"]
    done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_the_table_is_complete() -> None:
    """26 headings and 106 labels, as the documents count."""
    expected = [26, 106]
    assert expected == [len(HEADINGS), sum(len(boxes) for _, _, boxes in HEADINGS)]


@pytest.mark.parametrize(("locale", "column"), [("en", 0), ("fr", 1)])
def test_tree_shows_the_labels(responso: Policy, locale: str, column: int) -> None:
    """Each fixed label stands once under its heading, in the document's order."""
    assert expected_labels(column) == labels(responso.tree(locale=locale).to_dict())


@pytest.mark.parametrize(("locale", "column"), [("en", 0), ("fr", 1)])
def test_cli_shows_the_labels(locale: str, column: int) -> None:
    """The command line prints the same tree."""
    assert expected_labels(column) == labels(tree_from_cli("--locale", locale))


@pytest.mark.parametrize(("locale", "column"), [(None, 0), ("fr-CA", 1)])
def test_locales_fall_back(responso: Policy, locale: str | None, column: int) -> None:
    """A region reads the labels of its language; without a locale the catalog's own titles are shown."""
    assert expected_labels(column) == labels(responso.tree(locale=locale).to_dict())


@pytest.mark.parametrize(
    ("locale", "titles"),
    [
        ("en", ["Integrations", "[Integration Name]", "Accounts", "[Account]"]),
        ("fr", ["Intégrations", "[Nom de l’intégration]", "Comptes", "[Compte]"]),
    ],
)
def test_tree_without_a_domain_shows_a_placeholder(responso: Policy, locale: str, titles: list[str]) -> None:
    """No organization, no integrations: one branch stands for them all, the accounts below it."""
    tree = responso.tree(locale=locale).to_dict()
    integrations = next(heading for heading in tree["children"] if heading["id"] == "integrations")
    assert titles == [node["title"] for node in nodes(integrations) if node["kind"] == "group"]


def test_tree_of_a_domain_shows_its_instances(responso: Policy) -> None:
    """A box for each inbox, inbox group and account that the organization has."""
    tree = responso.tree(user="olga", domain="acme", locale="fr", at=BEFORE).to_dict()
    expected = {
        "Accès à la boîte “Default”",
        "Accès à la boîte “Wholesale”",
        "Accès à la boîte “Réclamations”",
        "Accès au groupe “Poland”",
        "Accès au groupe “France”",
        "Accès au compte “shop-1”",
        "Accès au compte “shop-2”",
        "Accès au compte “outlet”",
        "eBay",
        "Accès à l’intégration “Allegro”",
    }
    assert expected <= {node["title"] for node in nodes(tree)}


def test_the_set_is_clean(responso: Policy) -> None:
    """No errors, or it would not load, and nothing to warn about."""
    assert list[rolegate.Diagnostic]() == list(responso.warnings)


def test_admin_holds_everything(responso: Policy) -> None:
    """Every box of the Admin's tree is ticked, and every question is a yes, in her organization alone."""
    assert {"on"} == {node["state"] for node in nodes(responso.tree(role="admin").to_dict())}
    for path in [permission.path for permission in responso.catalog.permissions]:
        assert ask(responso, path, role="admin"), path
        assert ask(responso, path, user="olga", domain="acme"), path
        assert ask(responso, path, user="olga", domain="acme-emea"), path
        assert not ask(responso, path, user="olga", domain="borealis", any=True), path


def test_agent_tree_is_three_state(responso: Policy) -> None:
    """Ticked, empty and partly filled headings, as the document describes them."""
    tree = responso.tree(role="agent").to_dict()
    states: dict[str, list[str]] = {"root": [tree["state"]]}
    for heading in tree["children"]:
        states.setdefault(heading["state"], []).append(heading["id"])
    expected = {
        "root": ["partial"],
        "on": ["filters", "message_replies", "tickets", "translator"],
        "partial": [
            "inboxes",
            "integrations",
            "notifications",
            "signatures",
            "tags",
            "statuses",
            "ticket_templates",
        ],
        "off": [
            "affiliate_program",
            "agents",
            "api",
            "domains",
            "inbox_groups",
            "organization_settings",
            "privileges",
            "reply_addresses",
            "reports",
            "review_workflows",
            "reviews",
            "subscription",
            "spam_list",
            "teams",
            "workflows",
        ],
    }
    assert expected == states


def test_no_inbox_group_permissions_hide_the_section(responso: Policy) -> None:
    """Whoever holds nothing of a heading does not see it in the menu; who holds something does."""
    assert not ask(responso, "inbox_groups.*", role="agent", any=True)
    assert not ask(responso, "inbox_groups.*", user="hugo", domain="acme", any=True)
    assert ask(responso, "inbox_groups.*", user="ana", domain="acme", any=True)
    assert ask(responso, "inboxes.*", role="agent", any=True)


def test_allegro_role_reaches_one_account(responso: Policy) -> None:
    """The document's example: shop-1, no other account, and no integration as a whole."""
    chloe: dict[str, Any] = {"user": "chloe", "domain": "acme"}
    access = "integrations.each.accounts.each.access"
    assert ask(responso, access, on=("allegro", "shop-1"), **chloe)
    for other in ("allegro", ("allegro", "shop-2"), ("ebay", "shop-1"), ("allegro", "opened tomorrow"), None):
        assert not ask(responso, access, on=other, **chloe), other
    assert ask(responso, access, any=True, **chloe)
    found = responso.instances(access, at=BEFORE, **chloe)
    expected = (("allegro/shop-1",), False)
    assert expected == (found.known, found.every)


def test_allegro_role_has_list_delete_and_authorize(responso: Policy) -> None:
    """The three boxes that the example ticks, of the one account, and nothing of its integration."""
    chloe: dict[str, Any] = {"user": "chloe", "domain": "acme"}
    account = "integrations.each.accounts.each"
    for action in ("list", "delete", "authorize"):
        assert ask(responso, f"{account}.{action}", on=("allegro", "shop-1"), **chloe)
        for other in (("allegro", "shop-2"), ("ebay", "outlet"), "allegro", None):
            assert not ask(responso, f"{account}.{action}", on=other, **chloe)
    assert {f"{account}.{box}" for box in ("access", "list", "delete", "authorize")} == held(
        responso, **chloe
    )
    tree = {node.id: node for node in responso.tree(**chloe, at=BEFORE).walk()}
    assert ("on", "partial") == (tree[f"{account}[allegro/shop-1]"].state, tree["integrations"].state)


def test_former_paths_of_accounts_mean_the_same(responso: Policy) -> None:
    """What stored roles say of the access to an account goes on working."""
    former = "integrations.each.accounts.access"
    for account, expected in ((("allegro", "shop-1"), True), (("allegro", "shop-2"), False)):
        question = Question(former, user="chloe", domain="acme", on=account)
        assert (expected, ()) == ((found := responso.decide(question)).allowed, found.notes)


def test_allegro_role_belongs_to_its_organization(responso: Policy) -> None:
    """A role that names an account is a role of the organization that has it, and of those inside."""
    shop: dict[str, Any] = {
        "permission": "integrations.each.accounts.each.access",
        "on": ("allegro", "shop-1"),
    }
    assert ask(responso, role="allegro_account", domain="acme", **shop)
    assert ask(responso, role="allegro_account", domain="acme-emea", **shop)
    assert not ask(responso, role="allegro_account", domain="borealis", **shop)


def test_the_box_for_all_takes_in_new_inboxes(responso: Policy) -> None:
    """An inbox that no file knows is in `[*]` and not in a list."""
    new: dict[str, Any] = {"permission": "inboxes.access", "domain": "acme", "on": "created tomorrow"}
    assert ask(responso, role="agent", **new)
    assert ask(responso, user="ana", **new)
    assert not ask(responso, role="newcomer", **new)
    assert not ask(responso, user="dana", **new)
    assert ask(responso, "inboxes.access", user="dana", domain="acme", on="Default")
    assert not ask(responso, "inboxes.access", user="dana", domain="acme")


def test_all_integrations_bring_removed_tickets(responso: Policy) -> None:
    """One box: every integration, each of its accounts, and tickets of removed ones; nothing to set up."""
    eva: dict[str, Any] = {"user": "eva", "domain": "borealis"}
    assert ask(responso, "integrations.removed_tickets", **eva)
    assert ask(responso, "integrations.each.access", **eva)
    assert ask(responso, "integrations.each.access", on="connected tomorrow", **eva)
    assert ask(responso, "integrations.each.accounts.each.access", on=("allegro", "shop-1"), **eva)
    assert {
        "integrations.access_all",
        "integrations.removed_tickets",
        "integrations.each.access",
        "integrations.each.accounts.each.access",
    } == held(responso, **eva)


def test_a_removed_integration_is_for_nobody(responso: Policy) -> None:
    """Shopee is gone: whoever holds every integration holds it no more, and everything else as before."""
    olga: dict[str, Any] = {"user": "olga", "domain": "acme"}
    access = "integrations.each.access"
    for on, expected in (("shopee", False), ("allegro", True), ("a later one", True), (None, True)):
        assert ask(responso, access, on=on, **olga) is expected
    assert "Shopee" not in {node.title for node in responso.tree(**olga, at=BEFORE).walk()}
    found = responso.instances(access, at=BEFORE, **olga)
    assert ({"allegro": "Allegro", "ebay": "eBay"}, True) == (found.titles, found.every)


def test_only_narrows_the_inboxes(responso: Policy) -> None:
    """An agent in all but the inboxes, and an auditor who reads one inbox and that is all."""
    bo: dict[str, Any] = {"user": "bo", "domain": "acme"}
    assert ask(responso, "inboxes.access", on="Wholesale", **bo)
    assert not ask(responso, "inboxes.access", on="Default", **bo)
    assert held(responso, role="agent", domain="acme") == held(responso, **bo)
    assert set() == held(responso, user="bo", domain="acme-emea")
    ivo: dict[str, Any] = {"user": "ivo", "domain": "acme"}
    assert {"inboxes.access"} == held(responso, **ivo)
    assert {"Complaints"} == set(responso.instances("inboxes.access", at=BEFORE, **ivo).known)


def test_an_organization_edits_its_admin_and_its_agent(responso: Policy) -> None:
    """Borealis took the filters from its agents and the subscription from its admin; Acme kept both."""
    for user, domain, kept in (("ines", "borealis", False), ("hugo", "acme", True)):
        assert ask(responso, "filters.display_all", user=user, domain=domain) is kept
        assert ask(responso, "tickets.show", scope="all", user=user, domain=domain)
    for user, domain, kept in (("gus", "borealis", False), ("olga", "acme", True)):
        assert ask(responso, "subscription.*", user=user, domain=domain, any=True) is kept
        assert ask(responso, "privileges.edit", user=user, domain=domain)
    assert responso.roles_of("borealis") == ("admin", "agent")
    assert not ask(responso, "filters.display_all", role="agent", domain="borealis")
    assert ask(responso, "filters.display_all", role="agent")


def test_no_box_of_an_own_version_is_closed(responso: Policy) -> None:
    """Borealis edits its Admin and its Agent box by box; what a ticked box implies stays with it."""
    for role in ("admin", "agent"):
        for box in responso.draft(role, domain="borealis").tree().walk():
            known = {"template"} if box.template else {"implies"}
            assert {reason.code for reason in box.closed} <= known, (role, box.id)
    agent = responso.draft("agent", domain="borealis").untick("translator").tick("filters")
    assert ("filters.*" in agent.grants, "translator.*" in agent.grants) == (True, False)


def test_an_organization_edits_its_agent_for_the_first_time(responso: Policy, tmp_path: Path) -> None:
    """A new role with the grants of the default one becomes the version of Acme; Borealis keeps its own."""
    grants = responso.draft("agent").grants
    draft = responso.draft(domain="acme", name="acme_agent", replaces="agent", grants=grants)
    draft = draft.untick("translator")
    changed = Path(shutil.copytree(RESPONSO, tmp_path / "responso"))
    rolegate.new_role(changed, draft)
    after = rolegate.load(changed)
    for user, domain, kept in (
        ("hugo", "acme", False),
        ("emil", "acme-emea", False),
        ("ines", "borealis", True),
        ("olga", "acme", True),
    ):
        assert ask(responso, "translator.translate_draft", user=user, domain=domain), user
        assert kept == ask(after, "translator.translate_draft", user=user, domain=domain), user


def test_two_roles_of_one_name_are_a_warning(tmp_path: Path) -> None:
    """In one organization; two organizations may each have their own."""
    changed = Path(shutil.copytree(RESPONSO, tmp_path / "responso"))
    for domain, expected in (("borealis", set[str]()), ("acme", {"RG348"})):
        parts = rolegate.RoleParts("lead", title="Inbox lead", domain=domain, grants=("inboxes.add",))
        rolegate.new_role(changed, parts)
        assert expected == {found.code for found in rolegate.validate([changed]).diagnostics}


def test_a_change_of_a_role_reaches_its_holders(responso: Policy, tmp_path: Path) -> None:
    """Take Translator from the Agent: its holders have it no more, who has it otherwise keeps it."""
    changed = tmp_path / "responso"
    shutil.copytree(RESPONSO, changed)
    role = changed / "roles" / "agent.yaml"
    role.write_text(role.read_text(encoding="utf-8").replace("  - translator.*\n", ""), encoding="utf-8")
    after = rolegate.load(changed)
    for user, domain, kept in (
        ("hugo", "acme", False),
        ("ana", "acme", False),
        ("bo", "acme", False),
        ("emil", "acme-emea", False),
        ("ines", "borealis", True),  # the Agent of Borealis is its own
        ("dana", "acme", True),
        ("olga", "acme", True),
    ):
        assert ask(responso, "translator.translate_draft", user=user, domain=domain), user
        assert kept == ask(after, "translator.translate_draft", user=user, domain=domain), user
