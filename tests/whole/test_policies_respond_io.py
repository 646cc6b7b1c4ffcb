"""The respond.io policy set tells each story of its document: who may, and who may not."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

import rolegate
from repository import ROOT

SET = ROOT / "policies" / "respond-io"
NOW = datetime(2030, 1, 1, tzinfo=UTC)
SHOP = "shop-main"
YES, NO = True, False

TITLES = {
    "dashboard": "Dashboard",
    "messages": "Inbox/Messages",
    "contacts": "Contacts",
    "broadcasts": "Broadcasts",
    "reports": "Reports",
    "snippets": "Snippets",
    "workflows": "Workflows",
    "ai_agents": "AI Agent configuration",
    "users": "Users & Teams",
    "settings.workspace": "Workspace Settings",
    "settings.workspace.channels": "Channel settings",
    "settings.organization": "Organisation settings",
}

# (user or role, permission with its instance, scope, expected); no scope where the permission has none.
Story = tuple[str, str, str | None, bool]


@pytest.fixture(scope="module")
def policy() -> rolegate.Policy:
    return rolegate.load(SET, at=NOW)


def ask(permission: str, scope: str | None = None, **who: str) -> rolegate.Question:
    """The question as the stories write it, `channels.send[wa-ana]` for one channel."""
    path, bracket, instance = permission.partition("[")
    on = instance.removesuffix("]") if bracket else None
    return rolegate.Question(
        path,
        user=who.get("user"),
        team=who.get("team"),
        role=who.get("role"),
        domain=who.get("domain"),
        on=on,
        scope=scope,
        any=path.endswith("*"),
    )


def users_tell(policy: rolegate.Policy, stories: list[Story], domain: str = SHOP) -> list[Story]:
    """The *stories* with the answers the policy gives to these users."""
    return [
        (user, permission, scope, policy.decide(ask(permission, scope, user=user, domain=domain)).allowed)
        for user, permission, scope, _ in stories
    ]


def roles_tell(policy: rolegate.Policy, stories: list[Story]) -> list[Story]:
    """The *stories* with the answers the policy gives to these roles, every gate open."""
    return [
        (role, permission, scope, policy.decide(ask(permission, scope, role=role)).allowed)
        for role, permission, scope, _ in stories
    ]


def held(policy: rolegate.Policy, role: str) -> set[tuple[str, str]]:
    """Each permission the role holds, with each scope held."""
    found = set()
    nodes = [policy.tree(role=role)]
    while nodes:
        node = nodes.pop()
        nodes.extend(node.children)
        if node.kind == "permission" and node.state != "off":
            scopes = [scope for scope, _, on in node.ladder if on]
            found |= {(node.id, scope) for scope in scopes or ["-"]}
    return found


def test_the_set_has_neither_errors_nor_warnings() -> None:
    """What we ship is clean."""
    assert [str(line) for line in rolegate.validate([SET]).diagnostics] == []


def test_agent_has_the_inbox_only(policy: rolegate.Policy) -> None:
    """Agent: inbox and messages, on every channel, no other module."""
    stories: list[Story] = [
        ("agent", "messages.view", "all", YES),
        ("agent", "messages.reply", "all", YES),
        ("agent", "messages.send_files", "all", YES),
        ("agent", "messages.send_surveys", "all", YES),
        ("agent", "messages.send_voice_notes", "all", YES),
        ("agent", "messages.assign", "all", YES),
        ("agent", "channels.send", None, YES),
        ("agent", "channels.send[a channel connected later]", None, YES),
        ("agent", "contacts.view", "all", YES),
        ("agent", "contacts.list", "self", NO),
        ("agent", "contacts.delete", "self", NO),
        ("agent", "dashboard.*", None, NO),
        ("agent", "broadcasts.*", None, NO),
        ("agent", "reports.*", None, NO),
        ("agent", "workflows.*", None, NO),
        ("agent", "ai_agents.*", None, NO),
        ("agent", "users.*", None, NO),
        ("agent", "settings.*", None, NO),
        ("agent", "billing.*", None, NO),
    ]
    assert stories == roles_tell(policy, stories)


def test_manager_has_the_workspace_and_nothing_above(policy: rolegate.Policy) -> None:
    """Manager: inbox, contacts, reports and more, settings of the workspace included."""
    stories: list[Story] = [
        ("manager", "messages.reply", "all", YES),
        ("manager", "contacts.list", "all", YES),
        ("manager", "contacts.delete", "all", YES),
        ("manager", "contacts.merge", "all", YES),
        ("manager", "contacts.fields.card_number.edit", "all", YES),
        ("manager", "dashboard.view", "all", YES),
        ("manager", "reports.export", "all", YES),
        ("manager", "broadcasts.send", "all", YES),
        ("manager", "workflows.publish", None, YES),
        ("manager", "ai_agents.configure", None, YES),
        ("manager", "settings.workspace.general", None, YES),
        ("manager", "settings.workspace.integrations", None, YES),
        ("manager", "settings.workspace.channels.configure", None, YES),
        ("manager", "users.invite", None, YES),
        ("manager", "users.access", None, NO),
        ("manager", "users.roles", None, NO),
        ("manager", "settings.organization.open", None, NO),
        ("manager", "billing.*", None, NO),
    ]
    assert stories == roles_tell(policy, stories)


def test_owner_has_everything_but_billing(policy: rolegate.Policy) -> None:
    """Owner: full access except billing; the organization's own roles hold billing."""
    everything = held(policy, "organization_admin")
    billing = {right for right in everything if right[0].startswith("billing.")}
    assert {("billing.view", "-"), ("billing.manage", "-")} == billing
    assert everything - billing == held(policy, "owner")
    assert billing == held(policy, "billing_admin")


