"""A role while somebody edits it: the engine behind a form with checkboxes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rolegate.catalog.labels import words_of
from rolegate.diagnostics import quoted
from rolegate.engine.speaker import Speaker
from rolegate.errors import wrong_argument
from rolegate.grants.rights import Right, widest
from rolegate.grants.takes import Take
from rolegate.tree.box_grants import naming_grants, parse_box
from rolegate.tree.box_reasons import ClosedReason
from rolegate.tree.draft_change import DraftChange
from rolegate.tree.draft_error import DraftError
from rolegate.tree.draft_findings import DraftFinding, findings_of
from rolegate.tree.draft_rules import DraftRules
from rolegate.tree.draw_boxes import draw, draw_box
from rolegate.tree.drawn_draft import DrawnDraft
from rolegate.tree.held_rights import HeldRights
from rolegate.tree.said_reasons import SaidReasons
from rolegate.tree.selection import Selection
from rolegate.tree.tick_boxes import TickedBoxes
from rolegate.tree.tree_node import TreeNode, box_id
from rolegate.tree.untick_boxes import UntickedBoxes
from rolegate.tree.why_held import WhyHeld


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """A role that is being edited, as `Policy.draft` gives it. It never changes: a tick gives a new draft.

    `change` says what the last tick or untick did; None before the first. `brought` has the grants that came
    along with boxes and go with them again.
    """

    rules: DraftRules
    selection: Selection
    held: HeldRights
    brought: frozenset[str] = frozenset()
    change: DraftChange | None = None

    def __repr__(self) -> str:
        where = "" if self.domain is None else f" of {quoted(self.domain)}"
        count = len(self.grants)
        return f"<Draft {quoted(self.name)}{where}: {count} grant{'s' * (count != 1)}>"

    @property
    def name(self) -> str:
        """The name of the role; empty for a new role that has none yet."""
        return self.rules.role.name

    @property
    def domain(self) -> str | None:
        """The domain whose role it is; None for a default role."""
        return self.rules.role.domain

    @property
    def title(self) -> str:
        return self.rules.role.title

    @property
    def titles(self) -> Mapping[str, str]:
        """The title in each language that has one, that of the catalog first."""
        labels = self.rules.resolved.labels
        translated = {
            locale: title
            for locale in labels.locales
            if (title := words_of(labels, locale).role(self.name, self.title)) != self.title
        }
        return {labels.base: self.title, **translated}

    @property
    def description(self) -> str:
        return self.rules.role.description

    @property
    def extends(self) -> tuple[str, ...]:
        """The names of the roles that it extends."""
        return tuple(name for _, name in self.rules.role.parents)

    @property
    def excepts(self) -> tuple[str, ...]:
        """What it excepts, as it is written."""
        return tuple(entry.text for entry in self.rules.role.excepted)

    @property
    def kind(self) -> str | None:
        """The kind that it names; None for a custom role, and for a default role without one."""
        kind = self.rules.role.kind
        return None if kind is None else kind.name

    @property
    def replaces(self) -> str | None:
        """The default role in whose place its domain has it."""
        replaced = self.rules.role.replaces
        return None if replaced is None else str(replaced)

    @property
    def clone_of(self) -> str | None:
        return self.rules.role.clone_of

    @property
    def locked(self) -> bool:
        return self.rules.role.locked

    @property
    def grants(self) -> tuple[str, ...]:
        """The shortest grants that hold what is ticked, as they are written to a role file.

        A grant of the role that another one of it includes stays, until a click is about it.
        """
        return self.selection.grants

    @property
    def findings(self) -> tuple[DraftFinding, ...]:
        """What `validate` would find with this role in the set, errors and warnings, with the boxes.

        It works out every role of the set again: ask before the role is saved, and not after each tick.
        """
        return findings_of(self.rules.resolved, self.rules.role, self.selection, self.rules.edited)

    def tick(self, box: str) -> Draft:
        """The draft with *box* ticked: the id of a box of its tree, with `@scope` for a narrower scope.

        What the box requires is ticked as well. The box of a group is its star; where something that the star
        includes is closed, the open boxes below it are ticked instead.

        Raises:
            DraftError: when there is no such box, or it is closed.
        """
        self._refuse_locked(box)
        work = TickedBoxes(self.rules, self.selection, self.held, self.brought)
        try:
            work.tick(box)
        except DraftError:
            self._refuse_closed(box)
            raise
        change = DraftChange(
            box,
            ticked=True,
            added=self._named(work.added),
            brought=tuple(dict.fromkeys(work.along)),
            left=SaidReasons.of(self.rules)(work.left),
        )
        return Draft(self.rules, work.selection, work.held, work.brought, change)

    def untick(self, box: str) -> Draft:
        """The draft without *box* and everything below it, and without what requires any of that.

        A star that included the box is replaced by the names of what is left of it today.

        Raises:
            DraftError: when there is no such box, as for an instance that nothing names, or when all of it is
                held for another reason.
        """
        self._refuse_locked(box)
        self._refuse_closed(box, untick=True)
        return self._without(box)

    def _without(self, box: str) -> Draft:
        """The draft without *box*, where something that is shown of it goes; the tree asks this as well."""
        work = UntickedBoxes(self.rules, self.selection, self.held, self.brought)
        taken = work.untick(box)
        rights = HeldRights.of(work.rights)
        removed = [right for right in self.held if not rights.covers(right)]
        kept = _among(rights, taken)
        selection = work.left()
        left = SaidReasons.of(self.rules)(self._why_kept(kept, rights, selection))
        if left and not self._loses(taken, removed, rights):
            raise SaidReasons.of(self.rules).refused(box, left)
        change = DraftChange(
            box,
            ticked=False,
            removed=self._named(removed),
            taken_along=tuple(dict.fromkeys(work.along)),
            stars_lost=work.stars_lost(taken),
            left=left,
        )
        return Draft(self.rules, selection, rights, work.brought, change)

    def tree(self, locale: str | None = None) -> TreeNode:
        """The tree of boxes, each with what holds it and why it is closed.

        Raises:
            UnknownNameError: for an unknown language.
            TreeTooLargeError: for more than 50,000 boxes.
        """
        drawn = self._drawn(locale)
        return draw(self.rules.catalog, drawn.said.words, drawn, drawn)

    def _drawn(self, locale: str | None = None) -> DrawnDraft:
        said = SaidReasons.of(self.rules, locale)
        return DrawnDraft.of(said, self.selection, self.held, self.brought, self._can_untick)

    def _refuse_closed(self, box: str, untick: bool = False) -> None:
        """Refuse *box* for the reasons that the tree shows, if it shows the box closed.

        Where only a part of it is held, the tree shows why it cannot be ticked; to *untick* it asks for what
        keeps that part.
        """
        grant = parse_box(box or "*", self.rules.catalog)
        node = self.rules.catalog.find(grant.path) if grant.path else self.rules.catalog.nodes[""]
        if node is None:
            return
        drawn, id = self._drawn(), box_id(node.path, grant.instance) if node.path else "*"
        shown = draw_box(self.rules.catalog, drawn.said.words, drawn, drawn, node.path, id)
        if shown is None:
            return
        closed = shown.closed if grant.scope is None else dict(shown.closed_at).get(grant.scope, ())
        if untick and not closed and grant.scope is None and shown.state == "partial":
            closed = drawn.why_it_stays(shown)
        if closed:
            raise SaidReasons.of(self.rules).refused(box, closed)

    def say(self, error: DraftError, locale: str) -> str:
        """Why this draft refused a box, in a language of the set, with titles.

        Raises:
            UnknownNameError: for an unknown language.
        """
        if not isinstance(error, DraftError):
            raise wrong_argument(
                "say",
                error,
                "a `DraftError`",
                "write `except DraftError as error`, and `draft.say(error, LOCALE)`",
            )
        return Speaker.of(self.rules.resolved, locale, self.domain).say(error.args[0])

    def _can_untick(self, box: str) -> bool:
        try:
            self._without(box)
        except DraftError:
            return False
        return True

    def called(
        self, name: str | None = None, *, title: str | None = None, description: str | None = None
    ) -> Draft:
        """The draft of a role with another name, title or description; what is left out stays."""
        for key, value in (("name", name), ("title", title), ("description", description)):
            if value is not None and not isinstance(value, str):
                raise wrong_argument(key, value, "a text", f"write `called({key}=str(...))`")
        return replace(self, rules=self.rules.called(name, title, description))

    def _refuse_locked(self, box: str) -> None:
        reason = self.rules.locked
        if reason is not None:
            raise SaidReasons.of(self.rules).refused(box, [reason])

    def _why_kept(
        self, kept: Iterable[Right], rights: HeldRights, selection: Selection
    ) -> Iterable[ClosedReason]:
        why = WhyHeld.of(self.rules, selection, rights, self.rules.words)
        found = (why.kept(right) for right in widest(kept))
        return (reason for reason in found if reason is not None)

    def _loses(self, taken: Iterable[Take], removed: list[Right], rights: HeldRights) -> bool:
        """Whether something that is shown of what was to be *taken* is held no more."""
        if any(map(self.rules.shows, _among(removed, taken, whole=True))):
            return True
        named = (
            Right(loss.permission.path, loss.obj, scope)
            for loss in taken
            for scope in loss.scopes
            if loss.obj is not None
        )
        lost = (right for right in named if self.held.covers(right) and not rights.covers(right))
        return any(map(self.rules.shows, lost))

    def _named(self, rights: Iterable[Right]) -> tuple[str, ...]:
        """*rights* as grants in the order of the catalog, without those that others cover."""
        places = self.selection.places
        in_order = sorted(rights, key=lambda right: places[right.path])
        return tuple(naming_grants(in_order, self.rules.catalog))


def _among(rights: Iterable[Right], taken: Iterable[Take], whole: bool = False) -> list[Right]:
    """Those of *rights* of which something was to be *taken*, or with *whole* all."""
    by_path: dict[str, list[Take]] = {}
    for loss in taken:
        by_path.setdefault(loss.permission.path, []).append(loss)
    return [
        right
        for right in rights
        if any(loss.takes(right) if whole else loss.hits(right) for loss in by_path.get(right.path, ()))
    ]
