"""The comparison with the plain evaluator is worth something: it finds planted compiler faults."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from plain.asking import Rolegate, Stock, questions
from plain.evaluator import Ask, Evaluator
from plain.loading import loaded
from plain.strategies import NOW, Files
from rolegate.catalog import hidden, link_dependencies
from rolegate.catalog.availability import Availability
from rolegate.catalog.dependency_entries import Dependency, Implier
from rolegate.catalog.model import Catalog, Permission
from rolegate.compiled import deny_lines, everyone, holders, lines, names
from rolegate.compiled import line_collector as compiler
from rolegate.compiled.lines import G3Line, PLine, Provenance
from rolegate.compiled.removed_lines import removed_lines
from rolegate.diagnostics import Diagnostic, Report, Span
from rolegate.documents.text import Text
from rolegate.engine import translation
from rolegate.grants import inheritance, moments, resolve_bindings, resolve_domains, team_members
from rolegate.grants.bindings import Binding, BindingSubject
from rolegate.grants.domains import InnerTeams
from rolegate.grants.only import Copy
from rolegate.grants.only_reader import OnlyReader
from rolegate.grants.rights import Right, widest
from rolegate.grants.role_kinds import check_kind
from rolegate.grants.roles import Origin, Role, close

SET = """
catalog.yaml:
  catalog: planted
  plans: [free, pro]
  custom_roles: {plans: [pro]}
  role_kinds: {local: {plans: [free]}}
  domain_kinds: [firm, site]
  addons: [ai, bots]
  scopes: {reach: [all, team, my]}
  resources: {inbox: Inbox}
  restrictions: {no_show: {restrict: ["show@my"]}}
  permissions:
    show: {title: Show, scopes: reach}
    reply: {title: Reply, per: inbox}
    bill: {title: Bill, plans: [pro], implies: ops.find@my}
    ops: {permissions: {find: {title: Find, hidden: true, scopes: reach}}}
    look: {title: Look, scopes: reach, implies: ops.find}
    note: {title: Note, requires: reply}
    sign: {title: Sign, domain_kinds: [firm]}
    take: {title: Take, by_name: true}
    staff: {fields: {salary: {scopes: reach}}}
    learn: {title: Learn, addons: [{any_of: [ai, bots]}]}
roles/agent.yaml: {role: agent, grants: ["show@all", "look@team", "reply[*]", bill, sign, learn]}
roles/pad.yaml: {role: pad, grants: [note, "reply[One]"]}
roles/pine.yaml: {role: pine agent, domain: pine, replaces: agent, extends: agent, except: [sign]}
roles/birch_porter.yaml: {role: porter, domain: birch, kind: local, grants: ["show@my"]}
roles/birch_lead.yaml: {role: lead, domain: birch, grants: ["show@my", "reply[*]"]}
roles/birch_chief.yaml: {role: chief, domain: birch, extends: lead, grants: ["look@my"]}
domains.yaml:
  domains:
    pine: {plan: pro, kind: firm, within: cedar, addons: [bots]}
    cedar: {plan: pro, kind: firm}
    dune: {plan: pro, kind: firm}
    acme:
      kind: firm
      plan: pro
      teams: {sales: [ana, {team: paris}], paris: [pia]}
      zone: America/Los_Angeles
      removed: {inbox: [Gone]}
      instances: {inbox: [Default]}
    birch: {kind: site, plan: free, addons: [bots], teams: {sales: [bo]}}
    acme site: {kind: site, within: acme}