def test_supervisor_lies_between_agent_and_manager(policy: rolegate.Policy) -> None:
    """A Supervisor holds all of Agent and more, and nothing a Manager does not hold."""
    levels = [held(policy, role) for role in ("agent", "supervisor", "manager", "owner")]
    assert all(lower < upper for lower, upper in pairwise(levels))
    stories: list[Story] = [
        ("supervisor", "reports.view", "team", YES),
        ("supervisor", "reports.view", "all", NO),
        ("supervisor", "dashboard.view", "team", YES),
        ("supervisor", "broadcasts.approve", "team", YES),
        ("supervisor", "broadcasts.approve", "all", NO),
        ("supervisor", "contacts.list", "team", YES),
        ("supervisor", "contacts.delete", "self", NO),
        ("supervisor", "settings.*", None, NO),
        ("agent", "broadcasts.approve", "self", NO),
    ]
    assert stories == roles_tell(policy, stories)


def test_a_stand_in_ends_at_its_date(policy: rolegate.Policy) -> None:
    """Carla stands in as Supervisor until 2031-01-01, 00:00 UTC, and is an Agent after it."""
    question = ask("reports.view", "team", user="carla", domain=SHOP)
    assert policy.decide(question, at=datetime(2030, 12, 31, 23, 59, 59, tzinfo=UTC)).allowed
    assert not policy.decide(question, at=datetime(2031, 1, 1, tzinfo=UTC)).allowed
    reply = ask("messages.reply", "all", user="carla", domain=SHOP)
    assert policy.decide(reply, at=datetime(2031, 1, 1, tzinfo=UTC)).allowed


def test_operations_review_comment_and_hand_back(policy: rolegate.Policy) -> None:
    """The operations team reads, comments and reassigns cases of its own; it answers no customer."""
    stories: list[Story] = [
        ("carla", "messages.assign", "all", YES),
        ("oona", "messages.view", "team", YES),
        ("oona", "messages.view", "self", YES),
        ("oona", "messages.view", "all", NO),
        ("oona", "messages.comment", "team", YES),
        ("oona", "messages.assign", "team", YES),
        ("oona", "messages.reply", "self", NO),
        ("oona", "messages.send_files", "self", NO),
        ("oona", "messages.send_surveys", "self", NO),
        ("oona", "messages.send_voice_notes", "self", NO),
        ("oona", "channels.send[wa-care]", None, NO),
        ("oona", "contacts.fields.name.view", "team", YES),
        ("oona", "contacts.fields.name.view", "all", NO),
        ("oona", "contacts.fields.name.edit", "self", NO),
        ("oona", "calls.*", None, NO),
    ]
    assert stories == users_tell(policy, stories)


