"""What can be wrong with domains, and with instances that they or `only` list, each finding in its words.

Each function adds one finding to a report.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice

from rolegate.catalog.grant_syntax import GrantSyntaxError, parse_instance_text
from rolegate.catalog.problems import through
from rolegate.diagnostics import Diagnostic, RelatedSpan, Report, Span, did_you_mean
from rolegate.documents.text import Text, span_of
from rolegate.encoding import readable
from rolegate.grants.domains import Domains, TeamMember

_FEW = 12


def domain_unknown(report: Report, name: Text, domains: Domains) -> None:
    report.add("RG401", name.span, f"unknown domain `{name}`", domains.help(name))


def outer_domain_unknown(report: Report, within: Text, declared: Collection[str], fate: str) -> None:
    help = fate or did_you_mean(within, declared) or "declare it here, or leave `within` out"
    report.add("RG401", within.span, f"unknown domain `{within}`", help)


def domain_in_circle(report: Report, circle: Sequence[Text], outer: Mapping[Text, Text | None]) -> None:
    """Each domain of *circle* lies within the next one; *outer* has what each is written to lie within."""
    first = circle[0]
    message = f"domain `{first}` lies within itself{through(circle)}"
    places = [
        RelatedSpan(span_of(outer[name], name.span), f"`{name}` lies within `{outer[name]}` here")
        for name in circle[1:6]
    ]
    help = "remove one of the `within` entries"
    report.add("RG402", span_of(outer[first], first.span), message, help, places)


def plan_missing(report: Report, domain: Text, plans: Iterable[str]) -> None:
    message = f"domain `{domain}` has no plan, so nothing that needs one is available there"
    help = "give it a `plan`: " + _first(plans)
    report.add("RG410", domain.span, message, help)


def kind_missing(report: Report, domain: Text, kinds: Iterable[str]) -> None:
    message = f"domain `{domain}` has no kind, so it is not clear what exists there"
    help = "give it a `kind`: " + _first(kinds)
    report.add("RG430", domain.span, message, help)


def _first(names: Iterable[str]) -> str:
    shown = [f"`{name}`" for name in islice(names, _FEW + 1)]
    return ", ".join(shown[:_FEW]) + (", …" if len(shown) > _FEW else "")


def addon_needed(report: Report, addon: Text, domain: str, missing: Iterable[str]) -> None:
    """*domain* does not have *missing*, which *addon* needs."""
    names = " and ".join(f"`{name}`" for name in sorted(missing))
    message = f"domain `{domain}` has the add-on `{addon}`, but not {names}, which it needs"
    report.add("RG431", addon.span, message, f"add {names} to its `addons`, or remove `{addon}`")


def team_name_shadows(report: Report, team: Text, domain: str, outer: str) -> None:
    """*domain* declares a team with the name of one that *outer*, a domain around it, declares."""
    message = f"team `{team}` has the name of a team of `{outer}`"
    help = f"in `{domain}` the name now means this team; rename one to be clear"
    report.add("RG409", team.span, message, help)


def team_in_circle(report: Report, circle: Sequence[TeamMember]) -> None:
    """Each team of *circle* is a member of the one before it, and the last one contains the first."""
    first = circle[-1]
    names = [first.name, *(member.name for member in circle[:-1])]
    message = f"team `{first.name}` is a member of itself{through(names)}"
    places = [
        RelatedSpan(member.span, f"team `{member.name}` is a member here") for member in circle[:-1][:5]
    ]
    report.add("RG424", first.span, message, "leave one of these member teams out", places)


# -- instances -----------------------------------------------------------------------------------------------


def removed_instance_listed(report: Report, instance: Text, kind: str, domain: str) -> None:
    message = f"the {kind} `{instance}` of domain `{domain}` is listed as removed, and as an instance"
    help = "leave it out of `removed`, or of `instances` together with what lies within it"
    report.add("RG413", instance.span, message, help)


def instance_removed_around(report: Report, instance: Text, kind: str, domain: str, removed: Text) -> None:
    """*removed* is the entry of a domain around *domain*."""
    message = f"the {kind} `{removed}` of domain `{domain}` is removed in a domain around it"
    help = "leave it out of one of the two, or give the new one another id"
    place = RelatedSpan(removed.span, "it is listed as removed here")
    report.add("RG413", instance.span, message, help, [place])


def instance_removed(
    report: Report, span: Span, kind: str, instance: str, removed: Span, takes: bool
) -> None:
    """What *takes* something away stays: without it, somebody would hold more."""
    message = f"the {kind} `{instance}` is removed, so nobody may use it"
    help = "remove the entry: it would hold again for a new one with this id"
    if takes:
        help = "name another one, or accept this finding: without the entry somebody would hold more"
    report.add("RG418", span, message, help, [RelatedSpan(removed, "it is listed as removed here")])


def instance_not_known(
    report: Report,
    span: Span,
    kind: str,
    instance: str,
    domains: Sequence[str],
    known: Collection[str],
    takes: bool,
) -> None:
    """*known* are the encoded instances of *kind* that the first of *domains* has or had.

    What *takes* something away stays: without it, somebody would hold more.
    """
    who = "does" if len(domains) == 1 else f"and {len(domains) - 1} more do"
    message = f"domain `{domains[0]}` {who} not know the {kind} `{instance}`"
    gone = "list it under `removed`" if takes else "remove the entry"
    otherwise = f"list it in the domain under `instances`, or {gone} if it is gone"
    help = did_you_mean(instance, map(readable, known), otherwise)
    parts = [part.strip() for part in instance.split(",")]
    if len(parts) > 1 and all(_is_one_of(part, known) for part in parts):
        help = "write a grant for each of them; a comma belongs to the id."
    report.add("RG418", span, message, help if help == otherwise else f"{help} If not, {otherwise}")


def _is_one_of(text: str, known: Collection[str]) -> bool:
    try:
        return parse_instance_text(text) in known
    except GrantSyntaxError:
        return False


def instance_unreadable(report: Report, text: Text, error: GrantSyntaxError) -> None:
    report.add("RG306", text.span, f"`{text}`: {error}", error.help)


def star_for_instance(report: Report, text: Text, kind: str) -> None:
    help = "name one by one what is meant; a star of an id is written `%2A`"
    report.add("RG306", text.span, f"`{text}` does not name one {kind}", help)


def instance_of_other_depth(report: Report, text: Text, chain: Sequence[str]) -> None:
    if len(chain) == 1:
        help = f"if the `/` belongs to the id, write `{text.replace('/', '%2F')}`"
    else:
        *outer, kind = (f"the id of the {kind}" for kind in chain)
        help = f"write {', '.join(outer)} and {kind}, with a `/` between them; a `/` within an id is `%2F`"
    report.add("RG306", text.span, f"`{text}` does not name one {chain[-1]}", help)


def records_not_told_apart(report: Report, span: Span, domains: int) -> None:
    message = f"there are {domains} domains, and the catalog does not say which of them a record belongs to"
    help = "add `records: {domain: account_id}`, or `{separate: true}` if each domain has tables of its own"
    report.add("RG224", span, message, help)


def domain_set_aside(report: Report, why: Diagnostic, names: Sequence[str], *, alone: bool) -> None:
    """The domains *names*, the first of which is at fault, are set aside for *why*: *alone*, or first."""
    inside = len(names) - 1
    does = "does 1 domain" if inside == 1 else f"do {inside} domains"
    more = f", and so {does} inside it" if inside else ""
    message = f"domain `{names[0]}` answers no to everything{more}"
    also = "" if alone else ", and the other errors of the domain"
    report.add("RG441", why.span, message, f"correct {why.code} here{also}; the rest of the set is in force")


def team_shadows(report: Report, team: Text, domain: str, owner: str) -> None:
    """*team* comes from the application, and files around *domain* have a team of its name."""
    message = f"team `{team}` is declared in domain `{owner}`, around `{domain}`"
    help = f"give its members where domain `{owner}` is asked for, or rename the team"
    report.add("RG440", team.span, message, help)
