"""What can be wrong with invariants, each finding in its words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rolegate.diagnostics import RelatedSpan, Report, Span, did_you_mean, short
from rolegate.documents.invariants_file import SORTS
from rolegate.documents.text import Text

if TYPE_CHECKING:
    from rolegate.review.broken_invariants import BrokenInvariant
    from rolegate.review.invariants import Invariant


def invariant_broken(report: Report, found: BrokenInvariant, folder: str) -> None:
    """The set is in *folder*."""
    since = "" if found.since is None else f" from {found.since:%Y-%m-%dT%H:%M:%SZ}"
    help = " and ".join(f"`{command}`" for command in found.witness.commands(folder, found.since))
    message = f"`{found.invariant.text}` is broken{since}: {found.witness}"
    report.add("RG730", found.invariant.span, message, f"see why: {help}", found.witness.because)


def subject_unreadable(report: Report, text: Text, is_role: bool) -> None:
    """With *is_role*, a role is called so."""
    help = (
        f"write `role:{short(text)}`"
        if is_role
        else f"write `role:…`, `team:…` or `user:…`, or one of {', '.join(map('`{}`'.format, SORTS))}"
    )
    report.add("RG731", text.span, f"`{short(text)}` does not say whom the invariant is about", help)


def subject_unknown(report: Report, text: Text, kind: str, name: str, names: Iterable[str]) -> None:
    help = did_you_mean(name, names) or f"name a {kind} that the set declares"
    report.add("RG731", text.span, f"unknown {kind} `{short(name)}`", help)


def nobody_edits(report: Report, invariant: Invariant, manage: Sequence[str]) -> None:
    """*manage* are the permissions that let somebody edit roles; nothing grants one of them."""
    named = " or ".join(f"`{path}`" for path in manage)
    why = f": no role and no line grants {named}" if manage else ""
    help = "grant it to those who edit roles" if len(manage) == 1 else "grant one to those who edit roles"
    if not manage:
        help = "say in the catalog which permission lets somebody edit roles (`custom_roles: {manage: …}`)"
    message = f"`{invariant.text}` holds because nobody may edit roles{why}"
    report.add("RG741", invariant.span, message, f"{help}, or leave the invariant out")


def user_misspelt(report: Report, span: Span, name: str, near: str) -> None:
    """*near* is a user whom the files name; no file names *name*."""
    message = f"the invariant is about the user `{short(name)}`, whom no line and no team names"
    report.add("RG740", span, message, f"did you mean `{short(near)}`?", entry=name)


def instance_unlisted(report: Report, span: Span, kind: str, instance: str, known: Iterable[str]) -> None:
    """*known* are the instances of *kind* that domains list."""
    message = f"the invariant names the {kind} `{short(instance)}`, which no domain lists"
    otherwise = "list it under `instances` of its domain, or under `removed` if it is gone"
    report.add("RG740", span, message, did_you_mean(instance, known, otherwise), entry=instance)


def role_of_review_unknown(report: Report, role: Text, names: Iterable[str], *, is_custom: bool) -> None:
    """*names* are those of default roles, which alone may be let through by a name."""
    help = did_you_mean(role, names) or "name a default role of the set"
    message = f"`only_roles` names an unknown role `{short(role)}`"
    if is_custom:
        message = f"`only_roles` names `{short(role)}`, a custom role, and lets only default roles change"
        help = "leave it out; a change of a custom role is refused as long as there is `only_roles`"
    report.add("RG740", role.span, message, help)


def domain_unknown(report: Report, text: Text, help: str) -> None:
    report.add("RG401", text.span, f"unknown domain `{short(text)}`", help)


def rule_missing(report: Report, span: Span, rules: Sequence[str]) -> None:
    help = "add " + " or ".join(map("`{}`".format, rules))
    report.add("RG732", span, "the invariant does not say what has to stay true", help)


def several_rules(report: Report, span: Span, rule: str, first_span: Span, first: str) -> None:
    related = RelatedSpan(first_span, f"`{first}` is here")
    help = "write one invariant for each"
    report.add("RG732", span, f"`{first}` and `{rule}` in one invariant", help, [related])


def key_empty(report: Report, span: Span, key: str) -> None:
    help = "name a permission" if key not in ("for", "in") else f"leave out `{key}`, or name somebody"
    report.add("RG732", span, f"`{key}` is empty, so the invariant says nothing", help)


def key_missing(report: Report, span: Span, rule: str, help: str) -> None:
    report.add("RG732", span, f"`{rule}` alone says nothing", help)


def key_beside(report: Report, span: Span, key: str, help: str) -> None:
    report.add("RG732", span, f"`{key}` does not go with the rule of the invariant", help)


def held_without_includes(report: Report, span: Span) -> None:
    help = "write `includes` beside it: what whoever holds this holds as well"
    report.add("RG732", span, "`with` goes with `includes`", help)


def included_in_itself(report: Report, span: Span, rule: str) -> None:
    help = f"name another permission in `{rule}`, or another one in `with`"
    report.add("RG732", span, "whoever holds a permission holds it, so the invariant says nothing", help)


def apart_from_itself(report: Report, entry: Text) -> None:
    message = f"`separate` names `{short(entry)}` twice, which cannot be held apart from itself"
    report.add("RG732", entry.span, message, "name each once, or write `never` if nobody may hold it")


def one_apart(report: Report, span: Span) -> None:
    report.add("RG732", span, "`separate` has one entry", "name two permissions or more that are held apart")
