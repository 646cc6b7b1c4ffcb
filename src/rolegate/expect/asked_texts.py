"""The texts of an expectation, such as `tickets.*@my`, become questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rolegate.catalog.grant_syntax import Grant, GrantSyntaxError, parse_grant
from rolegate.catalog.model import Group, Node, Permission
from rolegate.catalog.scoped_fields import is_field
from rolegate.compiled.names import ALL
from rolegate.diagnostics import Report, Span
from rolegate.documents.text import Text
from rolegate.encoding import decode
from rolegate.engine.question import DecisionNote, Question, UnknownQuestionError
from rolegate.engine.translation import translate
from rolegate.expect import problems
from rolegate.grants.former_scopes import with_scope_of_today
from rolegate.grants.resolve import Resolved


@dataclass(frozen=True, slots=True)
class AskedText:
    """What a text asks about: permissions, those of a `star` or one, on an instance, at a scope.

    Without `on`, which is a path of ids, it is about all instances; `limited` says that they are named.
    """

    text: Text
    permissions: tuple[Permission, ...]
    star: bool
    on: tuple[str, ...] | None
    limited: bool
    scope: str | None


def asked_text(text: Text, resolved: Resolved, report: Report) -> AskedText | None:
    """What *text* asks about; None where it cannot be read, which is reported."""
    catalog, found = resolved.catalog, named_in(text, resolved, report)
    if found is None:
        return None
    grant, node = found
    if grant.star and isinstance(node, Group):
        permissions = catalog.below(node.path)
    elif isinstance(node, Permission) and not grant.star:
        permissions = (node,)
    elif isinstance(node, Group) and not is_field(node, catalog):
        problems.group_without_star(report, text, grant.path)
        return None
    else:
        names_nothing(grant, text, resolved, report)
        return None
    now = with_scope_of_today(grant, node, text.span, catalog, report)
    if now is None:
        return None
    grant = now
    ids = tuple(decode(part) for part in (grant.instance or "").split("/") if part not in ("", ALL))
    limited = grant.instance is not None
    return AskedText(text, tuple(_fitting(permissions, grant)), grant.star, ids or None, limited, grant.scope)


def named_in(text: Text, resolved: Resolved, report: Report) -> tuple[Grant, Node | None] | None:
    """The grant that *text* is, and what it names; None where it cannot be read, which is reported."""
    catalog = resolved.catalog
    try:
        grant = parse_grant(text, catalog.marked)
    except GrantSyntaxError as error:
        problems.grant_unreadable(report, text, error)
        return None
    return grant, catalog.find(grant.path) if grant.path else catalog.nodes[""]


def names_nothing(grant: Grant, text: Text, resolved: Resolved, report: Report) -> None:
    """Report what *grant* names that does not exist, or has two halves, in the words of the engine."""
    name = f"{grant.path}.*" if grant.star else grant.path
    can_be_asked(Question(name, role="-", any=grant.star), text.span, resolved, report)


def _fitting(permissions: Sequence[Permission], grant: Grant) -> Iterator[Permission]:
    """Of a star, those that take its limits; one permission is asked as it is written."""
    for permission in permissions:
        scoped = permission.ladder is not None and grant.scope in permission.ladder.scopes
        if not grant.star or (
            (grant.scope is None or scoped) and (grant.instance is None or permission.chain)
        ):
            yield permission


def questions_of(
    asked: AskedText, about: Question, allowed: bool, resolved: Resolved, report: Report
) -> Iterator[Question]:
    """The questions of a text, put to the subject of *about*; those that cannot be asked are reported.

    What is allowed is asked as a whole: every instance, and the broadest scope, unless the text says less.
    What is denied is what a restriction would take: any instance, and any scope unless the text names one.
    """
    star, found = asked.star, False
    for permission in asked.permissions:
        if star and allowed and not (permission.starred and _offered(permission, about, resolved)):
            continue
        found = True
        on = asked.on if asked.on is not None else about.on
        some = not allowed and (
            (permission.ladder is not None and asked.scope is None)
            or len(() if on is None else on) < len(permission.chain)
        )
        question = replace(about, permission=permission.path, on=on, scope=asked.scope, any=some)
        if can_be_asked(question, asked.text.span, resolved, report):
            yield question
    if not found:
        problems.star_asks_nothing(report, asked.text)


def _offered(permission: Permission, about: Question, resolved: Resolved) -> bool:
    """Whether *permission* exists in the domain of the question, whatever anybody holds there."""
    name = about.domain
    if name is None or name not in resolved.domains:
        return True
    return resolved.domains[name].offers(permission.availability)


def can_be_asked(question: Question, span: Span, resolved: Resolved, report: Report) -> bool:
    """Whether *question* can be asked; reported at *span* where it cannot."""
    why = why_not(question, resolved)
    if why is not None:
        problems.cannot_be_asked(report, span, why)
    return why is None


def why_not(question: Question, resolved: Resolved) -> DecisionNote | None:
    """Why *question* cannot be asked; None where it can."""
    try:
        translate(question, resolved)
    except UnknownQuestionError as unknown:
        return unknown.note
    return None
