"""What a draft holds, asked box by box, and what each box says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rolegate.catalog.grant_syntax import parse_instance_text
from rolegate.catalog.labels import Words
from rolegate.catalog.model import Catalog, Group, Permission
from rolegate.encoding import encode
from rolegate.engine.known_instances import instance_title, known_paths
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right, covers, need, shown
from rolegate.tree.box_grants import parse_box
from rolegate.tree.box_reasons import NOT_HERE, NOTHING, BoxNotes, Reasons, merged, stands_for
from rolegate.tree.closed_boxes import ClosedBoxes
from rolegate.tree.cut_stars import GrowingStars, StarsByGroup
from rolegate.tree.draft_rules import DraftRules
from rolegate.tree.held_rights import HeldRights
from rolegate.tree.said_reasons import SaidReasons
from rolegate.tree.selection import Selection
from rolegate.tree.tree_node import BoxState, TreeNode, box_id
from rolegate.tree.true_stars import Stars
from rolegate.tree.why_held import WhyHeld

Boxes = Sequence[TreeNode]


@dataclass(frozen=True, slots=True)
class DrawnDraft:
    """The rights and the stars of a draft, in the domain of its role.

    What is drawn follows from the grants that are written: `rights` are those, which `held` covers.
    """

    rules: DraftRules
    held: HeldRights
    rights: Iterable[Right]
    said: SaidReasons
    why: WhyHeld
    closed: ClosedBoxes
    stars: StarsByGroup
    fleeting: frozenset[str]
    """The permissions that came along, and what they imply: they may go with a box that asked for them."""
    can_untick: Callable[[str], bool]
    known: dict[tuple[str, ...], Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    stays: dict[tuple[str, str], Reasons | None] = field(default_factory=dict)
    """By the path and the instance of a box, why unticking it changes nothing; None if it does."""
    grows: dict[tuple[str, str], bool] = field(default_factory=dict)
    """By the path and the instance of a box, whether something of it can be ticked."""

    @classmethod
    def of(
        cls,
        said: SaidReasons,
        selection: Selection,
        held: HeldRights,
        brought: Iterable[str],
        can_untick: Callable[[str], bool],
    ) -> DrawnDraft:
        rules, words = said.rules, said.words
        written = [selection.entries[text] for text in selection.grants]
        named = any(entry.grant.instance not in (None, "*") for entry in selection.entries.values())
        whole = len(written) == len(selection.entries) or not named
        rights = held if whole else rules.work_out(written)
        why = WhyHeld.of(rules, Selection.with_entries(rules.catalog, written), held, words)
        closed, stars = ClosedBoxes(rules, held), _stars(rules, written)
        fleeting = _with_implied(rules.catalog, brought)
        return cls(rules, held, rights, said, why, closed, stars, fleeting, can_untick)

    @property
    def _dom(self) -> str:
        return "" if self.rules.home is None else encode(self.rules.home.name)

    def holds(self, permission: Permission, pattern: str, scope: str) -> bool:
        if not self.available(permission) or self.rules.is_gone(permission, pattern):
            return False
        return self.held.covers(Right(permission.path, pattern, scope))

    def holds_some(self, permission: Permission, pattern: str) -> bool:
        """Whether any of *pattern* is held at any scope."""
        if not self.available(permission) or self.rules.is_gone(permission, pattern):
            return False
        rights = [r for r in self.held.on(permission.path) if not self.rules.is_gone(permission, r.obj)]
        return any(covers(pattern, right.obj) or covers(right.obj, pattern) for right in rights)

    def taken(self, *_: object) -> bool:
        """Restrictions are on people, and not in a role."""
        return False

    def holds_new(self, *_: object) -> bool:
        """An exception takes every instance of what a star holds, or none."""
        return False

    def until(self, *_: object) -> None:
        """Nothing of a role ends."""

    def offers(self, group: str) -> bool:
        return self.rules.catalog.shown(group, self.rules.kind_of_domain)

    def exists(self, permission: Permission) -> bool:
        return permission.availability.exists_in(self.rules.kind_of_domain)

    def available(self, permission: Permission) -> bool:
        return self.rules.home is None or self.rules.home.offers(permission.availability)

    def instances(self, chain: tuple[str, ...], prefix: tuple[str, ...]) -> tuple[str, ...]:
        if chain not in self.known:
            below: dict[str, list[str]] = {}
            for path in known_paths(self._dom, chain, self.rights, self.rules.resolved):
                below.setdefault(path.rpartition("/")[0], []).append(path)
            self.known[chain] = {outer: tuple(paths) for outer, paths in below.items()}
        return self.known[chain].get("/".join(prefix), ())

    def title(self, kind: str, path: str, words: Words) -> str | None:
        return instance_title(self._dom, kind, path, words, self.rules.resolved)

    def opens(self, group: str) -> tuple[str, ...]:
        return self.stars.opens(group)

    def cut_stars(self, group: str) -> tuple[str, ...]:
        return self.stars.cut_stars(group)

    def why_it_stays(self, box: TreeNode) -> Reasons:
        """Why unticking a *box* that is drawn changes nothing of it; nothing if it does."""
        return self.stays.get(_place(box)) or ()

    # -- what a box says of itself ---------------------------------------------------------------------------

    def leaf_notes(self, permission: Permission, obj: str, held: Sequence[str], template: bool) -> BoxNotes:
        """What the box of a permission on *obj* says; it is *held* at some scopes."""
        if template:
            return self._template_notes(permission)
        rights = {scope: Right(permission.path, obj, scope) for scope in permission.scope_names}
        first = rights[permission.scope_names[0]]
        widest = [scope for scope in held if not self._broader(permission, scope, held)]
        self.stays[permission.path, obj] = self._stay(
            [rights[scope] for scope in widest], box_id(permission.path, obj)
        )
        needs = (need(self.rules.catalog, first, entry) for entry in permission.requires)
        changes = {scope: self._to_change(right, held) for scope, right in rights.items()}
        self.grows[permission.path, obj] = any(
            scope not in held and not reasons for scope, reasons in changes.items()
        )
        removable = bool(held) and self.rules.locked is None and self.stays[permission.path, obj] is None
        return BoxNotes(
            held_by=tuple(holder for scope in widest for holder in self.why.holders(rights[scope])),
            requires=tuple(dict.fromkeys(map(shown, needs))),
            closed=() if removable else changes[first.scope],
            closed_at=tuple((scope, reasons) for scope, reasons in changes.items() if reasons)
            if permission.ladder
            else (),
        )

    def _template_notes(self, permission: Permission) -> BoxNotes:
        """What the box says that stands for those of single instances."""
        reasons = self.said([self.rules.locked or self.rules.lacking(permission) or stands_for(permission)])
        scopes = permission.scope_names if permission.ladder else ()
        return BoxNotes(closed=reasons, closed_at=tuple((scope, reasons) for scope in scopes))

    def _to_change(self, right: Right, held: Sequence[str]) -> Reasons:
        """Why a click on the box of *right* changes nothing: it ticks, or unticks what is held."""
        permission = self.rules.catalog.permission(right.path)
        if self.rules.locked is not None:
            return self.said([self.rules.locked])
        lacking = self.rules.lacking(permission)
        if lacking is not None:
            return self.said([lacking])
        if right.scope not in held:
            reason = self.closed.to_tick(right)
            return () if reason is None else self.said([reason])
        around = [right.scope, *self._broader(permission, right.scope, held)]
        widest = [scope for scope in around if not self._broader(permission, scope, around)]
        return self._stay([right._replace(scope=scope) for scope in widest], shown(right)) or ()

    @staticmethod
    def _broader(permission: Permission, scope: str, among: Sequence[str]) -> list[str]:
        """The scopes of *among* within which *scope* lies."""
        if permission.ladder is None:
            return []
        return [other for other in permission.ladder.broader(scope) if other != scope and other in among]

    def _stay(self, rights: Iterable[Right], box: str) -> Reasons | None:
        """Why unticking *box*, which shows *rights*, changes nothing; None if it does."""
        found = [self.why.kept(right) for right in rights]
        kept = [reason for reason in found if reason is not None]
        return self._unless_fleeting(self.said(kept), box) if len(kept) == len(found) else None

    def _unless_fleeting(self, reasons: Reasons, box: str) -> Reasons | None:
        """*reasons* why *box* stays; None if what implies it came along with it and goes again."""
        implying = (name for reason in reasons if reason.code == "implies" for name in reason.names)
        return None if not self.fleeting.isdisjoint(implying) and self.can_untick(box) else reasons

    def group_notes(self, group: Group, instance: str | None, state: BoxState, below: Boxes) -> BoxNotes:
        """What the box of a group says, with the boxes *below* it."""
        boxes = [(node, _place(node)) for node in below if not node.template]
        parts = [self.stays.get(place) for _, place in boxes]
        removable = any(part is None for part in parts)
        stays = None if removable else merged(reason for part in parts for reason in part or ())
        if stays and state == "on":
            stays = self._unless_fleeting(stays, box_id(group.path, instance))
        included = [(node, place) for node, place in boxes if _included(node, instance)]
        self.stays[group.path, instance or ""] = stays
        self.grows[group.path, instance or ""] = any(self.grows.get(place) for _, place in included)
        if self.rules.locked is not None:
            return BoxNotes(closed=self.said([self.rules.locked]))
        if state == "on":
            return BoxNotes(closed=stays or ())
        if self.grows[group.path, instance or ""] or (state == "partial" and stays is None):
            return BoxNotes()
        reasons = merged(reason for node, _ in included for reason in node.closed if node.state != "on")
        return BoxNotes(closed=reasons or self.said([NOTHING]))

    def heading_notes(self, group: Group, state: BoxState) -> BoxNotes:
        """What the heading of a group says of which nothing exists in the domain."""
        below = self.rules.catalog.below(group.path)
        stays = self._stay((right for p in below for right in self.held.on(p.path)), group.path)
        self.stays[group.path, ""] = stays
        if self.rules.locked is not None:
            return BoxNotes(closed=self.said([self.rules.locked]))
        if state == "on" and group.path in self.why.selection.stars:
            return BoxNotes(closed=stays or ())
        lacking = self.said(reason for p in below if (reason := self.rules.lacking(p)) is not None)
        return BoxNotes(closed=(stays if state == "on" else lacking[:1]) or self.said([NOT_HERE]))


def _place(node: TreeNode) -> tuple[str, str]:
    """The path and the instance of a box; `-` for a permission that has none."""
    without = "-" if node.kind == "permission" else ""
    return node.path, without if node.instance is None else parse_instance_text(node.instance)


def _included(node: TreeNode, instance: str | None) -> bool:
    """Whether the star of a group on *instance* includes the box of *node*."""
    if node.template or node.deprecated or node.by_name:
        return False
    own = None if node.instance is None else parse_instance_text(node.instance)
    return own in (instance, "*" if instance is None else f"{instance}/*")


def _stars(rules: DraftRules, written: Iterable[GrantEntry]) -> StarsByGroup:
    """The stars of the draft, those that are true and those of which something is excepted."""
    entries, keys = list(written), [parent.key for parent in rules.parents]
    kinds = (Stars(rules.catalog), GrowingStars(rules.catalog))
    true, growing = (
        stars.less(stars.given(entries, *stars.of_roles(keys, rules.resolved.roles)), rules.role.excepted)
        for stars in kinds
    )
    return StarsByGroup.of(true, growing, kinds[0], rules.home)


def _with_implied(catalog: Catalog, grants: Iterable[str]) -> frozenset[str]:
    """The permissions that *grants* name, and all that those imply."""
    found: set[str] = set()
    waiting = [parse_box(text, catalog).path for text in grants]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [entry.path for entry in catalog.permission(path).implies]
    return frozenset(found)
