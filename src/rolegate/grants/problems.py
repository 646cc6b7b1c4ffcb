"""What can be wrong with roles, each finding in its words.

Each function adds one finding to a report. The other findings of this room are in `path_problems` and
`entry_problems` (single grants and exceptions), `domain_problems`, `binding_problems` and `set_problems` (a
set that is too large).
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

from rolegate.catalog.availability import Availability
from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Diagnostic, RelatedSpan, Report, Span, short
from rolegate.documents.file_kinds import BINDINGS
from rolegate.documents.text import Text
from rolegate.encoding import readable
from rolegate.grants.domains import Domain, Domains
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Need, Right, shown
from rolegate.grants.roles import Origin, RoleKey, RoleTable, role_help
from rolegate.wording.phrases import SaidName

ROLE_TWICE = "RG319"
"""Two roles of one name: of the second nothing else is looked at."""

# -- names and what a role extends ---------------------------------------------------------------------------


def role_unknown(
    report: Report, name: Text, roles: RoleTable[Any], domain: str | None, domains: Domains
) -> None:
    """*roles* has those that there are; the name is used in *domain*."""
    help = role_help(roles, name, domain, domains)
    report.add("RG317", name.span, _unknown_role(name), help)


def is_unknown_role(found: Diagnostic, names: Container[str]) -> bool:
    """Whether *found* says that one of *names* is an unknown role."""
    before, after = _unknown_role("\n").split("\n")
    name = found.message.removeprefix(before).removesuffix(after)
    return found.code == "RG317" and name in names and found.message == _unknown_role(name)


def _unknown_role(name: str) -> str:
    return f"unknown role `{name}`"


def nameless(report: Report, span: Span) -> None:
    report.add("RG115", span, "the role has no name", "give the draft one with `called`")


def role_name_taken(report: Report, name: Text, domain: str | None, other: RoleKey, declared: Span) -> None:
    """A role of *domain* has the name of the role *other*, which is declared before it."""
    what = "a default role" if other[0] is None else f"a role of domain `{other[0]}`"
    said = f"there is already {what} called `{name}`"
    if None not in (domain, other[0]) and other[0] != domain:  # whichever of them came first
        said = f"domain `{domain}` and domain `{other[0]}` around it both have a role called `{name}`"
    help = "choose another name" if other[0] == domain else "choose another name: no role shadows another"
    if other[0] is None and domain is not None:
        version = f"add `replaces: {name}` if `{domain}` is to have its own version of it"
        help = f"choose another name, and {version}"
    place = RelatedSpan(declared, f"`{name}` is declared here")
    report.add(ROLE_TWICE, name.span, said, help, [place])


def default_role_replaces(report: Report, replaced: Text) -> None:
    message = f"a default role cannot replace `{replaced}`: only a role of a domain can"
    help = "add `domain: …` with the domain that has a version of its own, or change the default role itself"
    report.add("RG345", replaced.span, message, help)


def custom_role_replaced(report: Report, replaced: Text) -> None:
    help = "name a default role, or edit that role itself"
    message = f"`{replaced}` is a role of a domain: only a default role can be replaced"
    report.add("RG345", replaced.span, message, help)


def locked_role_replaced(report: Report, replaced: Text, declared: Span) -> None:
    message = f"role `{replaced}` is locked, so no domain can replace it"
    help = "remove `replaces`: a role of the domain can be bound beside it"
    report.add("RG345", replaced.span, message, help, [RelatedSpan(declared, f"`{replaced}` is locked here")])


def kind_of_replaced(report: Report, kind: Text, replaced: Text) -> None:
    message = f"a role that replaces `{replaced}` is of the same kind, which is not `{kind}`"
    report.add("RG345", kind.span, message, "leave out `kind`, or `replaces`")


def role_replaced_twice(report: Report, replaced: Text, domain: str, earlier: Text | None) -> None:
    """*earlier* is where another role of *domain* says that it replaces the same one."""
    message = f"domain `{domain}` has another role that replaces `{replaced}`"
    places = [] if earlier is None else [RelatedSpan(earlier.span, f"`{replaced}` is replaced here as well")]
    report.add("RG346", replaced.span, message, "keep one of the two, or remove one `replaces`", places)


def heir_of_replaced(
    report: Report, heir: str, version: str, replaced: Text, domain: str, bound: Span
) -> None:
    """*heir* extends *replaced*, and is bound where *version*, a role of *domain*, replaces that."""
    message = f"role `{heir}`, which extends `{replaced}`, is bound where `{version}` replaces that"
    help = (
        f"its holders have what is replaced: add a role of `{domain}` that extends `{version}`, and bind it"
    )
    place = RelatedSpan(bound, f"`{heir}` is bound here")
    report.add("RG347", replaced.span, message, help, [place], entry=heir)


def clone_of_itself(report: Report, parent: Text) -> None:
    help = "name the role it was copied from, or remove `clone_of`"
    report.add("RG318", parent.span, f"role `{parent}` is a clone of itself", help)


def default_role_on_custom(report: Report, parent: Text) -> None:
    message = f"`{parent}` is a custom role; a default role cannot build on it"
    report.add("RG324", parent.span, message, "name a default role, or give this role the same `domain`")


def role_in_circle(report: Report, circle: Sequence[str], entries: Sequence[Text], most: int) -> None:
    """Each role of *circle* extends the next one in the entry of the same place; the last is the first."""
    through = ", ".join(f"`{name}`" for name in circle[1:-1][:5])
    message = f"role `{circle[0]}` extends itself" + (f" through {through}" if through else "")
    places = [
        RelatedSpan(entry.span, f"`{name}` extends `{entry}` here")
        for name, entry in list(zip(circle, entries, strict=False))[1:most]
    ]
    report.add("RG318", entries[0].span, message, "remove one of the `extends` entries", places)


def role_empty(report: Report, name: Text) -> None:
    report.add("RG325", name.span, f"role `{name}` holds nothing", "give it `grants`, or remove it")


def same_title(
    report: Report, span: Span, role: str, title: str, other: str, first: Span, locale: str | None
) -> None:
    """*role* has the *title* of *other* in the language *locale*, None for the catalog's own."""
    where = "" if locale is None else f" in `{locale}`"
    message = f"role `{role}` has the same title as `{other}`{where}: `{short(title)}`"
    help = "people who choose a role cannot tell them apart: give one of them another title"
    report.add("RG348", span, message, help, [RelatedSpan(first, f"`{other}` is here")], entry=other)