def test_a_case_is_handed_over_and_back(policy: rolegate.Policy) -> None:
    """Operations see, comment and hand back a case while it is theirs, and answer it never."""
    gate = rolegate.Gate(policy)
    carla, oona = gate.subject("carla", SHOP), gate.subject("oona", SHOP)
    seen = []
    for team in ("care", "operations", "care"):
        case = {"workspace_id": SHOP, "team_id": team, "assignee_id": None, "assignee": None}
        seen.append([oona.can(f"messages.{do}", case) for do in ("view", "comment", "assign", "reply")])
        assert carla.can("messages.assign", case)
    assert [[NO] * 4, [YES, YES, YES, NO], [NO] * 4] == seen


@pytest.mark.parametrize("user", ["tex", "toni"])
def test_text_only_agent_sends_text_and_nothing_else(policy: rolegate.Policy, user: str) -> None:
    """Text only, once as a role and once as a restriction over Agent."""
    stories: list[Story] = [
        (user, "messages.reply", "all", YES),
        (user, "messages.comment", "all", YES),
        (user, "channels.send[wa-care]", None, YES),
        (user, "snippets.use", None, YES),
        (user, "messages.send_files", "self", NO),
        (user, "messages.send_surveys", "self", NO),
        (user, "messages.send_voice_notes", "self", NO),
    ]
    assert stories == users_tell(policy, stories)


def test_reader_reads_all_and_answers_none(policy: rolegate.Policy) -> None:
    """Read-only access to conversations, over the whole workspace."""
    stories: list[Story] = [
        ("quinn", "messages.view", "all", YES),
        ("quinn", "calls.recordings", "all", YES),
        ("quinn", "contacts.view", "all", YES),
        ("quinn", "messages.reply", "self", NO),
        ("quinn", "messages.comment", "self", NO),
        ("quinn", "messages.assign", "self", NO),
        ("quinn", "channels.*", None, NO),
        ("quinn", "contacts.fields.phone.edit", "self", NO),
    ]
    assert stories == users_tell(policy, stories)


def test_quality_reports_and_contacts_stay_in_one_workspace(policy: rolegate.Policy) -> None:
    """Qadir reads what comes through every rep's channel, opens all reports and keeps the contacts."""
    stories: list[Story] = [
        ("qadir", "messages.view", "all", YES),
        ("qadir", "reports.view", "all", YES),
        ("qadir", "reports.export", "all", YES),
        ("qadir", "contacts.list", "all", YES),
        ("qadir", "contacts.add", None, YES),
        ("qadir", "contacts.tag", "all", YES),
        ("qadir", "contacts.fields.phone.edit", "all", YES),
        ("qadir", "messages.reply", "self", NO),
        ("qadir", "channels.*", None, NO),
        ("qadir", "contacts.delete", "self", NO),
        ("qadir", "settings.*", None, NO),
    ]
    assert stories == users_tell(policy, stories)


def test_no_reply_takes_along_what_needs_a_reply(policy: rolegate.Policy) -> None:
    """Ned is an Agent who may not reply: files, surveys, voice notes, snippets go as well; comments stay."""
    stories: list[Story] = [
        ("ned", "messages.view", "all", YES),
        ("ned", "messages.comment", "all", YES),
        ("ned", "messages.reply", "all", NO),
        ("ned", "messages.reply", "self", NO),
        ("ned", "messages.send_files", "self", NO),
        ("ned", "messages.send_surveys", "self", NO),
        ("ned", "messages.send_voice_notes", "self", NO),
        ("ned", "snippets.use", None, NO),
        ("ned", "snippets.view", None, YES),
    ]
    assert stories == users_tell(policy, stories)


def test_coordinator_has_five_modules_without_workflows(policy: rolegate.Policy) -> None:
    """Dashboard, contacts, messages, snippets, users and teams; neither workflows nor advanced settings."""
    stories: list[Story] = [
        ("gus", "dashboard.view", "all", YES),
        ("gus", "contacts.list", "all", YES),
        ("gus", "messages.reply", "all", YES),
        ("gus", "snippets.manage", None, YES),
        ("gus", "users.invite", None, YES),
        ("gus", "users.teams", None, YES),
        ("gus", "users.roles", None, NO),
        ("gus", "workflows.*", None, NO),
        ("gus", "ai_agents.*", None, NO),
        ("gus", "settings.*", None, NO),
        ("gus", "reports.*", None, NO),
        ("gus", "broadcasts.*", None, NO),
        ("gus", "contacts.delete", "self", NO),
    ]
    assert stories == users_tell(policy, stories)


