"""The texts of an expectation, such as `tickets.*@my`, become questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rolegate.catalog.grant_syntax import Grant, GrantSyntaxError, parse_grant
from rolegate.catalog.model import Group, Permission
from rolegate.catalog.scoped_fields import is_field
from rolegate.compiled.names import ALL
from rolegate.diagnostics import Report, Span
from rolegate.documents.text import Text
from rolegate.encoding import decode
from rolegate.engine.question import Question, UnknownQuestionError
from rolegate.engine.translation import translate
from rolegate.expect import problems
from rolegate.grants.resolve import Resolved


@dataclass(frozen=True, slots=True)
class AskedText:
    """What a text asks about: permissions, the instance as ids or None for none named, and the scope.

    `every` says that `[*]` is written, which asks about every instance.
    """

    text: Text
    permissions: tuple[Permission, ...]
    on: tuple[str, ...] | None
    every: bool
    scope: str | None


def asked_text(text: Text, resolved: Resolved, report: Report) -> AskedText | None:
    """What *text* asks about; None where it cannot be read, which is reported."""
    catalog = resolved.catalog
    try:
        grant = parse_grant(text, catalog.marked)
    except GrantSyntaxError as error:
        problems.grant_unreadable(report, text, error)
        return None
    node = catalog.find(grant.path) if grant.path else catalog.nodes[""]
    if grant.star and isinstance(node, Group):
        permissions = catalog.below(node.path)
    elif isinstance(node, Permission) and not grant.star:
        permissions = (node,)
    elif isinstance(node, Group) and not is_field(node, catalog):
        problems.group_without_star(report, text, grant.path)
        return None
    else:  # the engine has the words for what does not exist, and for fields that have two halves
        can_be_asked(Question(text, role="-"), text.span, resolved, report)
        return None
    ids = tuple(decode(part) for part in (grant.instance or "").split("/") if part not in ("", ALL))
    every = grant.instance is not None and grant.instance.endswith(ALL)
    return AskedText(text, tuple(_fitting(permissions, grant)), ids or None, every, grant.scope)


def _fitting(permissions: Sequence[Permission], grant: Grant) -> Iterator[Permission]:
    """Of a star, those that take its limits; one permission is asked as it is written."""
    for permission in permissions:
        scoped = permission.ladder is not None and grant.scope in permission.ladder.scopes
        if not grant.star or ((grant.scope is None or scoped) and (grant.instance is None or permission.chain)):
            yield permission


def questions_of(
    asked: AskedText, about: Question, allowed: bool, resolved: Resolved, report: Report
) -> Iterator[Question]:
    """The questions of a text, put to the subject of *about*; those that cannot be asked are reported.

    What is allowed is asked as a whole: every instance, and the broadest scope, unless the text has less. What
    is denied is asked as a whole where the text has a scope or an instance, and otherwise as any of it.
    """
    star = len(asked.permissions) != 1 or str(asked.text).endswith("*")
    found = False
    for permission in asked.permissions:
        if star and allowed and not (permission.starred and _offered(permission, about, resolved)):
            continue
        found = True
        on = asked.on if asked.on is not None else about.on
        limited = on is not None or asked.every
        one = replace(about, permission=permission.path, on=on, scope=asked.scope)
        if not allowed and permission.limited:
            if asked.scope is not None and permission.chain and not limited:
                problems.instance_needed(report, asked.text, permission.path, asked.scope)
                continue
            some_scope = permission.ladder is not None and asked.scope is None
            some_instance = bool(permission.chain) and not limited
            one = replace(one, any=some_scope or some_instance)
        if can_be_asked(one, asked.text.span, resolved, report):
            yield one
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
    try:
        translate(question, resolved)
    except UnknownQuestionError as unknown:
        problems.cannot_be_asked(report, span, unknown.note)
        return False
    return True
