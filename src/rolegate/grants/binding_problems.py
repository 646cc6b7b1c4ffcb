"""What can be wrong with lines of bindings, each finding in its words.

Each function adds one finding to a report.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rolegate.catalog.availability import one_of
from rolegate.catalog.model import Catalog
from rolegate.diagnostics import RelatedSpan, Report, Span, did_you_mean, short
from rolegate.documents.file_kinds import BINDINGS, DOMAINS
from rolegate.documents.text import Text
from rolegate.grants.domains import Domain, Domains
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.problems import held_in_words, missing_help
from rolegate.grants.rights import Need, Right, shown
from rolegate.grants.roles import Origin

if TYPE_CHECKING:
    from rolegate.grants.bindings import Binding

_FEW = 12


def list_empty(report: Report, span: Span, key: str) -> None:
    help = f"name a {'restriction' if key == 'restrictions' else 'permission'}, or remove the line"
    report.add("RG404", span, f"`{key}` is empty, so the line says nothing", help)


def restriction_unknown(report: Report, name: Text, restrictions: Iterable[str]) -> None:
    help = did_you_mean(name, restrictions) or "declare it under `restrictions` in the catalog"
    report.add("RG231", name.span, f"unknown restriction `{name}`", help)


def restriction_as_permission(report: Report, name: Text) -> None:
    """*name*, under `restrict`, is not a permission; the catalog has a restriction of that name."""
    help = f"it is a restriction of the catalog: write `restrictions: [{name}]`"
    report.add("RG301", name.span, f"unknown permission `{name}`", help)


def role_as_permission(report: Report, name: Text, verb: str) -> None:
    """*name*, under `grants` or `restrict`, is not a permission; a role is called so."""
    help = f"it is a role: write `role: {name}` in a line of its own"
    if verb != "brings":
        help = "it is a role: name the permissions to take away, or remove the line that gives the role"
    report.add("RG301", name.span, f"unknown permission `{name}`", help)


def restriction_empty(report: Report, span: Span, name: Text) -> None:
    help = "name a permission, or remove the restriction"
    report.add("RG232", span, f"restriction `{name}` takes nothing away", help)


# -- teams and domains ---------------------------------------------------------------------------------------


def domain_missing(report: Report, span: Span, domains: Domains) -> None:
    names = ", ".join(f"`{name}`" for name in domains.names[:_FEW]) or "none"
    more = ", …" if len(domains.names) > _FEW else ""
    help = f"add `domain: …`; the domains are {names}{more}"
    report.add("RG411", span, "the line names no domain", help)


def line_outside_home(report: Report, domain: Text, home: str) -> None:
    """The file is named after the domain *home*."""
    message = f"the file is named after domain `{home}`, and `{domain}` is not inside it"
    help = f"move the line to the file of `{domain}`, or to {BINDINGS.place}"
    report.add("RG440", domain.span, message, help)


def team_unknown(report: Report, team: Text, domain: str, domains: Domains) -> None:
    otherwise = "declare it under `teams` of the domain"
    if not domains.declared:
        otherwise = f"declare the domain and its `teams` in {DOMAINS.place}"
    seen = (name for outer in domains.outward(domain) for name in domains[outer].teams)
    _team_unknown(report, team, domain, did_you_mean(team, seen) or otherwise)


def team_elsewhere(report: Report, team: Text, domain: str, owners: Sequence[str], domains: Domains) -> None:
    """*owners* are domains that declare a team of this name; it cannot be bound in *domain*."""
    where = ", ".join(f"`{owner}`" for owner in owners)
    if len(owners) == 1:
        where = f"{'the inner domain' if domain in domains.outward(owners[0]) else 'domain'} {where}"
    _team_unknown(report, team, domain, f"team `{team}` is declared in {where}; bind it there")


def team_nowhere(report: Report, team: Text, domains: Domains) -> None:
    """*team* is in no domain; that of the line is not known."""
    names = (name for domain in domains for name in domain.teams)
    help = did_you_mean(team, names) or "declare it under `teams` of the domain"
    report.add("RG403", team.span, f"no domain has a team `{team}`", help)


def _team_unknown(report: Report, team: Text, domain: str, help: str) -> None:
    report.add("RG403", team.span, f"domain `{domain}` does not have a team `{team}`", help)


# -- everyone and the holders of a role ----------------------------------------------------------------------


def user_like_everyone(report: Report, user: Text) -> None:
    message = f"the user `{user}` is one user of that name, and not everyone"
    report.add("RG416", user.span, message, "for every user of the domain, write `everyone: true`")


def user_like_list(report: Report, user: Text) -> None:
    message = f"the user `{short(user)}` is one user of that name, and not a list of users"
    report.add("RG416", user.span, message, "write one line for each user, or bind a team of them")


def user_like_names(report: Report, user: Text, names: Sequence[str]) -> None:
    """*names*, the parts of *user* between blanks, are users that the files name as well."""
    parts = short(", ".join(names))
    message = f"the user `{short(user)}` is one user of that name, and not the users {parts}"
    help = f"for several members of a team, write `[{parts}]`; for several users, one line for each"
    report.add("RG416", user.span, message, help)


def user_like_team(report: Report, user: Text, domain: str) -> None:
    message = f"the user `{user}` has the name of a team of domain `{domain}`, and is not the team"
    report.add("RG416", user.span, message, f"for its members, write `team: {user}`")


def heir_keeps(report: Report, line: Binding, role: str, heir: str, right: Right) -> None:
    """*line* restricts *role*; *heir* extends it, is bound there and keeps *right*, which the line takes."""
    keep = f"keep `{shown(right)}`, which the line takes from holders of `{role}`"
    message = f"holders of `{heir}`, which extends `{role}`, {keep}"
    help = f"if they should lose it, restrict the holders of `{heir}` as well, in the same domain and time"
    report.add("RG417", line.span, message, help, entry=heir)


# -- `only` --------------------------------------------------------------------------------------------------


def only_empty(report: Report, span: Span) -> None:
    help = "name the instances, such as `only: {inbox: [Default]}`, or remove the whole line"
    report.add("RG406", span, "`only` names no resource", help)


def only_kind_empty(report: Report, kind: Text) -> None:
    report.add("RG406", kind.span, f"`only` names no {kind}", "name at least one, or remove the whole line")


def only_leaves_nothing(report: Report, instance: Text, kind: str, role: str, help: str) -> None:
    message = f"`only` leaves nothing of role `{role}` for {kind} `{instance}`"
    report.add("RG407", instance.span, message, help)


def only_implies_more(report: Report, span: Span, right: Right, kind: str, origin: Origin, by: Right) -> None:
    """*by* is kept and implies *right*, which is on more of *kind* than `only` names."""
    message = f"`only` keeps `{shown(by)}`, which implies `{shown(right)}`: more than the {kind} it names"
    help = f"bind a role without `{by.path}`, or this one without `only`"
    granted = RelatedSpan(origin.written, f"`{by.path}` is granted here")
    report.add("RG412", span, message, help, [granted], entry=f"{by.path} implies {right.path}")


def only_drops_requirement(
    report: Report, span: Span, role: str, right: Right, origin: Origin, wanted: Need, keep: bool
) -> None:
    """*keep* is whether the line keeps the rest of the role, which is not per instance."""
    what = f"role `{role}` limited by `only`"
    help = "`rest: keep` keeps what is not per instance"
    if keep:
        help = f"name the instances of role `{role}` that go together"
    granted = RelatedSpan(origin.written, f"`{right.path}` is granted here")
    _requirement_missing(report, span, what, right, origin, wanted, help, [granted])


# -- grants and restrictions ---------------------------------------------------------------------------------


def line_lacks_requirement(
    report: Report, right: Right, origin: Origin, wanted: Need, catalog: Catalog
) -> None:
    help = missing_help(wanted, right, origin, catalog) + "; other lines do not count"
    _requirement_missing(report, origin.written, "this line", right, origin, wanted, help)


def _requirement_missing(
    report: Report,
    span: Span,
    what: str,
    right: Right,
    origin: Origin,
    wanted: Need,
    help: str,
    places: Sequence[RelatedSpan] = (),
) -> None:
    held = held_in_words(right, origin)
    message = f"{what} grants {held} but not `{shown(wanted)}`, which it requires"
    report.add("RG408", span, message, help, places)


def restricted_instance_unknown(
    report: Report, entry: GrantEntry, kind: str, instance: str, domain: str, known: Iterable[str]
) -> None:
    """*known* are the instances of *kind* that the domain, or one around or inside it, has or had."""
    what = "the restriction" if entry.by is None else f"restriction `{entry.by}`"
    message = f"{what} is on the {kind} `{instance}`, which domain `{domain}` does not know"
    otherwise = "list it in the domain under `instances`, or under `removed` if it is gone"
    help = did_you_mean(instance, known, otherwise)
    span = entry.span if entry.by is None else entry.by.span
    report.add("RG414", span, message, help if help == otherwise else f"{help} If not, {otherwise}")


def role_elsewhere(report: Report, span: Span, role: str, domain: Domain, kinds: Iterable[str]) -> None:
    """Nothing of *role* exists in *domain*, or where the line holds inside it; it exists in *kinds*."""
    message = f"role `{role}` gives nothing in domain `{domain.name}`, which is of kind `{domain.kind}`"
    help = f"what it holds exists in a domain of kind {one_of(kinds)}: bind it there, or around one"
    report.add("RG432", span, message, help)