def test_client_manager_has_three_modules(policy: rolegate.Policy) -> None:
    """Inbox, contacts and reports only."""
    stories: list[Story] = [
        ("rhea", "messages.reply", "all", YES),
        ("rhea", "channels.send", None, YES),
        ("rhea", "contacts.list", "all", YES),
        ("rhea", "contacts.export", "all", YES),
        ("rhea", "reports.view", "all", YES),
        ("rhea", "reports.export", "all", YES),
    ]
    others = [
        "dashboard",
        "calls",
        "broadcasts",
        "snippets",
        "workflows",
        "ai_agents",
        "users",
        "settings",
        "billing",
    ]
    stories += [("rhea", f"{module}.*", None, NO) for module in others]
    assert stories == users_tell(policy, stories)


def test_contact_visibility_limits_an_agent(policy: rolegate.Policy) -> None:
    """Vera keeps her teams' contacts, Sol his own; an Agent without the restriction sees all."""
    stories: list[Story] = [
        ("carla", "contacts.view", "all", YES),
        ("vera", "contacts.view", "all", NO),
        ("vera", "contacts.view", "team", YES),
        ("vera", "messages.reply", "all", NO),
        ("vera", "messages.reply", "team", YES),
        ("vera", "calls.make", None, YES),
        ("sol", "contacts.view", "team", NO),
        ("sol", "contacts.view", "self", YES),
        ("sol", "messages.reply", "team", NO),
        ("sol", "messages.reply", "self", YES),
        ("sol", "contacts.fields.phone.edit", "self", YES),
        ("sol", "contacts.fields.phone.view", "team", NO),
    ]
    assert stories == users_tell(policy, stories)


def test_only_customers_that_correspond_to_the_user(policy: rolegate.Policy) -> None:
    """Compliance: Cass handles her own customers, and none of her colleagues'."""
    stories: list[Story] = [
        ("cass", "messages.reply", "self", YES),
        ("cass", "contacts.list", "self", YES),
        ("cass", "reports.view", "self", YES),
        ("cass", "messages.view", "team", NO),
        ("cass", "contacts.view", "team", NO),
        ("cass", "contacts.list", "all", NO),
        ("cass", "contacts.fields.phone.edit", "self", YES),
        ("cass", "contacts.fields.phone.view", "team", NO),
        ("cass", "contacts.fields.internal_id.view", "self", NO),
        ("cass", "contacts.export", "self", NO),
    ]
    assert stories == users_tell(policy, stories)


def test_an_agent_may_broadcast_to_the_teams_contacts(policy: rolegate.Policy) -> None:
    """Ivy opens the contact list of her teams and broadcasts to it, no further."""
    stories: list[Story] = [
        ("ivy", "contacts.list", "team", YES),
        ("ivy", "contacts.list", "all", NO),
        ("ivy", "broadcasts.send", "team", YES),
        ("ivy", "broadcasts.view", "team", YES),
        ("ivy", "broadcasts.send", "all", NO),
        ("ivy", "broadcasts.approve", "self", NO),
        ("ivy", "reports.*", None, NO),
        ("carla", "workflows.*", None, NO),
    ]
    assert stories == users_tell(policy, stories)


@pytest.mark.parametrize(
    ("user", "expected", "every"),
    [
        ("ana", ("wa-ana",), False),
        ("bo", ("wa-bo",), False),
        ("sami", ("fb-shop", "ig-shop"), False),
        ("kim", ("fb-shop", "ig-shop", "wa-care"), False),
        ("carla", ("fb-shop", "ig-shop", "wa-ana", "wa-bo", "wa-care"), True),
        ("oona", (), False),
    ],
)
def test_the_composer_offers_these_channels(
    policy: rolegate.Policy, user: str, expected: tuple[str, ...], every: bool
) -> None:
    """Own channel, channel per team, all but the reps' channels, every channel, none."""
    offered = policy.instances("channels.send", user=user, domain=SHOP)
    assert expected == tuple(sorted(offered.known))
    if user != "kim":  # a channel connected later is open to Kim, who is restricted on two of today's
        assert every == offered.every


