"""What a change makes of kinds of roles: what such roles may hold and might not before, and who edits them.

The words of a kind may stay as they are while the catalog moves a permission into them, or out of them. So
these are compared, and what they mean as well: what those of the newer side allow there, and would not have
allowed in the catalog of the older one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product

from rolegate.catalog.model import Catalog, Permission
from rolegate.catalog.role_kind import Patterns, RoleKind
from rolegate.compiled.names import availability_name
from rolegate.diagnostics import Report
from rolegate.grants.rights import Right, implied
from rolegate.grants.role_kinds import KindRule, kind_rule
from rolegate.review.asked_before import UNNAMED, asked_before, gains_said
from rolegate.review.paired_permissions import PairedPermission, paired_permissions
from rolegate.review.permission_meanings import PermissionMeanings


def changed_kinds(old: Catalog, new: Catalog) -> Iterator[str]:
    """Each kind of role that says another thing, and what roles of a kind may hold now and might not before.

    One that exists in fewer domains is as it was: where it is gone, its roles grant nothing any more.
    A permission that is new is in no line: nobody has it yet, and the words of the older side already said
    whether such roles may hold it.
    """
    before, after = ({kind.name: kind for kind in side.kinds_of_roles} for side in (old, new))
    pairs = tuple(p for p in paired_permissions(old, new) if p.old is not None)
    known = {pair.paths for pair in pairs if not pair.is_alias}
    for name in dict.fromkeys((*before, *after)):
        said = "custom_roles" if name is None else f"role_kinds {name}"
        was, now = before.get(name), after.get(name)
        if now is None:
            yield f"{said}: gone"
            continue
        if (
            was is None
            or not now.availability.implies(was.availability)  # in fewer domains, it only takes
            or _words(was) != _words(now)
            or _other_manager(now, old, new, known)
        ):
            yield f"{said}: {_kind_said(now, new)}"
        if now.may is not None or now.never or (was is not None and (was.may is not None or was.never)):
            base = _Side(old, _rule_before(was, now, old))
            for text in _more(pairs, base, _Side(new, _rule(now, new)), PermissionMeanings(old, new)):
                yield f"{said}: may hold {text}"


def _words(kind: RoleKind) -> tuple[object, ...]:
    may = None if kind.may is None else sorted(text for _, text, _ in kind.may)
    return kind.manage, may, sorted(text for _, text, _ in kind.never)


def _other_manager(
    kind: RoleKind, old: Catalog, new: Catalog, known: Collection[tuple[str | None, str | None]]
) -> bool:
    """Whether the text of `manage` stands for another permission than before."""
    if kind.manage is None:
        return False
    found = [side.find(kind.manage) for side in (old, new)]
    return (*(None if node is None else node.path for node in found),) not in known


def _kind_said(kind: RoleKind, catalog: Catalog) -> str:
    said = {
        "where": availability_name(kind.availability),
        "manage": None if kind.manage is None else _with_path(kind.manage, kind.manage, catalog),
        "may": None if kind.may is None else _patterns_said(kind.may, catalog),
        "never": _patterns_said(kind.never, catalog),
    }
    return json.dumps(said, ensure_ascii=False)


def _patterns_said(patterns: Patterns, catalog: Catalog) -> list[str]:
    return sorted(_with_path(text, grant.path, catalog) for grant, text, _ in patterns)


def _with_path(text: str, name: str, catalog: Catalog) -> str:
    """*text*, with the path that *name* stands for if it is an alias: it may stand for another one next."""
    node = catalog.find(name) if name in catalog.aliases else None
    return text if node is None else f"{text} (alias of {node.path})"


def _rule(kind: RoleKind, catalog: Catalog) -> KindRule:
    return kind_rule(kind, catalog, Report())


def _rule_before(was: RoleKind | None, now: RoleKind, old: Catalog) -> KindRule:
    """What the words of *now* meant in the older catalog; if it does not know them, those of *was* there."""
    report = Report()
    rule = kind_rule(now, old, report)
    if not report.failed:
        return rule
    if was is not None:
        return _rule(was, old)
    return _rule(replace(now, may=now.may and _known(now.may, old), never=_known(now.never, old)), old)


def _known(patterns: Patterns, catalog: Catalog) -> Patterns:
    """Those of *patterns* that *catalog* can read."""
    found = []
    for pattern in patterns:
        report = Report()
        kind_rule(RoleKind(may=(pattern,)), catalog, report)
        found += [] if report.failed else [pattern]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Side:
    """What roles of one kind may hold, by the catalog of one side."""

    catalog: Catalog
    rule: KindRule

    def allows(self, right: Right) -> bool:
        """Whether a role of the kind may hold *right*, with all that it implies."""
        seen, waiting = {right}, [right]
        while waiting:
            held = waiting.pop()
            hidden = self.catalog.permission(held.path).hidden
            if (
                not (hidden and held != right)
                and self.rule.may is not None
                and not self.rule.may.covers(held)
            ):
                return False
            if self.rule.first_ruled_out([held]) is not None:
                return False
            for entry in self.catalog.permission(held.path).implies:
                further = {*implied(self.catalog, held, entry)} - seen
                seen |= further
                waiting += further
        return True

    def instances(self, permission: Permission) -> set[str]:
        """All instances, each that the kind names, and below each step of these one that no file names."""
        depth = len(permission.chain)
        if not depth:
            return {"-"}
        named = {take.obj for take, _ in self.rule.never.get(permission.path, ()) if take.obj is not None}
        for grant, _, _ in self.rule.kind.may or ():
            if grant.instance is not None:
                named.add(grant.instance)
        steps = [(), *(tuple(step for step in path.split("/") if step != "*") for path in named)]
        outer = {path[:length] for path in steps for length in range(min(len(path) + 1, depth))}
        return {"*", *named, *("/".join((*path, *[UNNAMED] * (depth - len(path)))) for path in outer)}


def _more(
    pairs: Iterable[PairedPermission], before: _Side, after: _Side, meanings: PermissionMeanings
) -> Iterator[str]:
    """Each permission of *pairs* with as much of it as only *after* allows, as a gain of it is named."""
    for pair in pairs:
        if pair.old is None or pair.new is None or pair.kinds_of == 0:
            continue
        named = after.instances(pair.new) | (before.instances(pair.old) if pair.kinds_of is None else set())
        gained = []
        for obj, scope in product(sorted(named), pair.new.scope_names):
            right = Right(pair.new.path, obj, scope)
            was = asked_before(pair, right)
            if was is not None and after.allows(right) and not before.allows(was):
                gained.append(right)
        yield from gains_said(pair, gained, meanings)
