"""What each text stands for: a path, a former path or an alias. A text has one meaning."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rolegate.catalog import problems
from rolegate.catalog.grant_syntax import MARKS
from rolegate.catalog.model import Group, Node
from rolegate.catalog.removed_names import RemovedName
from rolegate.diagnostics import RelatedSpan, Report
from rolegate.documents.text import Text
from rolegate.encoding import MAX_COLUMN

_STAR = re.compile(r"\*([\[@]|\Z)")
_LIMITS = re.compile(r"[\[@]|\.\*(?=[\[@]|\Z)")
"""Where the path of a grant can end, for who does not know an alias."""


@dataclass(slots=True, eq=False)
class PathStep:
    """All texts that are known to mean the same thing, and what may follow them after a dot.

    `path` is what they stand for, `former` those of them that were given in `renamed_from`.
    `removed` is what the texts stood for, where nothing has that path any more.
    """

    path: str | None = None
    below: dict[str, PathStep] = field(default_factory=dict)
    former: list[Text] = field(default_factory=list)
    removed: RemovedName | None = None
    merged_into: PathStep | None = None

    def now(self) -> PathStep:
        """The step that this one has become a part of."""
        step = self
        while step.merged_into is not None:
            step = step.merged_into
        return step

    def walk(self, text: str) -> PathStep | None:
        """What *text* leads to from here; None where nothing has that name."""
        step: PathStep | None = self
        for name in text.split("."):
            step = step.below.get(name) if step is not None else None
            step = step.now() if step is not None else None
        return step

    def grow(self, text: str) -> PathStep:
        """The same, with missing steps added."""
        step = self
        for name in text.split("."):
            known = step.below.get(name)
            if known is None:
                known = step.below[name] = PathStep()
            step = known if known.merged_into is None else known.now()
        return step


class PathTexts:
    """Finds the path that a text stands for.

    Renaming a group renames everything in it, former paths included: if `tickets` is now called `desk`, then
    `tickets.x` means `desk.x`. These texts are not listed, since a few renames within renames make too many
    of them to count. Instead, steps that mean the same are one step.

    INVARIANT: a step has at most one path. Anything that would give it a second one is reported as RG201.
    """

    def __init__(self, nodes: Mapping[str, Node], report: Report) -> None:
        self._nodes = nodes
        self._report = report
        self._top = PathStep()
        self._given: dict[str, tuple[str, Text]] = {}
        self.aliases: dict[str, str] = {}
        self.marked: frozenset[str] = frozenset()
        for path in nodes:
            if path:
                self._top.grow(path).path = path

    def find(self, text: str) -> str | None:
        """The path that *text* stands for; None for a text that is not known."""
        alias = self.aliases.get(text)
        step = self._top.walk(text) if alias is None else None
        return alias if alias is not None else step.path if step is not None else None

    def removed(self, text: str) -> RemovedName | None:
        """What *text*, or the group that it lay in, stood for until it was removed; None for other texts."""
        step: PathStep | None = self._top
        found: RemovedName | None = None
        for name in text.split("."):
            step = step.below.get(name) if step is not None else None
            if step is None:
                break
            step = step.now()
            found = None if step.path is not None else step.removed or found
        return found

    def is_removed(self, text: str) -> bool:
        """Whether *text* stood for what was removed, and not only for something in it."""
        step = self._top.walk(text)
        return step is not None and step.removed is not None

    def give_up(self, removed: Iterable[tuple[Text, RemovedName]]) -> dict[str, RemovedName]:
        """Take in names that are never used again, after all others; those in use are reported.

        It is the last thing that is reported.
        """
        taken: dict[str, RemovedName] = {}
        for text, name in removed:
            now = self.find(text)
            step = None if now is not None else self._top.grow(text)
            if any(mark in text for mark in MARKS) or text != text.strip(".* ") or not text:
                problems.text_not_for_grants(self._report, text, "removed name")
            elif step is None:
                self._declared_again(text, str(now))
            elif step.removed is not None:
                problems.removed_twice(self._report, text, step.removed.path, step.removed.span)
            else:
                step.removed = taken[str(text)] = name
        for alias, path in self.aliases.items() if taken else ():
            around = self.removed(alias)
            if around is not None:
                self._declared_again(Text(around.path, around.span), path, alias)
        # What was reported, and counted, goes with the report: the catalog is kept.
        self._report, self._given = Report(), {}
        return taken

    def _declared_again(self, removed: Text, path: str, text: str = "") -> None:
        """Report that *text*, which is *removed* or lay in it, stands for *path*."""
        written = self._given.get(text or str(removed))
        place = self._nodes[path].span if written is None else written[1].span
        problems.removed_name_used(self._report, removed, text or str(removed), path, place)

    def settle(self, given: list[tuple[Text, str, bool]]) -> None:
        """Take in texts, with the path of each and whether it is an alias; clashes are reported."""
        for text, path, alias in sorted(given, key=lambda entry: entry[0].span):
            if self._free(text, path, "alias" if alias else "former name"):
                self._given.setdefault(str(text), (path, text))
        kept = [(text, path, alias) for text, path, alias in given if self._given.get(text) == (path, text)]
        renamed = [(text, path, self._top.grow(text)) for text, path, alias in kept if not alias]
        for text, path, step in renamed:
            if not isinstance(self._nodes[path], Group):  # nothing ever lay below it
                step.path = path
                step.former.append(text)
        for text, path, step in renamed:
            if isinstance(self._nodes[path], Group):
                self._merge(text, step, path)
        for text, path, alias in kept:
            if alias:
                self._alias(text, path)
        self._part_marked([text for text, _, alias in kept if alias])

    def _free(self, text: Text, path: str, what: str) -> bool:
        """Whether *text* can be written in a grant and does not stand for something else."""
        other, earlier = self._given.get(text, (path, text))
        marked = what != "alias" and any(mark in text for mark in MARKS)
        if marked or _STAR.match(text) or text != text.strip() or not text:
            problems.text_not_for_grants(self._report, text, what)
        elif what == "former name" and len(text) > MAX_COLUMN:
            problems.former_name_too_long(self._report, text)
        elif text in self._nodes:
            problems.text_is_path(self._report, text, what, path, self._nodes[text].span)
        elif other != path:
            problems.text_taken(self._report, text, other, earlier.span)
        else:
            return True
        return False

    def _merge(self, text: Text, step: PathStep, group: str) -> None:
        """Merge the step of *text* with that of *group*, and whatever follows both."""
        own = self._top.grow(group)
        own.former.append(text)
        waiting = [(step, own, "")]
        while waiting:
            one, other, tail = waiting.pop()
            one, other = one.now(), other.now()
            if one is other:
                continue
            if one.path is not None and other.path is not None and one.path != other.path:
                self._clash(text, tail, group, other.path, one)
                continue
            both = [name for name in one.below if name in other.below]
            waiting += [(one.below[name], other.below[name], f"{tail}.{name}") for name in both]
            small, large = sorted((one, other), key=lambda step: len(step.below))
            small.merged_into = large
            large.path = large.path or small.path
            large.former += small.former
            for name, below in small.below.items():
                large.below.setdefault(name, below)

    def _alias(self, text: Text, path: str) -> None:
        step = self._top.walk(text)
        if step is not None and step.path not in (None, path):
            self._clash(text, "", path, path, step)
        else:
            self.aliases[str(text)] = path

    def _part_marked(self, given: list[Text]) -> None:
        """Tell the aliases with marks of the grammar; report those that can be read as something else."""
        for text in given:
            ends = (end.start() for end in _LIMITS.finditer(text))
            head = next((text[:end] for end in ends if self.find(text[:end]) is not None), None)
            if head is not None:
                problems.alias_read_otherwise(self._report, text, head)
        self.marked = frozenset(alias for alias in self.aliases if any(mark in alias for mark in MARKS))

    def _clash(self, text: Text, tail: str, owner: str, path: str, step: PathStep) -> None:
        """Report that *text* followed by *tail* would stand for *path*, while *step* has another path."""
        assert step.path is not None  # noqa: S101 - else there is no clash
        if not tail:
            problems.text_is_former_path(self._report, text, path, step.path, self._led(text))
            return
        other, written = self._given.get(f"{text}{tail}", (step.path, None))
        place = RelatedSpan(self._nodes[other].span, f"`{other}` is declared here")
        if written is not None:
            place = RelatedSpan(written.span, f"`{written}` is given to `{other}` here")
        problems.former_path_taken(self._report, text, tail, owner, path, other, place)

    def _led(self, text: Text) -> Text:
        """The former name that gives *text* its meaning, as far as it can be found."""
        step, found = self._top, [text]
        for name in text.split("."):
            step = step.below[name].now()
            found = (
                [former for former in step.former if f"{text}.".startswith(f"{former}.")]
                or step.former
                or found
            )
        return found[0]