def test_nobody_sends_from_another_reps_channel(policy: rolegate.Policy) -> None:
    """Each rep sends from the own WhatsApp number; new channels are nobody's until someone grants them."""
    stories: list[Story] = [
        ("ana", "channels.send[wa-ana]", None, YES),
        ("ana", "channels.send[wa-bo]", None, NO),
        ("ana", "channels.send[wa-new]", None, NO),
        ("ana", "channels.send", None, NO),
        ("ana", "messages.reply", "all", YES),
        ("bo", "channels.send[wa-bo]", None, YES),
        ("bo", "channels.send[wa-ana]", None, NO),
        ("bo", "channels.send", None, NO),
        ("bo", "messages.reply", "all", YES),
        ("sami", "channels.send[ig-shop]", None, YES),
        ("suki", "channels.send[fb-shop]", None, YES),
        ("sami", "channels.send[wa-care]", None, NO),
        ("kim", "channels.send[wa-care]", None, YES),
        ("kim", "channels.send[wa-new]", None, YES),
        ("kim", "channels.send[wa-ana]", None, NO),
        ("kim", "channels.send[wa-bo]", None, NO),
        ("kim", "channels.send", None, NO),
    ]
    assert stories == users_tell(policy, stories)
    assert policy.decide(ask("channels.send[ig-shop]", team="social", domain=SHOP)).allowed
    assert not policy.decide(ask("channels.send[ig-shop]", team="care-2", domain=SHOP)).allowed


@pytest.mark.parametrize("user", ["luz", "lars"])
def test_managers_of_tagged_teams_see_these_teams(policy: rolegate.Policy, user: str) -> None:
    """Full workspace against tagged teams: once as a role, once as a restriction over Manager."""
    stories: list[Story] = [
        ("mona", "dashboard.view", "all", YES),
        ("mona", "messages.view", "all", YES),
        (user, "dashboard.view", "team", YES),
        (user, "dashboard.view", "all", NO),
        (user, "messages.view", "team", YES),
        (user, "messages.view", "all", NO),
        (user, "contacts.list", "team", YES),
        (user, "contacts.list", "all", NO),
        (user, "reports.view", "team", YES),
        (user, "reports.view", "all", NO),
        (user, "broadcasts.approve", "team", YES),
        (user, "users.view", "team", YES),
        (user, "users.view", "all", NO),
        (user, "calls.answer", None, YES),
    ]
    assert stories == users_tell(policy, stories)


def test_technical_settings_are_a_role_of_their_own(policy: rolegate.Policy) -> None:
    """Tia configures, and sees no customer; bound in the organization, she configures its workspaces too.

    Each setting is held where it exists.
    """
    for domain, workspace in (("shop", NO), (SHOP, YES)):
        stories: list[Story] = [
            ("tia", "workflows.publish", None, workspace),
            ("tia", "ai_agents.configure", None, workspace),
            ("tia", "settings.organization.general", None, not workspace),
            ("tia", "settings.workspace.channels.configure", None, workspace),
            ("tia", "settings.workspace.channels.disconnect[wa-ana]", None, workspace),
            ("tia", "messages.*", None, NO),
            ("tia", "contacts.*", None, NO),
            ("tia", "users.*", None, NO),
            ("tia", "billing.*", None, NO),
        ]
        assert stories == users_tell(policy, stories, domain)


@pytest.mark.parametrize("user", ["nora", "nils"])
def test_managers_without_technical_settings_keep_their_work(policy: rolegate.Policy, user: str) -> None:
    """No workflows, AI agents, channels, integrations: as a role and as a restriction; the rest stays."""
    stories: list[Story] = [
        (user, "broadcasts.send", "all", YES),
        (user, "messages.reply", "all", YES),
        (user, "reports.view", "all", YES),
        (user, "contacts.delete", "all", YES),
        (user, "settings.workspace.general", None, YES),
        (user, "settings.workspace.tags", None, YES),
        (user, "settings.workspace.contact_fields", None, YES),
        (user, "workflows.*", None, NO),
        (user, "ai_agents.*", None, NO),
        (user, "settings.workspace.integrations", None, NO),
        (user, "settings.workspace.channels.*", None, NO),
        (user, "settings.organization.*", None, NO),
    ]
    assert stories == users_tell(policy, stories)


