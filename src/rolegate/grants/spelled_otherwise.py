"""Grants that are written as in other systems: with other separators and capitals, or several in one text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.ladders import Ladder
from rolegate.catalog.model import Catalog, Permission
from rolegate.encoding import encode
from rolegate.texts.spelling import nearest

CURLY = "“”„‟‘’‚‛«»‹›"
_AROUND = CURLY + "'\"`,;"
_SEPARATORS = re.compile(r"[.:/#\\>,()\s]+")
_BETWEEN = re.compile(r"\s*[,;]\s*|\s+-\s+|\s+and\s+|\s+")
_REMARK = re.compile(r"\s*(?://|--|/\*|#|\().*")
_ONE = re.compile(r"[A-Za-z][\w-]*(?:\.[\w-]+)*(?:\.\*)?(?:@[\w-]+)?").fullmatch


def several(text: str) -> list[str]:
    """The grants in *text*, if it is several in a row without instances."""
    parts = [part for part in _BETWEEN.split(text.strip()) if part]
    more = len(parts) > 1 and "[" not in text and all(map(_ONE, parts))
    return parts if more and any("." in part for part in parts[1:]) else []


def spelled_otherwise(grant: Grant, catalog: Catalog) -> Grant | None:
    """What is meant by *grant*, whose path is unknown, if only its spelling is that of another system."""
    if grant.star:
        return None
    turned = catalog.find(grant.scope) if grant.scope else None
    if isinstance(turned, Permission) and (scope := scope_like(grant.path, turned.ladder)) is not None:
        return Grant(turned.path, False, grant.instance, scope)  # the scope before the permission
    parts = [part for part in _SEPARATORS.split(grant.path.strip(_AROUND)) if part]
    orders = [(parts, ""), (parts[:-1], parts[-1] if parts else "")]
    if len(parts) == 2:
        orders.append((parts[::-1], ""))
    if len(parts) > 2:
        orders.append((parts[-2:], ""))  # such as a line of Casbin
    # What is only misspelt is searched later, and to search takes long.
    foreign = grant.path != ".".join(parts).casefold()
    for order, rest in orders:
        permission = _found(".".join(order), catalog, foreign) if order else None
        for meant in _with_limits(grant, permission, rest) if permission is not None else ():
            return meant
    return None


def scope_like(scope: str | None, ladder: Ladder | None) -> str | None:
    """The scope of *ladder* that is meant by *scope*, but for capitals, quotes and a remark after it."""
    return None if ladder is None or scope is None else ladder.like(_REMARK.sub("", scope).strip(_AROUND))


def _with_limits(grant: Grant, permission: Permission, rest: str) -> Iterator[Grant]:
    """*grant* as one of *permission*; *rest* is what followed the path."""
    path, ladder = permission.path, permission.ladder
    scope = scope_like(grant.scope, ladder)
    if not rest:
        if grant.scope is None or scope is not None:
            yield Grant(path, False, grant.instance, scope)
    elif grant.scope is None and scope_like(rest, ladder) is not None:
        yield Grant(path, False, grant.instance, scope_like(rest, ladder))
    elif grant.instance is None and len(permission.chain) == 1 and "/" not in rest:
        yield Grant(path, False, encode(rest), scope)


def _found(text: str, catalog: Catalog, foreign: bool) -> Permission | None:
    """The permission with the path *text*; with *foreign*, but for capitals and the signs in it."""
    node = catalog.find(text)
    if node is None and foreign:
        close = nearest(text, (path for path in catalog.nodes if path), 1)
        node = catalog.find(close[0]) if close and _folded(close[0]) == _folded(text) else None
    return node if isinstance(node, Permission) else None


def _folded(path: str) -> str:
    return re.sub(r"[._-]", "", path).casefold()
