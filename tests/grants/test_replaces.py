"""A role of a domain that replaces a default one: what it may replace and hold, and what it extends."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write
from rolegate import Question

FILES = {
    "catalog.yaml": """catalog: demo
plans: [free, pro]
custom_roles: {plans: [pro], never: [settings.*]}
resources: {inbox: {}}
permissions:
  tickets: {permissions: {show: {}, edit: {requires: tickets.show}, open: {per: inbox}}}
  settings: {permissions: {pay: {implies: settings.audit}, close: {}, audit: {hidden: true}}}
""",
    "roles/default.yaml": """roles:
  agent: {title: Agent, grants: [tickets.show, tickets.edit, "tickets.open[*]"]}
  admin: {grants: ["*"]}
  owner: {grants: [settings.pay], locked: true}
  lead: {extends: agent}
""",
    "domains.yaml": """domains:
  acme: {plan: pro}
  emea: {within: acme}
  small: {plan: free}
""",
}


ASIDE = ("RG340", "RG441")


def reported(folder: Path, roles: str, *lines: str) -> list[str]:
    """What is reported of a set with these roles of domains and lines, without what that sets aside."""
    listed = "".join(f"  - {line}\n" for line in lines)
    more = {"roles/own.yaml": f"roles:\n{roles}"} if roles else {}
    write(folder, {**FILES, **more, "bindings.yaml": f"bindings:\n{listed or '  []'}\n"})
    found = [one for one in rolegate.validate([folder]).diagnostics if one.code not in ASIDE]
    return [f"{one.code} {Path(one.file).name}:{one.line} {one.entry}".strip() for one in found]


def held(folder: Path, role: str, domain: str | None) -> list[str]:
    """The permissions that a role holds where it is asked about."""
    policy = rolegate.load(folder)
    paths = [permission.path for permission in policy.catalog.permissions]
    asked = (Question(path, role=role, domain=domain) for path in paths)
    return [question.permission for question in asked if policy.decide(question).allowed]


OWN = "  own: {domain: acme, replaces: agent, extends: agent, except: [tickets.edit]}\n"


def test_the_name_means_the_version_in_its_domain_and_inside_it(tmp_path: Path) -> None:
    """Elsewhere, and without a domain, it means the default role."""
    assert reported(tmp_path, OWN) == []
    everything = ["tickets.show", "tickets.edit", "tickets.open"]
    less = ["tickets.show", "tickets.open"]
    assert [held(tmp_path, "agent", domain) for domain in ("acme", "emea")] == [less, less]
    assert [held(tmp_path, "agent", domain) for domain in ("small", None)] == [everything, everything]
    assert held(tmp_path, "own", "emea") == less


def test_the_nearest_version_outwards_is_meant(tmp_path: Path) -> None:
    """The one inside extends the one around it when it extends what it replaces."""
    inner = "  inner: {domain: emea, replaces: agent, extends: agent, except: [tickets.open]}\n"
    assert reported(tmp_path, OWN + inner) == []
    assert held(tmp_path, "agent", "emea") == ["tickets.show"]
    assert held(tmp_path, "agent", "acme") == ["tickets.show", "tickets.open"]


def test_what_a_role_extends_is_meant_where_it_is_written(tmp_path: Path) -> None:
    """A default role goes on with the default; another role of the domain has what the domain has."""
    assert reported(tmp_path, OWN + "  boss: {domain: acme, extends: agent, grants: []}\n") == []
    assert held(tmp_path, "boss", "acme") == ["tickets.show", "tickets.open"]
    assert held(tmp_path, "lead", "acme") == ["tickets.show", "tickets.edit", "tickets.open"]


def test_a_circle_through_a_version_is_found(tmp_path: Path) -> None:
    """A role of the domain extends the version by the name of the default role."""
    circle = "  own: {domain: acme, replaces: agent, extends: boss}\n  boss: {domain: acme, extends: agent}\n"
    assert reported(tmp_path, circle) == ["RG318 own.yaml:2"]


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ("  own: {replaces: agent, grants: [tickets.show]}\n", "RG345 own.yaml:2"),
        ("  own: {domain: acme, replaces: owner, grants: [tickets.show]}\n", "RG345 own.yaml:2"),
        ("  own: {domain: acme, replaces: agnt, grants: [tickets.show]}\n", "RG317 own.yaml:2"),
        ("  own: {domain: acme, replaces: own, grants: [tickets.show]}\n", "RG345 own.yaml:2"),
        (OWN + "  two: {domain: emea, replaces: own, grants: [tickets.show]}\n", "RG345 own.yaml:3"),
        (OWN + "  two: {domain: acme, replaces: agent, grants: [tickets.show]}\n", "RG346 own.yaml:3"),
        ("  agent: {domain: acme, replaces: agent, grants: [tickets.show]}\n", "RG319 own.yaml:2"),
    ],
    ids=["by a default role", "locked", "unknown", "itself", "a version", "twice", "by its own name"],
)
def test_what_cannot_be_replaced_is_an_error(tmp_path: Path, roles: str, expected: str) -> None:
    """Only a default role that is not locked can be replaced, once in each domain."""
    assert reported(tmp_path, roles) == [expected]


def test_a_version_may_keep_what_no_custom_role_may_hold(tmp_path: Path) -> None:
    """It is judged as the role it replaces, hidden permissions included."""
    assert reported(tmp_path, "  own: {domain: acme, replaces: admin, extends: admin}\n") == []
    assert set(reported(tmp_path, "  own: {domain: acme, extends: admin}\n")) == {
        "RG321 default.yaml:3 acme/own"
    }


def test_a_version_may_not_add_what_no_custom_role_may_hold(tmp_path: Path) -> None:
    """What the default role does not hold is added by the domain."""
    added = "  own: {domain: acme, replaces: agent, extends: agent, grants: [settings.pay]}\n"
    assert set(reported(tmp_path, added)) == {"RG321 own.yaml:2 acme/own"}


def test_a_version_needs_the_plan_of_custom_roles_only_for_what_it_adds(tmp_path: Path) -> None:
    """On a plan without custom roles a domain may take away from a default role."""
    less = "  own: {domain: small, replaces: agent, grants: [tickets.show]}\n"
    assert reported(tmp_path, less) == []
    more = "  own: {domain: small, replaces: lead, grants: [tickets.show, settings.close]}\n"
    assert "RG320 own.yaml:2" in reported(tmp_path, more)


def test_a_version_that_is_set_aside_gives_nothing(tmp_path: Path) -> None:
    """Nobody falls back to the default role, which would give back what the domain took away."""
    more = "  own: {domain: small, replaces: lead, grants: [tickets.show, settings.close]}\n"
    assert reported(tmp_path, more.replace("settings.close", "tickets.edit")) == []
    roles = FILES["catalog.yaml"].replace(", never: [settings.*]", "")
    write(tmp_path, {**FILES, "catalog.yaml": roles, "roles/own.yaml": f"roles:\n{more}"})
    lines = ["{user: ana, role: lead, domain: small}", "{everyone: true, role: lead, domain: small}"]
    (tmp_path / "bindings.yaml").write_text("bindings:\n" + "".join(f"  - {line}\n" for line in lines))
    policy = rolegate.load(tmp_path)
    assert [warning.code for warning in policy.warnings] == ["RG320"]
    assert "it holds `settings.close`, and `lead` does not: leave it out" in policy.warnings[0].help
    assert held(tmp_path, "lead", "small") == held(tmp_path, "own", "small") == []
    assert not policy.check("ana", "tickets.show", domain="small")
    assert held(tmp_path, "lead", None) == ["tickets.show", "tickets.edit", "tickets.open"]


@pytest.mark.parametrize(
    ("own", "answers"),
    [
        ("grants: [tickets.shwo]", "role"),
        ("grants: [tickets.edit]", "role"),
        ("extends: own", "role"),
        ("grants: {tickets: show}", "role"),
        ("grants: [tickets.show]\nreplaces: agnt", "domain"),
        ("grants: [tickets.show]\nreplaces: [agent]", "domain"),
        ("grants: [tickets.show]\nreplces: agent", "domain"),
    ],
)
def test_a_broken_version_never_falls_back(tmp_path: Path, own: str, answers: str) -> None:
    """Its holders have nothing of it; where it is not clear what it replaces, the domain answers no."""
    written = f"role: own\ndomain: emea\n{own}\n" + ("" if "repl" in own else "replaces: agent\n")
    lines = """bindings:
  - {user: ana, role: agent, domain: acme}
  - {everyone: true, role: agent, domain: emea}
  - {user: bo, grants: [settings.close], domain: emea}
