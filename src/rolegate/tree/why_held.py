"""What holds each right of a draft: its own grants, its parents, what implies it, and what requires it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rolegate.catalog.labels import Words
from rolegate.catalog.model import Catalog
from rolegate.grants.rights import Right, covers, implied, need, patterns, shown
from rolegate.tree.box_reasons import BoxHolder, ClosedReason
from rolegate.tree.draft_rules import DraftRules
from rolegate.tree.held_rights import HeldRights
from rolegate.tree.selection import Selection
from rolegate.wording.phrases import Listing, Phrase, SaidName, named

Names = dict[str, None]


@dataclass(slots=True)
class WhyHeld:
    """Looks up what holds a right; titles are in one language."""

    rules: DraftRules
    selection: Selection
    words: Words
    _implied: dict[Right, Names] = field(default_factory=dict)
    _needed: dict[tuple[str, str | None], dict[str | None, Names]] = field(default_factory=dict)
    """By permission and scope, then by instance pattern; None is any."""

    @classmethod
    def of(cls, rules: DraftRules, selection: Selection, held: HeldRights, words: Words) -> WhyHeld:
        found = cls(rules, selection, words)
        implying, requiring = rules.catalog.entries("implies"), rules.catalog.entries("requires")
        for path in held.by_path:
            if path in implying:
                for right in held.on(path):
                    found._note_implied(right, path)
            for entry in requiring.get(path, ()):
                for right in held.on(path):
                    wanted = need(rules.catalog, right, entry)
                    place = found._needed.setdefault((wanted.path, wanted.scope), {})
                    place.setdefault(wanted.obj, {})[path] = None
        return found

    @property
    def catalog(self) -> Catalog:
        return self.rules.catalog

    def _note_implied(self, right: Right, by: str) -> None:
        """Note what *right* brings, through permissions without a box as well."""
        waiting, passed = [right], {right}
        while waiting:
            holder = waiting.pop()
            for entry in self.catalog.permission(holder.path).implies:
                hidden, seen = self.catalog.permission(entry.path).hidden, self.rules.has_box(entry.path)
                for new in implied(self.catalog, holder, entry):
                    if not hidden:
                        self._implied.setdefault(new, {})[by] = None
                    if not seen and new not in passed:
                        passed.add(new)
                        waiting.append(new)

    def holders(self, right: Right) -> Iterator[BoxHolder]:
        """Everything that holds *right*."""
        scope = None if right.scope == "-" else right.scope
        title = self.words.role(self.rules.role.name, self.rules.role.title)
        for entry in self.selection.holding(right):
            yield BoxHolder("role", str(entry.grant), title, scope)
        for name, parent in self._parents(right):
            yield BoxHolder("parent", name, parent, scope)
        for path in self._implying(right):
            yield BoxHolder("implies", path, self._title(path), scope)
        for path in self._requiring(right):
            yield BoxHolder("requires", path, self._title(path), scope)

    def kept(self, right: Right) -> ClosedReason | None:
        """Why *right* stays when its own grants go: a parent holds it, or something implies it."""
        grant = SaidName("grant", shown(right))
        parents = tuple(name for name, _ in self._parents(right))
        if parents:
            domains = {parent.name: parent.domain or "" for parent in self.rules.parents}
            roles = Listing("and", [named("role", name, domains[name]) for name in parents])
            return ClosedReason(
                "parent", Phrase("parent_holds", roles=roles, grant=grant, number=len(parents)), parents
            )
        # Nobody can untick what has no box; `UntickedBoxes` takes it along.
        implying = tuple(filter(self.rules.has_box, self._implying(right)))
        if implying:
            boxes = Listing("and", [SaidName("permission", path) for path in implying])
            text = Phrase("box_implies", boxes=boxes, grant=grant, number=len(implying))
            return ClosedReason("implies", text, implying)
        return None

    def _parents(self, right: Right) -> Iterator[tuple[str, str]]:
        for parent, rights in zip(self.rules.parents, self.rules.parent_rights, strict=True):
            if rights.covers(right):
                yield parent.name, self.words.role(parent.name, parent.title)

    def _implying(self, right: Right) -> Iterable[str]:
        found: Names = {}
        for pattern in patterns(right.obj) if self._implied else ():
            found |= self._implied.get(right._replace(obj=pattern), {})
        return found

    def _requiring(self, right: Right) -> Iterable[str]:
        found: Names = {}
        for scope in (right.scope, None):
            by_obj = self._needed.get((right.path, scope))
            if by_obj is None:
                continue
            objs: Iterable[str | None] = (None, *patterns(right.obj))
            if right.obj.endswith("*"):
                objs = [
                    obj for obj in by_obj if obj is None or covers(right.obj, obj) or covers(obj, right.obj)
                ]
            for obj in objs:
                found |= by_obj.get(obj, {})
        return found

    def _title(self, path: str) -> str:
        permission = self.catalog.permission(path)
        return self.words.filled(self.words.title(permission), {}, self.catalog)