def test_the_boxes_of_the_product_are_on_where_the_document_ticks_them(policy: rolegate.Policy) -> None:
    """ "Access to Workspace Settings" and "Contact Deletion", one of them or both; and whose contacts."""
    told = {
        (user, domain): [one.title for one in policy.restrictions(user=user, domain=domain) if one.on]
        for user, domain in [
            ("dana", SHOP),
            ("dave", SHOP),
            ("vera", SHOP),
            ("sol", SHOP),
            ("mona", SHOP),
            ("cleo", "client-clinic"),
        ]
    }
    assert told == {
        ("dana", SHOP): ["Access to Workspace Settings"],
        ("dave", SHOP): ["Contact Deletion"],
        ("vera", SHOP): ["Contact Visibility: own teams"],
        ("sol", SHOP): ["Contact Visibility: own contacts"],
        ("mona", SHOP): [],
        ("cleo", "client-clinic"): ["Access to Workspace Settings", "Contact Deletion"],
    }


def test_the_two_restrictions_of_today(policy: rolegate.Policy) -> None:
    """Managers who cannot change settings, channels or integrations; a Manager who deletes no contact."""
    stories: list[Story] = [
        ("mona", "settings.workspace.channels.connect", None, YES),
        ("dana", "settings.workspace.open", None, NO),
        ("dana", "settings.workspace.channels.connect", None, NO),
        ("dana", "settings.workspace.channels.configure[wa-care]", None, NO),
        ("dana", "settings.workspace.integrations", None, NO),
        ("dana", "settings.*", None, NO),
        ("dana", "contacts.delete", "all", YES),
        ("dana", "workflows.edit", None, YES),
        ("dave", "contacts.delete", "all", NO),
        ("dave", "contacts.delete", "self", NO),
        ("dave", "contacts.merge", "self", NO),
        ("dave", "contacts.list", "all", YES),
        ("dave", "settings.workspace.open", None, YES),
    ]
    assert stories == users_tell(policy, stories)


def test_calls_are_permissions_of_their_own(policy: rolegate.Policy) -> None:
    """Two agents of one team: one makes calls, the other may not."""
    stories: list[Story] = [
        ("carla", "calls.make", None, YES),
        ("carla", "calls.answer", None, YES),
        ("cem", "calls.make", None, NO),
        ("cem", "calls.answer", None, NO),
        ("cem", "messages.reply", "all", YES),
    ]
    assert stories == users_tell(policy, stories)


def test_fields_are_hidden_shown_or_editable_per_role(policy: rolegate.Policy) -> None:
    """Financial fields hidden from agents, ids and CRM fields view-only; a few users see or edit more."""
    edit, view, hidden = "edit", "view", "hidden"
    names = [
        "name",
        "phone",
        "email",
        "card_number",
        "credit_limit",
        "internal_id",
        "crm_account",
        "crm_stage",
    ]
    expected = {
        "agent": [edit, edit, edit, hidden, hidden, view, view, view],
        "finance_agent": [edit, edit, edit, view, edit, view, view, view],
        "inbox_contacts_reports": [edit, edit, edit, view, view, edit, edit, edit],
        "manager": [edit] * 8,
        "technical_admin": [hidden] * 8,
    }
    assert {role: dict(zip(names, states, strict=True)) for role, states in expected.items()} == {
        role: dict(policy.fields("contacts", role=role)) for role in expected
    }
    assert policy.fields("contacts", user="fay", domain=SHOP)["card_number"] == "view"
    assert policy.fields("contacts", user="carla", domain=SHOP)["card_number"] == "hidden"
    assert policy.fields("contacts", user="mona", domain="reseller")["name"] == "hidden"


def test_a_field_is_shown_in_the_contacts_of_its_scope(policy: rolegate.Policy) -> None:
    """Cass reads and corrects her own customer; of another one nothing is shown or written."""
    gate = rolegate.Gate(policy)
    cass, carla = gate.subject("cass", SHOP), gate.subject("carla", SHOP)
    hers = {"workspace_id": SHOP, "team_id": None, "assignee_id": "cass", "assignee": None}
    hers |= {"name": "Zoe", "phone": "+48 600", "card_number": "4111", "internal_id": "17"}
    other = hers | {"assignee_id": "sol"}
    assert cass.mask("contacts", hers) == {"name": "Zoe", "phone": "+48 600"}
    assert cass.mask("contacts", other) == {}
    assert cass.may_write("contacts", {"phone": "+48 601"}, hers).refused == ()
    assert cass.may_write("contacts", {"phone": "+48 601"}, other).refused == ("phone",)
    assert carla.mask("contacts", other) == {"name": "Zoe", "phone": "+48 600", "internal_id": "17"}
    assert carla.may_write("contacts", {"internal_id": "18", "phone": "1"}, other).refused == ("internal_id",)