"""
    write(tmp_path, {**FILES, "roles/emea/own.yaml": written, "bindings.yaml": lines})
    if answers == "role":
        (tmp_path / "roles" / "emea" / "own.yaml").rename(tmp_path / "roles" / "own.yaml")
    policy = rolegate.load(tmp_path)
    assert [(replaced.domain, replaced.role) for replaced in policy.set_aside] == [
        ("emea", "own" if answers == "role" else None)
    ]
    for user in ("ana", "bo"):
        assert not policy.check(user, "tickets.show", domain="emea")
    assert not policy.decide(Question("tickets.show", role="agent", domain="emea"))
    assert bool(policy.check("bo", "settings.close", domain="emea")) is (answers == "role")
    assert policy.check("ana", "tickets.show", domain="acme")


def test_a_version_of_a_role_that_was_locked_later_gives_nothing(tmp_path: Path) -> None:
    """The fault stays with the role of the domain."""
    locked = FILES["roles/default.yaml"].replace("lead: {", "lead: {locked: true, ")
    own = "role: own\ndomain: acme\nreplaces: lead\ngrants: [tickets.show]\n"
    lines = "bindings: [{user: ana, role: lead, domain: acme}, {user: bo, role: agent, domain: acme}]\n"
    more = {"roles/default.yaml": locked, "roles/own.yaml": own, "bindings.yaml": lines}
    policy = rolegate.load(write(tmp_path, {**FILES, **more}))
    assert [(replaced.role, replaced.why.code) for replaced in policy.set_aside] == [("own", "RG345")]
    assert not policy.check("ana", "tickets.show", domain="acme")
    assert policy.check("bo", "tickets.show", domain="acme")


def test_a_role_that_an_application_gives_is_the_version(tmp_path: Path) -> None:
    """By the name that it has in the domain of the subject."""
    assert reported(tmp_path, OWN, "{user: ana, restrict: [tickets.open], domain: acme}") == []
    gate = rolegate.Gate(rolegate.load(tmp_path))
    for user, left in (("ana", False), ("bo", True)):
        subject = gate.subject(user, domain="emea", roles=["agent"])
        assert subject.can("tickets.show")
        assert not subject.can("tickets.edit")
        assert subject.can("tickets.open", on="A") is left
    assert gate.subject("bo", domain="small", roles=["agent"]).can("tickets.edit")


def test_a_restriction_reaches_a_version_that_an_application_gives(tmp_path: Path) -> None:
    """One on the role of a domain around it, and one on the version by its own name."""
    for line in (
        "{role: agent, restrict: [tickets.show], domain: acme}",
        "{role: own, restrict: [tickets.show], domain: acme}",
    ):
        assert reported(tmp_path, OWN, line) == []
        subject = rolegate.Gate(rolegate.load(tmp_path)).subject("bo", domain="emea", roles=["agent"])
        assert [subject.can("tickets.show"), subject.can("tickets.open")] == [False, True]


def test_the_warning_of_an_heir_is_accepted_by_name(tmp_path: Path) -> None:
    """On the version, so that another heir is reported later."""
    own = OWN.replace("except:", 'accept: {RG347: {lead: "leads may"}}, except:')
    assert reported(tmp_path, own, "{user: ana, role: lead, domain: acme}") == []


KINDS = """catalog: demo
plans: [free, pro]
custom_roles: {plans: [pro], manage: settings.edit, never: [settings.*]}
role_kinds: {guest: {may: [show, note], never: [settings.*], plans: [pro]}}
permissions: {show: Show, note: Note, edit: Edit, settings: {permissions: {edit: {}}}}
"""
GUEST = "  guest: {kind: guest, grants: [show]}\n  agent: {grants: [show, edit, settings.edit]}\n"


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("  own: {domain: acme, replaces: guest, grants: [show, note]}\n", []),
        ("  own: {domain: acme, replaces: guest, kind: guest, grants: [note]}\n", []),
        ("  own: {domain: acme, replaces: guest, grants: [show, edit]}\n", ["RG355"]),
        ("  own: {domain: small, replaces: guest, grants: [show]}\n", ["RG320"]),
        ("  own: {domain: acme, replaces: agent, kind: guest, grants: [show]}\n", ["RG345"]),
        ("  own: {domain: small, replaces: agent, grants: [edit, settings.edit]}\n", []),
        ("  own: {domain: small, replaces: agent, grants: [note]}\n", ["RG320"]),
    ],
)
def test_a_version_is_of_the_kind_of_what_it_replaces(tmp_path: Path, role: str, expected: list[str]) -> None:
    """What the kind says of the default role, it says of the version."""
    write(tmp_path, {**FILES, "catalog.yaml": KINDS, "roles/default.yaml": f"roles:\n{GUEST}{role}"})
    found = [one.code for one in rolegate.validate([tmp_path]).diagnostics]
    assert [code for code in found if code not in ASIDE] == expected


def test_a_version_is_edited_by_whoever_edits_the_roles_of_the_domain(tmp_path: Path) -> None:
    """Without the plan for custom roles as well; the default role is not the domain's to edit."""
    own = "  own: {domain: small, replaces: agent, grants: [edit]}\n"
    write(tmp_path, {**FILES, "catalog.yaml": KINDS, "roles/default.yaml": f"roles:\n{GUEST}{own}"})
    policy = rolegate.load(tmp_path)
    assert policy.managed_by(role="agent", domain="small") == "settings.edit"
    assert policy.managed_by(role="own", domain="small") == "settings.edit"
    assert policy.managed_by(role="agent", domain="acme") is None
    assert policy.managed_by(domain="small") is None