bindings.yaml:
  bindings:
    - {team: sales, role: agent, domain: acme}
    - {team: sales, grants: ["show@my", bill], domain: birch}
    - {user: "a b", grants: ["reply[x y]"], domain: acme}
    - {user: cy, role: agent, domain: birch}
    - {user: di, grants: ["*"], domain: acme}
    - {user: ana, restrict: ["reply[Default]", "show@team", look], domain: acme}
    - {everyone: true, grants: ["show@my"], domain: cedar}
    - {user: eve, role: agent, domain: cedar, only: {inbox: [One]}, rest: keep}
    - {role: agent, restrict: ["reply[One]"], domain: cedar}
    - {user: pat, role: agent, domain: cedar}
    - {everyone: true, role: pad, domain: dune}
    - {everyone: true, restrict: ["reply[One]"], domain: dune}
    - {user: dan, grants: ["reply[Two]"], domain: dune}
    - {user: fi, role: agent, domain: acme, from: 2026-06-15T05:01}
    - {user: ed, role: agent, domain: acme, until: 2026-06-15T05:01}
    - {user: cy, restrictions: [no_show], domain: birch}
    - {user: pat, role: porter, domain: birch}
    - {user: pay, grants: ["staff.fields.salary.edit@team"], domain: acme}
    - {user: payer, grants: ["staff.fields.salary.edit@all"], domain: acme}
    - {user: payer, restrict: ["staff.fields.salary.view@team"], domain: acme}
    - {user: lee, role: lead, domain: birch, only: {inbox: [One]}, rest: keep}
    - {user: lee, role: agent, domain: birch}
    - {role: lead, restrict: ["show@my"], domain: birch}
    - {user: kim, role: chief, domain: birch}
"""


@cache
def asked() -> tuple[Files, Evaluator, tuple[tuple[Ask, bool], ...]]:
    """The set, who knows the answers, and all of them; planted faults do not reach the plain evaluator.

    The questions are in no order, so that the first one that shows a fault comes soon.
    """
    files: Files = yaml.load(SET, Loader=yaml.CBaseLoader)
    plain = Evaluator(files, NOW)
    asks = list(questions(files, plain, some=(False,)))
    random.Random(0).shuffle(asks)
    return files, plain, tuple((ask, plain.answer(ask)) for ask in asks)


def wrong(folder: Path, *those: str) -> dict[str, Ask | None]:
    """The first question that rolegate, and that Casbin, answers otherwise than the plain evaluator."""
    files, plain, answers = asked()
    policy = loaded(folder / "set", files)
    made = policy.compile(at=NOW)
    opinions = {
        "rolegate": Rolegate(policy, NOW).answer,
        "casbin": Stock(made.model_text, made.policy_text, folder / "compiled", plain).answer,
    }
    return {
        who: next((ask for ask, right in answers if right is not opinions[who](ask)), None)
        for who in those or opinions
    }


def test_nothing_is_found_where_nothing_was_planted(tmp_path: Path) -> None:
    """Without a fault there is no difference."""
    assert wrong(tmp_path) == {"rolegate": None, "casbin": None}


def found(tmp_path: Path) -> None:
    """Casbin, which reads the compiled lines, gives the fault away."""
    assert wrong(tmp_path, "casbin")["casbin"]


def test_a_lost_deny_line_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The line that denies "every inbox" where one of them is restricted."""
    monkeypatch.setattr(deny_lines, "blocked_objects", lambda obj: [obj])
    found(tmp_path)


def test_a_restriction_that_is_not_switched_on_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The catalog names it, a line switches it on, and nothing is taken away."""
    monkeypatch.setattr(resolve_bindings, "switched_on", lambda *_: [])
    assert all(wrong(tmp_path).values())


def test_a_scope_that_is_not_expanded_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`show@all` without its lines for team and my."""

    def broadest_only(rights: Iterable[Right]) -> list[Right]:
        return [right for right in widest(rights) if right.scope in ("-", "all")]

    monkeypatch.setattr(compiler, "widest", broadest_only)
    found(tmp_path)


def test_an_availability_that_is_ignored_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every plan has everything."""
    monkeypatch.setattr(compiler.LineCollector, "_available", lambda self, path, domain: True)
    found(tmp_path)


def test_a_kind_that_is_inherited_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A site passes the gates of the firm it lies within."""
    exists_in = Availability.includes

    def of_any_kind(
        availability: Availability, kind: str | None, plan: str | None, addons: frozenset[str]
    ) -> bool:
        return any(exists_in(availability, one, plan, addons) for one in {kind, "firm"})

    monkeypatch.setattr(Availability, "includes", of_any_kind)
    found(tmp_path)