def test_a_field_added_later_is_hidden_from_agents(tmp_path: Path) -> None:
    """A new field reaches those with a star only: the Manager, not the Agent."""
    copy = tmp_path / "respond-io"
    shutil.copytree(SET, copy)
    catalog = (copy / "catalog.yaml").read_text(encoding="utf-8")
    changed = catalog.replace(
        "      crm_stage:", "      passport: {title: Passport number, scopes: visibility}\n      crm_stage:"
    )
    assert catalog != changed
    (copy / "catalog.yaml").write_text(changed, encoding="utf-8")
    later = rolegate.load(copy, at=NOW)
    assert later.fields("contacts", role="agent")["passport"] == "hidden"
    assert later.fields("contacts", role="manager")["passport"] == "edit"


def test_a_clients_workspace_is_closed_to_the_other_client(policy: rolegate.Policy) -> None:
    """The reseller's roles hold in each workspace inside; a client's hold in its own and never outside."""
    for domain in ("reseller", "client-bakery", "client-clinic"):
        inside = domain != "reseller"
        stories: list[Story] = [
            ("rex", "settings.organization.general", None, not inside),
            ("rex", "settings.workspace.general", None, inside),
            ("rex", "contacts.view", "all", inside),
            ("rex", "billing.view", None, NO),
            ("pia", "workflows.edit", None, inside),
            ("pia", "contacts.view", "self", NO),
        ]
        assert stories == users_tell(policy, stories, domain)
    for domain, expected in (("client-bakery", YES), ("client-clinic", NO), ("reseller", NO), (SHOP, NO)):
        stories = [("beto", "messages.view", "all", expected)]
        assert stories == users_tell(policy, stories, domain)
    for domain, expected in (("client-clinic", YES), ("client-bakery", NO), ("reseller", NO)):
        stories = [("cleo", "messages.view", "all", expected)]
        assert stories == users_tell(policy, stories, domain)
    assert not policy.decide(ask("messages.view", "self", user="rex", domain="shop")).allowed


def test_a_clients_manager_changes_nothing_by_accident(policy: rolegate.Policy) -> None:
    """The two restrictions together, on the manager of one client."""
    stories: list[Story] = [
        ("cleo", "broadcasts.send", "all", YES),
        ("cleo", "settings.workspace.open", None, NO),
        ("cleo", "settings.workspace.channels.disconnect[wa-clinic]", None, NO),
        ("cleo", "contacts.delete", "self", NO),
    ]
    assert stories == users_tell(policy, stories, "client-clinic")


def test_organization_and_billing_stay_with_the_organization(policy: rolegate.Policy) -> None:
    """An Owner manages the organization without paying for it; billing is another role."""
    stories: list[Story] = [
        ("olivia", "settings.organization.workspaces", None, YES),
        ("olivia", "users.roles", None, NO),
        ("olivia", "billing.view", None, NO),
        ("bill", "billing.manage", None, YES),
        ("bill", "settings.*", None, NO),
        ("ora", "billing.manage", None, YES),
        ("mona", "settings.organization.open", None, NO),
    ]
    assert stories == users_tell(policy, stories, "shop")
    for domain, inside in ((SHOP, YES), ("shop", NO)):
        stories = [
            ("wade", "users.roles", None, inside),
            ("wade", "settings.workspace.general", None, inside),
            ("wade", "settings.organization.security", None, NO),
            ("wade", "billing.view", None, NO),
        ]
        assert stories == users_tell(policy, stories, domain)
    stories = [
        ("olivia", "users.roles", None, YES),
        ("olivia", "settings.organization.workspaces", None, NO),
        ("bill", "billing.view", None, NO),
        ("ora", "billing.manage", None, NO),
        ("ora", "settings.organization.*", None, NO),
        ("ora", "settings.workspace.general", None, YES),
    ]
    assert stories == users_tell(policy, stories, SHOP)


def test_a_workspace_shows_no_settings_of_the_organization(policy: rolegate.Policy) -> None:
    """Neither does the organization show those of a workspace; the role without a domain shows all."""
    shown = {
        domain: {node.path for node in policy.tree(user="ora", domain=domain).walk()}
        for domain in ("shop", SHOP)
    }
    assert {"settings", "settings.organization", "billing.view"} <= shown["shop"]
    assert not {"settings.workspace", "messages", "messages.reply"} & shown["shop"]
    assert {"settings", "settings.workspace", "messages.reply"} <= shown[SHOP]
    assert not {"settings.organization", "billing", "billing.view"} & shown[SHOP]
    assert shown["shop"] | shown[SHOP] == {node.path for node in policy.tree(role="owner").walk()}