def test_a_version_is_not_a_custom_role_beside_other_lines(tmp_path: Path) -> None:
    """Its holders may be given what no custom role may hold."""
    lines = ["{user: ana, role: agent, domain: acme}", "{user: ana, grants: [settings.close], domain: acme}"]
    assert reported(tmp_path, OWN, *lines) == []
    custom = "  own: {domain: acme, grants: [tickets.show]}\n"
    lines[0] = "{user: ana, role: own, domain: acme}"
    assert reported(tmp_path, custom, *lines) == ["RG415 bindings.yaml:3"]


def test_a_version_that_took_it_away_gives_nothing_beside_a_custom_role(tmp_path: Path) -> None:
    """A line of an outer domain is judged by what it gives in each domain."""
    roles = "  own: {domain: emea, grants: [tickets.show]}\n"
    lines = ["{user: ana, role: admin, domain: acme}", "{user: ana, role: own, domain: emea}"]
    assert reported(tmp_path, roles, *lines) == ["RG329 bindings.yaml:2"]
    roles += "  less: {domain: emea, replaces: admin, grants: [tickets.show]}\n"
    assert reported(tmp_path, roles, *lines) == []


def test_a_bound_role_that_extends_what_is_replaced_is_reported(tmp_path: Path) -> None:
    """It goes on giving what the default role gives; in a domain without it there is nothing to report."""
    assert reported(tmp_path, OWN, "{user: ana, role: lead, domain: small}") == []
    assert reported(tmp_path, OWN, "{user: ana, role: lead, domain: emea}") == ["RG347 own.yaml:2 lead"]