# -- what a role grants and excepts --------------------------------------------------------------------------


def instance_in_shared_role(report: Report, entry: GrantEntry) -> None:
    message = f"`{entry.text}` names an instance in a role that all domains share"
    report.add("RG322", entry.span, message, "give the role a `domain`, or grant the instance in a binding")


def grant_unavailable(report: Report, entry: GrantEntry, domain: Domain, wanted: set[Availability]) -> None:
    """*wanted* has what the permissions of a grant need to be available, one of these for each of them."""
    granted = SaidName("grant", entry.text)
    help = "remove the grant, or change the `plan` or the `addons` of a domain"
    if not any(availability.exists_in(domain.kind) for availability in wanted):
        kinds = frozenset(kind for availability in wanted for kind in availability.kinds or ())
        message: str = domain.lacks(granted, Availability(kinds=kinds))
        help = "remove the grant, or bind it in or around a domain of that kind that has what it needs"
    elif len(wanted) == 1:
        message = domain.lacks(granted, next(iter(wanted)))
    else:
        message = f"{granted} needs plans or add-ons, which domain `{domain.name}` does not have"
    report.add("RG326", entry.span, message, help)


def instance_excepted_from_star(report: Report, entry: GrantEntry, right: Right, origin: Origin) -> None:
    message = f"`{entry.text}` cannot be excepted from `{right.path}[{readable(right.obj)}]`"
    help = f"grant the instances to keep by name, or restrict the user or team in {BINDINGS.place}"
    granted = RelatedSpan(origin.written, f"`{origin.text}` is granted here")
    report.add("RG313", entry.span, message, help, [granted])