def test_a_workspace_adapts_a_role_for_itself(policy: rolegate.Policy) -> None:
    """Front desk is a role of one workspace; elsewhere it does not exist."""
    stories: list[Story] = [
        ("dora", "messages.reply", "team", YES),
        ("dora", "messages.reply", "all", NO),
        ("dora", "messages.send_files", "self", NO),
        ("dora", "channels.send[wa-clinic]", None, YES),
        ("dora", "channels.send[sms-clinic]", None, NO),
        ("dora", "contacts.fields.phone.edit", "team", YES),
        ("dora", "contacts.fields.email.view", "self", NO),
    ]
    assert stories == users_tell(policy, stories, "client-clinic")
    assert policy.decide(ask("messages.reply", "team", role="front_desk", domain="client-clinic")).allowed
    elsewhere = policy.decide(ask("messages.reply", "team", role="front_desk", domain="client-bakery"))
    assert not elsewhere.allowed
    assert elsewhere.notes


def test_who_edits_the_roles_of_a_workspace(policy: rolegate.Policy) -> None:
    """Whoever may change roles there: for its own roles, and for a new one, in workspaces only."""
    managed = {
        (role, domain): policy.managed_by(role, domain=domain)
        for role, domain in [
            ("front_desk", "client-clinic"),
            (None, "client-clinic"),
            (None, SHOP),
            ("agent", SHOP),
            ("coordinator", SHOP),
            (None, "reseller"),
        ]
    }
    edited = {("front_desk", "client-clinic"), (None, "client-clinic"), (None, SHOP)}
    assert managed == {asked: "users.roles" if asked in edited else None for asked in managed}


def test_titles_are_those_of_the_document(policy: rolegate.Policy) -> None:
    """Modules, levels, restrictions and the two scopes of the tab are called what the document calls them."""
    titles = {node.path: node.title for node in policy.tree().walk()}
    assert {path: titles[path] for path in TITLES} == TITLES
    roles = dict(policy.matrix().roles)
    assert [roles[role] for role in ("agent", "manager", "owner", "supervisor")] == [
        "Agent",
        "Manager",
        "Owner",
        "Supervisor/Team Lead",
    ]
    boxes = [box.title for box in policy.restrictions()]
    assert boxes[:2] == ["Access to Workspace Settings", "Contact Deletion"]
    assert {box.partition(":")[0] for box in boxes[2:]} == {"Contact Visibility"}
    ladder = next(node for node in policy.tree().walk() if node.path == "contacts.list").ladder
    assert [title for _, title, _ in ladder][:2] == ["Full workspace", "Tagged team(s)"]


@pytest.mark.parametrize(
    ("file", "line", "code"),
    [
        ("roles/front_desk.yaml", "  - billing.view\n", "RG321"),
        ("roles/front_desk.yaml", "  - messages.send_files@all\n", "RG315"),
        ("roles/agent.yaml", "  - contacts\n", "RG302"),
        ("roles/agent.yaml", "  - contacts.delete\n", "RG303"),
        ("roles/agent.yaml", "  - contacts.fields.pasport.view@all\n", "RG301"),
        ("roles/sales_rep.yaml", "  - messages.reply\n", "RG314"),
        ("bindings.yaml", '  - {user: eve, grants: ["broadcasts.send@team"], domain: shop-main}\n', "RG408"),
        ("bindings.yaml", "  - {user: eve, role: front_desk, domain: shop-main}\n", "RG317"),
        (
            "bindings.yaml",
            "  - {team: care, role: agent, domain: shop}\n",
            "RG403",
        ),
    ],
)
def test_a_mistake_in_the_set_is_found(tmp_path: Path, file: str, line: str, code: str) -> None:
    """What the document rules out is an error, at the file that says it."""
    copy = tmp_path / "respond-io"
    shutil.copytree(SET, copy)
    target = copy / file
    target.write_text(target.read_text(encoding="utf-8") + line, encoding="utf-8")
    errors = [found for found in rolegate.validate([copy]).diagnostics if found.severity == "error"]
    assert code in [found.code for found in errors]
    assert {target.name} == {Path(found.file).name for found in errors}