def test_a_role_that_extends_the_version_is_not_reported(tmp_path: Path) -> None:
    """By either name; one that extends another role past the version is."""
    boss = "  boss: {domain: acme, extends: agent}\n"
    assert reported(tmp_path, OWN + boss, "{user: ana, role: boss, domain: acme}") == []
    past = "  boss: {domain: acme, extends: lead}\n"
    assert reported(tmp_path, OWN + past, "{user: ana, role: boss, domain: acme}") == [
        "RG347 own.yaml:2 boss"
    ]


def test_a_line_that_an_outer_one_makes_needless_is_found_by_the_name(tmp_path: Path) -> None:
    """What the name means is the same for both lines; by the name of the version it is not."""
    outer = "{user: ana, role: agent, domain: acme}"
    roles = OWN + "  inner: {domain: emea, replaces: agent, grants: [tickets.show]}\n"
    again = "{user: ana, role: agent, domain: emea}"
    assert reported(tmp_path, roles, outer, again) == ["RG423 bindings.yaml:3"]
    for lines in ((outer.replace("agent", "own"), again), (outer, again.replace("agent", "own"))):
        assert reported(tmp_path, roles, *lines) == ["RG347 own.yaml:3 own"]  # `own` extends the default one


def test_a_title_is_taken_from_the_default_role(tmp_path: Path) -> None:
    """As long as the version has none of its own; a matrix says whose it is."""
    assert reported(tmp_path, OWN) == []
    assert dict(rolegate.load(tmp_path).matrix(domain="acme").roles)["agent"] == "Agent (acme)"