def test_a_kind_that_is_left_out_of_the_gate_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The lines of default roles hold in every kind of domain."""
    name = names.availability_name
    monkeypatch.setattr(compiler, "availability_name", lambda which: name(replace(which, kinds=None)))
    found(tmp_path)


def test_a_choice_of_add_ons_that_asks_for_all_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One of them is enough."""
    includes = Availability.includes

    def with_all(
        availability: Availability, kind: str | None, plan: str | None, addons: frozenset[str]
    ) -> bool:
        every = frozenset(name for choice in availability.choices for name in choice)
        return includes(availability, kind, plan, addons) and every <= addons

    monkeypatch.setattr(Availability, "includes", with_all)
    found(tmp_path)


def test_an_id_that_is_not_encoded_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`a b` as it is."""
    monkeypatch.setattr(names, "encode", lambda text: text)
    found(tmp_path)


def test_a_team_mixed_up_between_domains_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The lines of birch's sales for the sales of acme."""
    team_name = names.team_name
    monkeypatch.setattr(names, "team_name", lambda team, domain: team_name(team, "acme"))
    found(tmp_path)


def test_a_member_team_that_is_left_out_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`paris` does not count in `sales`."""
    monkeypatch.setattr(resolve_domains, "with_inner_teams", lambda shapes, domains, report: domains)
    found(tmp_path)


def test_a_member_team_that_only_lends_its_users_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The users of `paris` are in `sales`, the team itself is not."""
    monkeypatch.setattr(team_members, "InnerTeams", lambda teams, users: InnerTeams({}, users))
    found(tmp_path)


def test_a_line_that_begins_too_early_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`from` is not looked at."""
    monkeypatch.setattr(Binding, "active", lambda line, at: line.until is None or at < line.until)
    found(tmp_path)


def test_a_zone_that_is_ignored_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """05:01 in Los Angeles is a minute after the question, 05:01 in UTC long before it."""
    monkeypatch.setattr(moments, "zone_called", lambda name: UTC)
    found(tmp_path)


def test_a_hidden_permission_that_stays_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With a line of its own it stays where what implies it is restricted."""

    def with_hidden(
        rights: dict[Right, Origin], catalog: Catalog, report: Report, what: str, at: Span
    ) -> dict[Right, Origin]:
        hidden = close(rights, catalog, report, what, at)
        rights |= hidden
        return hidden

    monkeypatch.setattr(inheritance, "close", with_hidden)
    monkeypatch.setattr(compiler.LineCollector, "impliers", as_itself)
    found(tmp_path)


def as_itself(lines: compiler.LineCollector) -> None:
    """Let clients ask each hidden permission as itself."""
    for path, implied_by in lines.resolved.catalog.impliers.items():
        lines.g3[G3Line(path, path, "=")] = Provenance("implies", path, implied_by[0].entry.span)


def test_a_hidden_permission_that_is_implied_on_too_much_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`implies: ops.find@my` serves every scope of it."""
    carried = lines.carried
    monkeypatch.setattr(
        compiler, "carried", lambda *given: [how.replace("@my", "@all") for how in carried(*given)]
    )
    found(tmp_path)


def test_an_implier_that_is_left_out_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only the first of those that imply a hidden permission is asked."""
    impliers = hidden.impliers

    def first(catalog: Catalog, report: Report) -> dict[str, tuple[Implier, ...]]:
        return {path: those[:1] for path, those in impliers(catalog, report).items()}

    monkeypatch.setattr(link_dependencies, "impliers", first)
    assert all(wrong(tmp_path).values())


def test_a_star_that_takes_in_what_is_granted_by_name_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`*` brings all that is neither hidden nor deprecated."""
    starred = property(lambda permission: not (permission.deprecated or permission.hidden))
    monkeypatch.setattr(Permission, "starred", starred)
    assert all(wrong(tmp_path).values())


@pytest.mark.parametrize("keys", [("requires",), ("implies", "requires")])
def test_a_field_that_is_edited_unseen_is_found(
    keys: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Editing a field stays where viewing it is restricted, or does not even bring it."""
    read = link_dependencies._read

    def unseen(
        catalog: Catalog, owner: Permission, texts: list[Text], key: str, report: Report
    ) -> tuple[Dependency, ...]:
        skipped = owner.of_field and key in keys
        return () if skipped else read(catalog, owner, texts, key, report)

    monkeypatch.setattr(link_dependencies, "_read", unseen)
    assert all(wrong(tmp_path).values())


