"""What is wrong with a draft: the findings that its role file would have, with the boxes they are about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from rolegate.catalog.grant_syntax import Grant
from rolegate.diagnostics import Diagnostic, Report, Severity, Span
from rolegate.documents.draft_places import DraftPlaces
from rolegate.documents.lookalikes import warn_of_lookalikes
from rolegate.documents.roles_file import RoleBody, read_roles
from rolegate.documents.text import Keyed, Listed, Text, Value
from rolegate.grants.changed_roles import body_of, with_roles
from rolegate.grants.kind_holders import check_holders
from rolegate.grants.problems import nameless
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import Role, RoleKey
from rolegate.grants.same_titles import warn_of_same_titles
from rolegate.texts.spelling import sparing
from rolegate.tree.kept_keys import kept_keys
from rolegate.tree.selection import Selection, as_written

_DRAFT = "draft"
"""The file that the findings of a draft are in."""

Declared = tuple[Text, RoleBody]


@dataclass(frozen=True, slots=True)
class DraftFinding:
    """A finding of `validate` that the role would bring.

    `box` is the id of the box that it is about, and `grant` the entry of `grants` or `except`; both are None
    where it is about the role as a whole, or about something else in the set: `diagnostic` says where.
    """

    diagnostic: Diagnostic
    box: str | None = None
    grant: str | None = None

    @property
    def code(self) -> str:
        return self.diagnostic.code

    @property
    def severity(self) -> Severity:
        return self.diagnostic.severity

    @property
    def message(self) -> str:
        return self.diagnostic.message

    @property
    def help(self) -> str:
        return self.diagnostic.help

    @property
    def elsewhere(self) -> bool:
        """Whether it is about something else in the set, which would not fit the role any more."""
        return self.diagnostic.file != _DRAFT

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; `file` and `line` are there where it is about something else in the set."""
        found: dict[str, Any] = {"code": self.code, "severity": self.severity, "message": self.message}
        found |= {"help": self.help, "box": self.box, "grant": self.grant}
        if self.elsewhere:
            found |= {"file": self.diagnostic.file, "line": self.diagnostic.line}
        return found


def findings_of(
    resolved: Resolved, role: Role, selection: Selection, edited: RoleKey | None
) -> tuple[DraftFinding, ...]:
    """What `validate` would find with *role*, granted what is selected, in the place of the one *edited*."""
    old = None if edited is None or edited != role.key else resolved.roles[edited]
    place = old.span if old is not None else _place_of_new(role, resolved)
    paper = _Paper(role, selection, old, place)
    new = Report()
    declared = read_roles(paper.value, paper.top, new)
    if not role.name:
        new = Report()
        nameless(new, paper.top)
    if new.failed:  # what else is wrong with it is told all the same
        other = _Paper(replace(role, name=_unlike(resolved)), selection, old, place)
        declared = read_roles(other.value, other.top, Report())
    if resolved.drafts is None:
        new.take(_WithoutFiles(resolved).judge(tuple(declared), edited))
    else:
        kept = frozenset[str]() if old is None else kept_keys(role, old)
        new.take(resolved.drafts.judge(tuple(declared), edited, kept))
    return tuple(paper.finding(found) for found in new.sorted())


def _place_of_new(role: Role, resolved: Resolved) -> Span:
    return Span(_DRAFT) if resolved.drafts is None else resolved.drafts.place(role.name, role.domain)


def _unlike(resolved: Resolved) -> str:
    """A name that no role has."""
    names = {name for _, name in resolved.roles}
    return next(name for number in count() if (name := f"new-role{number or ''}") not in names)


@dataclass(frozen=True, slots=True)
class _WithoutFiles:
    """Judges drafts of a set that was made in memory, by the roles and lines that it has."""

    resolved: Resolved

    def judge(self, drafted: tuple[Declared, ...], edited: RoleKey | None) -> tuple[Diagnostic, ...]:
        old, new = Report(), Report()
        with sparing():
            _check([body_of(other) for other in self.resolved.roles.values()], self.resolved, old)
            kept = [body_of(other) for key, other in self.resolved.roles.items() if key != edited]
            _check([*kept, *drafted], self.resolved, new)
        return tuple(found for found in new.sorted() if found not in set(old.diagnostics))


def _check(bodies: list[Declared], resolved: Resolved, report: Report) -> None:
    warn_of_lookalikes("role", [name for name, _ in bodies], report)
    made = with_roles(bodies, resolved, report)
    if len(made.roles) == len(bodies):
        check_holders(made.bindings, made.catalog, made.domains, report)
        warn_of_same_titles(bodies, made.roles, made.domains, resolved.labels, report)


class _Paper:
    """A role as a file would have it, each value on its own line: a finding tells by it what it is about.

    While it is judged it is where its file has it, since some findings are about whatever comes later.
    """

    def __init__(self, role: Role, selection: Selection, old: Role | None, place: Span) -> None:
        self._places = DraftPlaces(place)
        self.top = self._places.next()
        self._written: dict[int, Grant] = {}
        texts: dict[str, str | None] = {
            "role": role.name,
            "title": role.title,
            "description": role.description,
            "domain": role.domain,
            "kind": None if role.kind is None else role.kind.name,
            "clone_of": role.clone_of,
            "replaces": role.replaces,
        }
        entries: list[tuple[Text, Value]] = [
            (self._text(key), self._text(text or "")) for key, text in texts.items() if text or key == "role"
        ]
        granted: list[tuple[str, Grant | None]] = [
            (text, selection.entries[grant].grant)
            for grant in selection.grants
            for text in (as_written([grant], old) if old is not None else [grant])
        ]
        lists: dict[str, list[tuple[str, Grant | None]]] = {
            "extends": [(name, None) for _, name in role.parents],
            "grants": granted,
            "except": [(entry.text, entry.grant) for entry in role.excepted],
        }
        for key, values in lists.items():
            entries.append((self._text(key), Listed(self.top, list(map(self._entry, values)))))
        self.value = Keyed(self.top, entries)

    def _text(self, text: str) -> Text:
        return Text(text, self._places.next())

    def _shown(self, span: Span) -> Span:
        number = self._places.number_at(span)
        return span if number is None else Span(_DRAFT, number)

    def _entry(self, value: tuple[str, Grant | None]) -> Text:
        text = self._text(value[0])
        if value[1] is not None:
            self._written[self._places.number] = value[1]
        return text

    def finding(self, found: Diagnostic) -> DraftFinding:
        related = tuple(replace(one, span=self._shown(one.span)) for one in found.related)
        found = replace(found, span=self._shown(found.span), related=related)
        grant = self._written.get(found.line) if found.file == _DRAFT else None
        if grant is None:
            return DraftFinding(found)
        box = replace(grant, star=False, scope=None)
        return DraftFinding(found, str(box) if box.path else "*", str(grant))
