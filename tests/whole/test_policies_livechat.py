"""The livechat policy set tells each story of its document: who may, and who may not."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

import rolegate
from repository import ROOT

SET = ROOT / "policies" / "livechat"
NOW = datetime(2030, 1, 1, tzinfo=UTC)
YES, NO = True, False

# (user or role, permission, level, expected); a level is None where the permission has none.
Story = tuple[str, str, str | None, bool]


@pytest.fixture(scope="module")
def policy() -> rolegate.Policy:
    return rolegate.load(SET, at=NOW)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the set to make mistakes in."""
    return Path(shutil.copytree(SET, tmp_path / "livechat"))


def edit(file: Path, old: str, new: str) -> None:
    """Replace *old*, which must be there, by *new*."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def users_tell(policy: rolegate.Policy, domain: str, stories: list[Story]) -> list[Story]:
    """The *stories* with the answers the policy gives to these users."""
    return [
        (
            user,
            permission,
            level,
            policy.decide(
                rolegate.Question(
                    permission, user=user, domain=domain, scope=level, any=permission.endswith("*")
                )
            ).allowed,
        )
        for user, permission, level, _ in stories
    ]


def roles_tell(policy: rolegate.Policy, stories: list[Story], domain: str | None = None) -> list[Story]:
    """The *stories* with the answers the policy gives to these roles."""
    return [
        (
            role,
            permission,
            level,
            policy.decide(
                rolegate.Question(
                    permission, role=role, domain=domain, scope=level, any=permission.endswith("*")
                )
            ).allowed,
        )
        for role, permission, level, _ in stories
    ]


def held(policy: rolegate.Policy, role: str, domain: str | None = None) -> set[tuple[str, str]]:
    """Each permission the role holds, with each level held."""
    found = set()
    nodes = [policy.tree(role=role, domain=domain)]
    while nodes:
        node = nodes.pop()
        nodes.extend(node.children)
        if node.kind == "permission" and node.state != "off":
            scopes = [scope for scope, _, on in node.ladder if on]
            found |= {(node.id, scope) for scope in scopes or ["-"]}
    return found


def error_codes(path: Path) -> set[str]:
    return {found.code for found in rolegate.validate([path]).diagnostics if found.severity == "error"}


def test_the_set_has_neither_errors_nor_warnings() -> None:
    """What we ship is clean."""
    assert [str(line) for line in rolegate.validate([SET]).diagnostics] == []


def test_the_ten_roles_to_clone_from_are_there(policy: rolegate.Policy) -> None:
    """The document lists ten roles; they are the default ones, with these titles."""
    assert {
        "Account Admin",
        "Administrator",
        "Support Agent",
        "Support Manager",
        "Marketing User",
        "Marketing Manager",
        "Restricted User",
        "Sales User",
        "Sales Manager",
        "Custom Role",
    } == {title for role, title in policy.matrix().roles if "/" not in role}


def test_support_agent_has_the_least(policy: rolegate.Policy) -> None:
    """Conversations, People, own profile, and nothing more."""
    areas = {path.partition(".")[0] for path, _ in held(policy, "support_agent")}
    assert {"conversations", "people", "profile"} == areas
    stories: list[Story] = [
        ("support_agent", "conversations.reply", "global", YES),
        ("support_agent", "people.view", None, YES),
        ("support_agent", "profile.edit", None, YES),
        ("support_agent", "campaigns.*", None, NO),
        ("support_agent", "faqs.*", None, NO),
        ("support_agent", "settings.*", None, NO),
    ]
    assert stories == roles_tell(policy, stories)


def test_support_manager_adds_campaigns_and_faqs(policy: rolegate.Policy) -> None:
    """As a Support Agent, with creating and editing of campaigns and FAQs, and nothing else."""
    added = held(policy, "support_manager") - held(policy, "support_agent")
    assert {
        ("campaigns.view", "-"),
        ("campaigns.create", "-"),
        ("campaigns.edit", "-"),
        ("faqs.view", "-"),
        ("faqs.create", "-"),
        ("faqs.edit", "-"),
    } == added
    assert held(policy, "support_agent") < held(policy, "support_manager")


def test_administrators_differ_in_custom_roles_alone(policy: rolegate.Policy) -> None:
    """Admin can do everything the Account Admin can do, but not create or update custom roles."""
    assert {("settings.access.roles.manage", "-")} == held(policy, "account_admin") - held(
        policy, "administrator"
    )
    assert held(policy, "administrator") < held(policy, "account_admin")
    stories: list[Story] = [
        ("nadia", "settings.access.roles.manage", None, YES),
        ("niko", "settings.access.roles.manage", None, NO),
        ("niko", "settings.access.roles.assign", None, YES),
        ("niko", "settings.integrations", None, YES),
        ("niko", "billing.manage", None, YES),
        ("niko", "reports.export", "global", YES),
        ("sam", "settings.access.roles.*", None, NO),
    ]
    assert stories == users_tell(policy, "northstar", stories)


def test_the_template_is_bare(policy: rolegate.Policy) -> None:
    """Custom Role is what one starts from when no other role fits."""
    assert {("profile.edit", "-")} == held(policy, "custom_role")


def test_intern_views_and_does_not_reply(policy: rolegate.Policy) -> None:
    """Interns read conversations for training, as long as they are there."""
    stories: list[Story] = [
        ("ines", "conversations.view", "global", YES),
        ("ines", "conversations.reply", "restricted", NO),
        ("ines", "conversations.add_private_notes", "restricted", NO),
        ("ines", "people.view", None, NO),
    ]
    assert stories == users_tell(policy, "northstar", stories)
    view = rolegate.Question("conversations.view", user="ines", domain="northstar", scope="global")
    assert not policy.decide(view, at=datetime(2031, 9, 1, tzinfo=UTC)).allowed


@pytest.mark.parametrize("plan", ["free", "growth"])
@pytest.mark.parametrize("account", [("northstar", "pro"), ("meridian", "enterprise")])
def test_custom_roles_on_a_lower_plan_grant_nothing(copy: Path, plan: str, account: tuple[str, str]) -> None:
    """In an account that goes down from Pro or Enterprise no custom role is in force."""
    edit(copy / "domains.yaml", f"plan: {account[1]}", f"plan: {plan}")
    found = rolegate.validate([copy])
    aside = [line for line in found.diagnostics if line.code in ("RG320", "RG340")]
    assert found.ok and aside
    assert {f"{account[0]}.yaml"} == {Path(line.file).name for line in aside}
    policy = rolegate.load(copy)
    assert {account[0]} == {part.domain for part in policy.set_aside}
    names = [part.role for part in policy.set_aside if part.role is not None]
    asks = [rolegate.Question("*", role=name, domain=account[0], any=True) for name in names]
    assert not any(map(policy.decide, asks))


@pytest.mark.parametrize("plan", ["pro", "enterprise"])
def test_custom_roles_on_either_higher_plan_are_fine(copy: Path, plan: str) -> None:
    """Pro and Enterprise both have them."""
    edit(copy / "domains.yaml", "plan: growth", f"plan: {plan}")
    (copy / "roles" / "brightside.yaml").write_text(
        "role: night_shift\ndomain: brightside\nclone_of: custom_role\ngrants: [profile.edit]\n",
        encoding="utf-8",
    )
    assert rolegate.validate([copy]).ok


@pytest.mark.parametrize(
    "grant", [f"settings.access.roles.{name}" for name in ("assign", "manage", "*")] + ['"*"']
)
def test_no_custom_role_edits_or_gives_roles(copy: Path, grant: str) -> None:
    """Only Account Admins manage roles: a custom role that holds any of it is an error."""
    edit(
        copy / "roles" / "northstar.yaml", "      - faqs.create\n", f"      - faqs.create\n      - {grant}\n"
    )
    assert "RG321" in error_codes(copy)


def test_a_custom_role_may_look_at_roles(copy: Path) -> None:
    """The document keeps the making of roles from them, and says nothing of looking."""
    edit(
        copy / "roles" / "northstar.yaml",
        "      - faqs.create\n",
        "      - faqs.create\n      - settings.open\n      - settings.access.roles.view\n",
    )
    assert [] == list(rolegate.validate([copy]).diagnostics)


@pytest.mark.parametrize("former", ["roles.manage", "roles.assign", "users.invite"])
def test_former_paths_mean_the_same(policy: rolegate.Policy, former: str) -> None:
    """What applications and stored roles say of users and roles goes on working."""
    for user in ("nadia", "niko", "sam"):
        now, then = (
            policy.decide(rolegate.Question(path, user=user, domain="northstar"))
            for path in (f"settings.access.{former}", former)
        )
        assert (now.allowed, ()) == (then.allowed, then.notes)
        assert now.allowed is (user == "nadia" or (user == "niko" and former != "roles.manage"))


def test_no_custom_role_inherits_the_editing_of_roles(copy: Path) -> None:
    """Nor does it come in through `extends`."""
    edit(copy / "roles" / "meridian.yaml", "    clone_of: custom_role\n", "    extends: account_admin\n")
    assert "RG321" in error_codes(copy)


@pytest.mark.parametrize(
    ("user", "domain"),
    [("sam", "northstar"), ("niko", "northstar"), ("remo", "northstar"), ("elsa", "meridian")],
)
def test_no_line_lets_a_holder_of_another_role_edit_roles(copy: Path, user: str, domain: str) -> None:
    """Only Account Admins do, so a line beside a built-in or a custom role is an error."""
    bindings = copy / "bindings.yaml"
    grants = "settings.open, settings.access.roles.view, settings.access.roles.manage"
    line = f"  - {{user: {user}, grants: [{grants}], domain: {domain}}}\n"
    bindings.write_text(bindings.read_text(encoding="utf-8") + line, encoding="utf-8")
    assert {"RG415"} == error_codes(copy)


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("administration", 'grants: ["*"]', 'grants: ["*", settings.access.roles.manage]', "RG321"),
        ("support", "conversations.resolve@restricted", "conversations.resolve@group", "RG355"),
        ("support", "conversations.resolve@restricted", "people.view", "RG355"),
    ],
)
def test_a_built_in_role_keeps_to_its_kind(copy: Path, file: str, old: str, new: str, code: str) -> None:
    """An Administrator does not edit roles, a Restricted User does not go beyond the level of that name."""
    edit(copy / "roles" / f"{file}.yaml", old, new)
    assert code in error_codes(copy)


def test_who_edits_roles_is_told(policy: rolegate.Policy) -> None:
    """Account Admins edit the roles of their account; nobody edits what comes with the product."""
    assert policy.managed_by("intern", domain="northstar") == "settings.access.roles.manage"
    assert policy.managed_by(domain="northstar") == "settings.access.roles.manage"
    assert policy.managed_by(domain="brightside") is None
    assert policy.managed_by("support_agent", domain="northstar") is None


def test_a_custom_role_belongs_to_its_account(copy: Path) -> None:
    """A custom role bound in another account is an unknown role."""
    bindings = copy / "bindings.yaml"
    line = "  - {user: eve, role: intern, domain: meridian}\n"
    bindings.write_text(bindings.read_text(encoding="utf-8") + line, encoding="utf-8")
    assert {"RG317"} == error_codes(copy)


def test_a_custom_role_does_not_shadow_a_default_one(copy: Path) -> None:
    """Names of default and custom roles are kept apart."""
    edit(copy / "roles" / "northstar.yaml", "  intern:\n", "  support_agent:\n")
    assert "RG319" in error_codes(copy)


TEN = (
    "account_admin", "administrator", "support_agent", "support_manager", "marketing_user",
    "marketing_manager", "restricted_user", "sales_user", "sales_manager", "custom_role",
)  # fmt: skip


@pytest.mark.parametrize("role", TEN)
def test_each_role_can_be_cloned_where_there_are_custom_roles(
    copy: Path, policy: rolegate.Policy, role: str
) -> None:
    """Into a custom role with the same rights, but for the editing and the giving of roles."""
    made = rolegate.clone_role(copy, role, "own", domain="northstar", leave_out="admin" in role)
    assert (None, role, ()) == (made.parts.kind, made.parts.clone_of, made.warnings)
    kept = {("settings.access.roles.manage", "-"), ("settings.access.roles.assign", "-")}
    assert held(policy, role, "northstar") - kept == held(rolegate.load(copy), "own", "northstar")


def test_no_role_is_cloned_below_pro(copy: Path) -> None:
    """The clone would be a custom role, and grant nothing."""
    with pytest.raises(rolegate.EditError, match=r"is not written: role .* grants nothing"):
        rolegate.clone_role(copy, "support_agent", "own", domain="brightside")


@pytest.mark.parametrize("title", ["Account Admin", "intern"])
def test_a_title_tells_a_role_from_all_others(copy: Path, title: str) -> None:
    """A custom role that is called like another one of its account is a warning."""
    rolegate.new_role(
        copy, rolegate.RoleParts("night", title=title, domain="northstar", grants=("profile.edit",))
    )
    assert {"RG348"} == {found.code for found in rolegate.validate([copy]).diagnostics}


def test_nobody_makes_a_role_that_comes_with_the_product(policy: rolegate.Policy) -> None:
    """What people make in an account is a custom role."""
    assert {None} == {policy.managed_by(domain="northstar", kind=kind) for kind in ("built_in", "restricted")}


def test_an_unknown_plan_is_an_error(copy: Path) -> None:
    """The plan of an account is one the catalog declares."""
    edit(copy / "domains.yaml", "plan: growth", "plan: grwth")
    assert {"RG211"} == error_codes(copy)