def test_a_removed_instance_that_stays_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`reply[*]` goes on holding for `Gone`."""
    monkeypatch.setattr(compiler, "removed_lines", lambda *given: {})
    assert all(wrong(tmp_path).values())


def test_a_removed_instance_that_is_a_restriction_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """ "Every inbox" would be denied with it."""

    def restricting(*given: Any) -> dict[PLine, Provenance]:
        return {line._replace(obj=":every"): why for line, why in removed_lines(*given).items()}

    monkeypatch.setattr(compiler, "removed_lines", restricting)
    assert all(wrong(tmp_path).values())


def test_a_version_that_outer_lines_pass_by_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A line of cedar goes on giving the default agent in pine, which has its own."""
    monkeypatch.setattr(Binding, "role_in", lambda line, domain, domains: line.role)
    assert all(wrong(tmp_path).values())


def test_a_restriction_that_a_version_escapes_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Who has the agent of pine is no holder of the agent whom cedar restricts."""
    monkeypatch.setattr(Binding, "subject_in", lambda line, domain, domains: line.subject)
    assert all(wrong(tmp_path).values())


def test_a_question_about_a_role_that_passes_its_version_by_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Asked in pine, the name means the default agent."""
    monkeypatch.setattr(translation, "role_meant", lambda roles, name, domain, domains: (None, name))
    assert wrong(tmp_path)["rolegate"]


def test_everyone_who_is_one_user_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Lines for a user called `*` are about nobody else."""
    of_subject = names.of_subject

    def starred(subject: BindingSubject) -> str:
        return names.user_name("*") if subject.kind == "everyone" else of_subject(subject)

    for module in (compiler, deny_lines, everyone):
        monkeypatch.setattr(module, "of_subject", starred)
    found(tmp_path)


def test_a_copy_of_a_restricted_role_that_keeps_all_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Who holds the role for some instances is a holder, too."""
    monkeypatch.setattr(holders.Holders, "copies", lambda *_: ())
    found(tmp_path)


def test_a_right_of_everyone_without_what_it_requires_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing is left of what any instance would serve, and no denial says so."""
    monkeypatch.setattr(compiler, "given_less", lambda *_: {})
    found(tmp_path)


def test_an_inactive_role_that_grants_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A domain that may not have custom roles gets what its custom role grants."""
    monkeypatch.setattr(Role, "set_aside", lambda role, _: role)
    assert all(wrong(tmp_path).values())


def test_an_inactive_role_that_loses_its_holders_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With `only`, nothing is left to be linked to, and restrictions on holders miss them."""
    copies = OnlyReader.copies

    def without(self: OnlyReader, role: Role, *details: Any, keep: bool) -> tuple[Copy, ...]:
        return () if role.aside is not None else copies(self, role, *details, keep=keep)

    monkeypatch.setattr(OnlyReader, "copies", without)
    assert all(wrong(tmp_path).values())


def test_a_role_that_extends_an_inactive_one_and_grants_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It goes with the role that it extends."""
    monkeypatch.setattr(inheritance, "_extends_aside", lambda *_: None)
    monkeypatch.setattr(inheritance, "check_kind", _but_not_chief)
    assert all(wrong(tmp_path).values())


def _but_not_chief(role: Role, *details: Any) -> Diagnostic | None:
    return None if role.name == "chief" else check_kind(role, *details)


def test_a_kind_of_role_that_is_ignored_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Birch has no custom roles, but roles of the kind that its porter is of."""
    monkeypatch.setattr(inheritance, "kind_of", lambda body, catalog, report: catalog.custom_roles)
    assert all(wrong(tmp_path).values())
