"""Ticks a box: what it grants, what that requires and implies, and what has to be left out of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.model import Catalog, Group, Permission
from rolegate.diagnostics import Report
from rolegate.grants.entries import given, rights_of, takes_limits
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Need, Right, down, implied, need, shown
from rolegate.tree.box_grants import box_grants, parse_box
from rolegate.tree.box_reasons import NOTHING, ClosedReason
from rolegate.tree.closed_boxes import ClosedBoxes
from rolegate.tree.draft_change import AlongWith
from rolegate.tree.draft_error import DraftError
from rolegate.tree.draft_rules import DraftRules
from rolegate.tree.held_rights import HeldRights
from rolegate.tree.said_reasons import SaidReasons
from rolegate.tree.selection import Selection, read_grant


@dataclass(slots=True)
class TickedBoxes:
    """A role in which a box is being ticked, with what has come along so far."""

    rules: DraftRules
    selection: Selection
    held: HeldRights
    brought: frozenset[str]
    added: list[Right] = field(default_factory=list)
    along: list[AlongWith] = field(default_factory=list)
    left: list[ClosedReason] = field(default_factory=list)

    @property
    def catalog(self) -> Catalog:
        return self.rules.catalog

    def tick(self, box: str) -> None:
        """Tick *box*.

        Raises:
            DraftError: when there is no such box, or nothing of it can be ticked.
        """
        kind = self.rules.kind_of_domain
        texts = box_grants(box, self.catalog, kind=kind)
        grant = parse_box(box or "*", self.catalog)
        node = self.catalog.find(grant.path) if grant.path else self.catalog.nodes[""]
        if isinstance(node, Group):
            if not self._group(node, replace(grant, path=node.path), texts):
                raise SaidReasons.of(self.rules).refused(box, self.left or [NOTHING])
            return
        entry = read_grant(texts[0], self.catalog)
        reason = self._tick_named(entry, self._top(entry))
        if reason is not None:
            raise SaidReasons.of(self.rules).refused(box, [reason])

    def _top(self, entry: GrantEntry) -> Right:
        return next(iter(rights_of(entry.grant, self.catalog.permission(entry.grant.path))))

    def _tick_named(self, entry: GrantEntry, top: Right) -> ClosedReason | None:
        """Tick the box of a permission; or say why not."""
        permission = self.catalog.permission(top.path)
        reason = self.rules.lacking(permission) or ClosedBoxes(self.rules, self.held).to_tick(top)
        if reason is None:
            self._grant(entry)
            self._bring([top])
        return reason

    def _grant(self, entry: GrantEntry) -> None:
        self.selection = self.selection.plus(entry)
        self.brought -= {str(entry.grant)}

    def _group(self, group: Group, grant: Grant, texts: Iterable[str]) -> bool:
        """Tick the box of *group*: its star, or else each box below it that is open."""
        entries = [entry for text in texts if (entry := self._star(text)) is not None]
        touched = [p for entry in entries for p in given(entry, self.catalog, Report())]
        missing = [self.rules.lacking(p) for p in touched if p.availability.exists_in(self._kind)]
        if missing and all(missing):
            self.left += [reason for reason in missing if reason is not None]
            return False
        if missing and self._tick_stars(entries):
            return True
        return self._children(group, grant) if group.children else False

    def _star(self, text: str) -> GrantEntry | None:
        """The grant of a star; None where it gives nothing."""
        try:
            return read_grant(text, self.catalog)
        except DraftError:
            return None

    def _tick_stars(self, entries: list[GrantEntry]) -> bool:
        """Tick stars, if nothing that they include is ruled out or excepted."""
        closed = ClosedBoxes(self.rules, self.held)
        tops: list[Right] = []
        for entry in entries:
            if not self.rules.star_may_grow(entry):
                return False
            for permission in given(entry, self.catalog, Report()):
                tops.append(next(iter(rights_of(entry.grant, permission))))
        reasons = map(closed.to_tick, tops)
        if any(reason is not None and reason.code != "choose" for reason in reasons):
            return False
        before = (self.selection, self.held, self.brought, list(self.added), list(self.along))
        for entry in entries:
            self._grant(entry)
        if self._bring(tops):
            return True
        self.selection, self.held, self.brought, self.added, self.along = before
        return False

    def _children(self, group: Group, grant: Grant) -> bool:
        """Tick each box below *group* that is open; the reasons of the others are kept."""
        ticked, waiting = False, list(self._boxes(group, grant))
        for last in (False, True):  # what needs a choice may find it made by a later box
            again = []
            for child, inner in waiting:
                told = list(self.left)
                if isinstance(child, Group):
                    texts = box_grants(_box(inner), self.catalog, kind=self._kind)
                    done = not self._is_on(inner) and self._group(child, inner, texts)
                else:
                    done = self._tick_widest(child, inner)
                ticked = ticked or done
                if not done:
                    again.append((child, inner))
                    self.left = self.left if last else told
            waiting = again
        return ticked

    def _tick_widest(self, permission: Permission, grant: Grant) -> bool:
        """Tick the box of a permission at its broadest scopes that are open."""
        ticked = False
        for scope in permission.scope_names if grant.scope is None else (grant.scope,):
            entry = read_grant(_named(grant, permission, scope), self.catalog)
            top = self._top(entry)
            if not self.held.covers(top):
                reason = self._tick_named(entry, top)
                ticked = ticked or reason is None
                self.left += [] if reason is None else [reason]
        return ticked

    def _is_on(self, star: Grant) -> bool:
        """Whether all that a star gives is held, as far as the domain has it; there is something of it."""
        below = (p for p in self.catalog.below(star.path) if p.starred and takes_limits(p, star))
        there = [p for p in below if self.rules.lacking(p) is None]
        return bool(there) and all(self.held.covers(next(iter(rights_of(star, p)))) for p in there)

    @property
    def _kind(self) -> str | None:
        return self.rules.kind_of_domain

    def _boxes(self, group: Group, grant: Grant) -> Iterator[tuple[Group | Permission, Grant]]:
        """The boxes of *group* that its star includes, as grants with the limits of *grant*."""
        for path in group.children:
            node = self.catalog.nodes[path]
            inner = replace(grant, path=path)
            if isinstance(node, Group):
                if any(
                    p.starred and p.availability.exists_in(self._kind) and _fits(p, inner)
                    for p in self.catalog.below(path)
                ):
                    yield node, inner
            elif node.starred and node.availability.exists_in(self._kind) and _fits(node, inner):
                yield node, replace(inner, star=False)

    def _bring(self, tops: Iterable[Right]) -> bool:
        """Hold *tops* with all they imply and require; whether nothing is left to choose."""
        queue, wanted = deque(tops), deque[tuple[Right, Need]]()
        hidden: set[Right] = set()
        while queue or wanted:
            if queue:
                self._hold(queue, hidden, wanted)
                continue
            holder, asked = wanted.popleft()
            if self.held.meets(asked):
                continue
            chosen = ClosedBoxes(self.rules, self.held).chosen(asked)
            if isinstance(chosen, ClosedReason):
                return False
            text = shown(chosen)
            self.along.append(AlongWith(text, "requires", shown(holder)))
            entry = read_grant(text, self.catalog)
            if text not in self.selection.entries:
                self.selection = self.selection.plus(entry)
                self.brought |= {text}
            queue.append(chosen)
        return True

    def _hold(self, queue: deque[Right], hidden: set[Right], wanted: deque[tuple[Right, Need]]) -> None:
        """Hold all that is in *queue* with what it implies, and note what is *wanted* for it."""
        fresh: list[Right] = []
        known: set[Right] = set()
        while queue:
            right = queue.popleft()
            permission = self.catalog.permission(right.path)
            if permission.hidden:
                if right in hidden:
                    continue
                hidden.add(right)
            else:
                # Exactly these, also where something wider covers them: an instance that is named has a box.
                inside = [r for r in down(right, permission) if r not in known and r not in self.held]
                inside = [r for r in inside if self.rules.taken(r) is None]
                if not inside:
                    continue
                known.update(inside)
                fresh += inside
            for entry in permission.implies:
                first = next(iter(implied(self.catalog, right, entry)), None)
                if first is not None and first not in known and first not in self.held:
                    queue.append(first)
                    covered = self.held.covers(first) or self.catalog.permission(first.path).hidden
                    if not covered:
                        self.along.append(AlongWith(shown(first), "implies", shown(right)))
            for entry in permission.requires:
                asked = need(self.catalog, right, entry)
                # What leaves a choice comes last: something else may meet it.
                put = wanted.append if None in (asked.obj, asked.scope) else wanted.appendleft
                put((right, asked))
        self.added += [right for right in fresh if not self.held.covers(right)]
        self.held = self.held.plus(fresh)


def _fits(permission: Permission, grant: Grant) -> bool:
    """Whether a box with the limits of *grant* includes something of *permission*."""
    if grant.scope is not None and (permission.ladder is None or grant.scope not in permission.ladder.scopes):
        return False
    return takes_limits(permission, Grant("", True, grant.instance, None), longer=True)


def _box(grant: Grant) -> str:
    """The id of the box of a group."""
    return str(replace(grant, star=False))


def _named(grant: Grant, permission: Permission, scope: str) -> str:
    """*permission* as a grant at *scope*, with the instance of *grant*."""
    instance = grant.instance
    if permission.chain:
        instance = "*" if instance is None else instance
        if not instance.endswith("*") and instance.count("/") + 1 < len(permission.chain):
            instance += "/*"
    at = None if permission.ladder is None else scope
    return str(Grant(permission.path, False, instance if permission.chain else None, at))
