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