def nothing_excepted(report: Report, entry: GrantEntry) -> None:
    help = "the role holds nothing of it: remove the entry"
    if entry.grant.star:
        help = "the role holds nothing of it yet: keep it for what it may hold later, or remove it by hand"
    report.add("RG323", entry.span, f"`{entry.text}` takes nothing away", help)


# -- dependencies --------------------------------------------------------------------------------------------


def right_lacks_requirement(
    report: Report, role: str, right: Right, origin: Origin, wanted: Need, catalog: Catalog
) -> None:
    held = held_in_words(right, origin)
    message = f"role `{role}` holds {held} without `{shown(wanted)}`, which it requires"
    report.add("RG315", origin.written, message, missing_help(wanted, right, origin, catalog))


def right_lacks_recommendation(
    report: Report, right: Right, origin: Origin, wanted: Need, catalog: Catalog
) -> None:
    message = f"`{shown(right)}` is of little use without `{shown(wanted)}`"
    help = f"add a grant of {_wanted_in_words(wanted, catalog)}"
    report.add("RG316", origin.written, message, help, entry=f"{right.path} without {wanted.path}")


def requirement_excepted(
    report: Report, by: GrantEntry, right: Right, origin: Origin, wanted: Need, narrowest: Right
) -> None:
    """*right* and *narrowest* need what *by* excepts, and so does all that lies between the two."""
    message = f"`{by.text}` is excepted, but `{shown(right)}` still needs `{shown(wanted)}`"
    granted = RelatedSpan(origin.written, f"`{right.path}` is granted here")
    report.add("RG314", by.span, message, f"except `{shown(narrowest)}` as well", [granted])


def held_in_words(right: Right, origin: Origin) -> str:
    """*right*, with what implies it where it is not granted by itself."""
    implied_by = f", which `{origin.implied_by.path}` implies," if origin.implied_by is not None else ""
    return f"`{shown(right)}`{implied_by}"


def missing_help(wanted: Need, right: Right, origin: Origin, catalog: Catalog) -> str:
    """What to do when *wanted*, which *right* requires, is not held."""
    holder = right
    while origin.implied_by is not None and origin.because is not None:
        holder, origin = origin.implied_by, origin.because
    return f"add a grant of {_wanted_in_words(wanted, catalog)}, or remove `{shown(holder)}`"


def _wanted_in_words(wanted: Need, catalog: Catalog) -> str:
    permission = catalog.permission(wanted.path)
    some = ""
    if permission.chain and wanted.obj is None:
        some = f" on some {permission.chain[-1]}"
    elif permission.ladder is not None and wanted.scope is None:
        some = " at some scope"
    return f"`{shown(wanted)}`{some}"


# -- roles that are set aside --------------------------------------------------------------------------------


def role_set_aside(report: Report, name: Text, why: Diagnostic) -> None:
    place = RelatedSpan(why.span, f"{why.code} {why.name}: {why.message}")
    help = "correct what is reported of the role; the rest of the set is in force"
    report.add("RG340", name.span, f"role `{name}` is set aside and grants nothing", help, [place])


def extends_set_aside(report: Report, name: Text, parent: str, why: Diagnostic) -> Diagnostic:
    """The role *name* extends *parent*, which is set aside because of *why*."""
    message = f"role `{name}` grants nothing: `{parent}`, which it extends, is set aside"
    place = RelatedSpan(why.span, f"{why.code} {why.name}: {why.message}")
    return report.add("RG340", name.span, message, f"mend `{parent}`, or do not extend it", [place])
