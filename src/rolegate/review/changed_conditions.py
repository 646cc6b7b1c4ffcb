"""Conditions on records that differ: whether a scope of a permission has more records, and who holds it.

Conditions are not finite, so they are not compared as cells are: they are equal, narrower or wider where one
only adds or drops tests or alternatives, and otherwise changed without a direction, which counts as a gain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, Literal, NamedTuple

from rolegate.catalog.condition_writer import written
from rolegate.catalog.conditions import AllOf, Condition, asked_of_user
from rolegate.catalog.ladders import Ladder, Scope
from rolegate.catalog.model import Catalog, Permission
from rolegate.compiled.names import EVERYONE, parse_subject, unlimited
from rolegate.review.condition_order import ConditionOrder, canonical
from rolegate.review.differences import PolicySide
from rolegate.review.extents import ChangeSeverity
from rolegate.review.paired_permissions import PairedPermission
from rolegate.review.sensitive_marks import is_sensitive

ConditionVerb = Literal["widened", "narrowed", "changed"]

EVERY_RECORD = "every record"
UNSAID = "not said"


class ConditionHolder(NamedTuple):
    """A role, a team, a user or everyone to whom lines of the newer policy give a permission at a scope."""

    kind: str
    name: str
    domain: str | None

    def __str__(self) -> str:
        where = "" if self.domain is None else f" of {self.domain}"
        return f"{self.kind} {self.name}{where}".rstrip()


@dataclass(frozen=True, slots=True)
class ChangedCondition:
    """Which records a scope of a permission has, where that differs.

    `scope` is None for what concerns every scope: the attribute of a record that holds its domain, or its
    instance. `before` and `after` are as a catalog writes them. Where the records are `changed`, the
    direction is not known.
    """

    permission: str
    scope: str | None
    verb: ConditionVerb
    before: str
    after: str
    holders: tuple[ConditionHolder, ...] = ()
    sensitive: bool = False

    @property
    def gains(self) -> bool:
        """Whether somebody may be allowed more records: not known counts as yes."""
        return self.verb != "narrowed"

    @property
    def severity(self) -> ChangeSeverity:
        """How much the change asks of a reviewer."""
        return "narrowed" if not self.gains else "sensitive" if self.sensitive else "gain"

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "permission": self.permission,
            **({} if self.scope is None else {"scope": self.scope}),
            "change": self.verb,
            "severity": self.severity,
            "before": self.before,
            "after": self.after,
            "holders": [holder._asdict() for holder in self.holders],
        }


def changed_conditions(
    pairs: Sequence[PairedPermission], old: Catalog, new: Catalog
) -> tuple[ChangedCondition, ...]:
    """Every condition that differs, whoever holds the permission."""
    found: list[ChangedCondition] = []
    compared = _Compared(old, new, pairs)
    for pair in pairs:
        if pair.old is None or pair.new is None or pair.kinds_of == 0:
            continue  # where there are two pairs, both have the same conditions
        sensitive = is_sensitive(pair, old)
        found += (
            replace(change, permission=pair.path, sensitive=sensitive)
            for change in compared.of(pair, pair.old, pair.new)
        )
    return tuple(found)


class _Compared:
    """Compares the conditions of two catalogs; each pair of scopes once."""

    def __init__(self, old: Catalog, new: Catalog, pairs: Sequence[PairedPermission]) -> None:
        self._catalogs = (old, new)
        paired = (pair for pair in pairs if not pair.is_alias)
        now = {pair.old.path: pair.new.path for pair in paired if pair.old and pair.new}
        # A condition may name a permission by an alias or a former path.
        self._paths = (
            {text: now.get(found.path, found.path) for text, found in old.texts},
            {text: found.path for text, found in new.texts},
        )
        self._kinds = {name for name in (*old.user, *new.user) if old.user.get(name) != new.user.get(name)}
        self._order = ConditionOrder()
        self._known: dict[tuple[str, str, str], ConditionVerb | None] = {}
        self._domain = _by_domain(old, new)

    def of(self, pair: PairedPermission, before: Permission, after: Permission) -> Iterator[ChangedCondition]:
        """What differs about the records of one permission."""
        old, new = self._catalogs
        for kind, once in zip_longest(after.chain, before.chain[: len(after.chain)]):
            named = kind if kind in old.resources else once or kind
            sides = ((old, named), (new, kind))
            kinds = [side.resources[name] for side, name in sides if name in side.resources]
            was, now = kinds[0].attribute or UNSAID, kinds[-1].attribute or UNSAID
            if was != now:
                yield ChangedCondition(after.path, None, "changed", f"{kind}: {was}", f"{kind}: {now}")
        for kind in before.chain[len(after.chain) :]:
            was = old.resources[kind].attribute or ""
            if was:  # a record without an instance was on none
                yield ChangedCondition(after.path, None, "widened", f"{kind}: {was}", EVERY_RECORD)
        if self._domain is not None:
            yield replace(self._domain, permission=after.path)
        if before.ladder is not None and after.ladder is not None:
            yield from self._of_scopes(pair, before.ladder, after.ladder)
        elif before.ladder is not None and (top := _top(before.ladder)).test is not None:
            yield ChangedCondition(after.path, None, "widened", _said(top), EVERY_RECORD)
        elif after.ladder is not None and (top := _top(after.ladder)).test is not None:
            yield ChangedCondition(after.path, top.name, "narrowed", EVERY_RECORD, _said(top))

    def _of_scopes(self, pair: PairedPermission, before: Ladder, after: Ladder) -> Iterator[ChangedCondition]:
        """What differs about the records of each scope of *after*; what says nothing of them is the same."""
        if not (_has_conditions(before) or _has_conditions(after)):
            return
        called = {now: was for was, now in pair.scope_names.items()}
        # The condition of the broadest scope holds at each one; by itself it is compared once.
        whole = called.get(after.broadest, before.broadest) != before.broadest
        for name, scope in after.scopes.items():
            once = called.get(name)
            former = before.scopes[pair.scope_on(0, name) if once is None else once]
            if once is None and name != after.broadest:
                if former.within is not None and not self._is_part(scope, former, before):
                    yield ChangedCondition(pair.path, name, "changed", _said(former), _said(scope))
                continue
            if whole:
                former, scope = _with_top(former, before), _with_top(scope, after)
            verb = self._verb((before.name, after.name, name), former, scope)
            if verb is not None:
                yield ChangedCondition(pair.path, name, verb, _said(former), _said(scope))

    def _is_part(self, scope: Scope, former: Scope, before: Ladder) -> bool:
        """Whether *scope*, which is new, certainly has no record that *former* does not have.

        Whoever holds *former* has the records of each scope within it. What is not said cannot be asked.
        """
        if scope.test is None:
            return True
        test = canonical(scope.test, self._paths[1])
        within = (before.scopes[name].test for name in before.within(former.name))
        return not self._kinds & {*asked_of_user(test)} and any(
            self._order.within(test, canonical(known, self._paths[0]))
            for known in within
            if known is not None
        )

    def _verb(self, key: tuple[str, str, str], was: Scope, now: Scope) -> ConditionVerb | None:
        if key not in self._known:
            self._known[key] = self._compare(was, now)
        return self._known[key]

    def _compare(self, was: Scope, now: Scope) -> ConditionVerb | None:
        if was.test is None or now.test is None:
            if was.test is now.test and (was.within is None) == (now.within is None):
                return None
            if was.test is None and now.test is not None and was.within is None:
                return "narrowed"
            if now.test is None and was.test is not None and now.within is None:
                return "widened"
            return "changed"
        before, after = canonical(was.test, self._paths[0]), canonical(now.test, self._paths[1])
        if self._kinds and self._kinds & {*asked_of_user(before), *asked_of_user(after)}:
            return "changed"
        more, fewer = self._order.within(before, after), self._order.within(after, before)
        if more and fewer:
            return None
        return "widened" if more else "narrowed" if fewer else "changed"


def _top(ladder: Ladder) -> Scope:
    return ladder.scopes[ladder.broadest]


def _with_top(scope: Scope, ladder: Ladder) -> Scope:
    """*scope* with the condition of the broadest one, which holds for it as well."""
    top = _top(ladder)
    if scope is top or top.condition is None or scope.condition is None:
        return scope
    return replace(scope, condition=AllOf((top.condition, scope.condition)))


def _has_conditions(ladder: Ladder) -> bool:
    return any(scope.condition is not None for scope in ladder.scopes.values())


def _said(scope: Scope) -> str:
    condition: Condition | None = scope.condition
    return written(condition) if condition is not None else EVERY_RECORD if scope.within is None else UNSAID


def _by_domain(old: Catalog, new: Catalog) -> ChangedCondition | None:
    """How the records of a domain are told from others, where that differs."""
    was, now = (None if side.records is None else side.records.domain for side in (old, new))
    if was == now:
        return None
    verb: ConditionVerb = "narrowed" if was is None else "widened" if now is None else "changed"
    return ChangedCondition("", None, verb, _column(was), _column(now))


def _column(name: str | None) -> str:
    return UNSAID if name is None else f"domain: {name}"


def with_holders(
    conditions: Iterable[ChangedCondition], new: Iterable[PolicySide], *, unheld: bool = False
) -> tuple[ChangedCondition, ...]:
    """Those of *conditions* that concern somebody, with who that is, by the newer policy at several times.

    With *unheld*, those by which records may be gained are there in any case: lines that no file has, now or
    in the next change, give them under the same words as before.
    """
    wanted = tuple(conditions)
    held: dict[tuple[str, str | None], dict[ConditionHolder, None]] = {}
    for side in new if wanted else ():
        shown = _shown(wanted, side.resolved.catalog)
        for line in side.compiled.p:
            for path in shown.get(line.act, ()) if line.eft == "allow" else ():
                # Whoever implies a hidden permission may do so at any scope.
                permission = side.resolved.catalog.permission_of(path)
                here = (line.scope,) if line.act == permission.path else permission.scope_names
                # The condition of the broadest scope holds at each one.
                for scope in (None, permission.scope_names[0], *here):
                    held.setdefault((path, scope), {})[_holder(line.sub)] = None
    found = (
        replace(change, holders=in_order(held.get((change.permission, change.scope), ())))
        for change in wanted
    )
    return tuple(change for change in found if change.holders or (unheld and change.gains))


def _shown(wanted: Iterable[ChangedCondition], catalog: Catalog) -> dict[str, set[str]]:
    """By each path that lines have, the paths that are asked about by it."""
    found: dict[str, set[str]] = {}
    for path in {change.permission for change in wanted}:
        permission = catalog.permission_of(path)
        impliers = [implier.path for implier in catalog.impliers.get(permission.path, ())]
        for act in impliers if permission.hidden else [permission.path]:
            found.setdefault(act, set()).add(path)
    return found


def _holder(sub: str) -> ConditionHolder:
    if sub == EVERYONE:
        return ConditionHolder("everyone", "", None)
    return ConditionHolder(*parse_subject(unlimited(sub))[:3])


def in_order(holders: Iterable[ConditionHolder]) -> tuple[ConditionHolder, ...]:
    """*holders* as they are listed."""
    return tuple(sorted(holders, key=_place))


def _place(holder: ConditionHolder) -> tuple[object, ...]:
    order = ("role", "team", "user", "everyone")
    return (order.index(holder.kind), holder.name, holder.domain or "")
