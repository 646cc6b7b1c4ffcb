"""What a change does beside access: parts set aside, renamed paths, aliases and domains that are gone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rolegate.compiled.names import of_role
from rolegate.diagnostics import Span
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import Role
from rolegate.review.changed_names import changed_names
from rolegate.review.given_up_names import given_up_names
from rolegate.review.paired_names import renamed_domains, renamed_roles
from rolegate.review.paired_permissions import PairedPermission

NoteWord = Literal[
    "set aside", "in force", "renamed", "alias", "new", "gone", "domain", "again", "lines", "submodule"
]


IN_COMMENTS: tuple[NoteWord, ...] = ("again", "lines", "submodule")
"""What a comment has to say as well: without it, somebody would take the rest for more than it is."""


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """Something else that differs between two policies, in words, and where it is written."""

    kind: NoteWord
    text: str
    file: str
    line: int

    @classmethod
    def at(cls, kind: NoteWord, text: str, span: Span) -> ChangeNote:
        return cls(kind, text, span.file, span.line)

    def __str__(self) -> str:
        return f"{self.text}  {self.file}:{self.line}" if self.file else self.text

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {"kind": self.kind, "text": self.text, "file": self.file, "line": self.line}


def change_notes(
    old: Resolved,
    new: Resolved,
    pairs: Sequence[PairedPermission],
    changed: Collection[PairedPermission],
    others: Collection[str],
) -> tuple[ChangeNote, ...]:
    """The notes on a change; *changed* are the permissions of which somebody's access differs.

    *others* are the roles whose access differs, by their names in lines, and the domains in which anybody's
    does.
    """
    roles = (note for _, note in _renamed_roles(old, new, others))
    names = (*roles, *_domains(old, new, others), *_again(old, new))
    return (*_set_aside(old, new), *_permissions(old, new, pairs, changed), *names)


def domain_notes(old: Resolved, new: Resolved, others: Collection[str]) -> Iterator[ChangeNote]:
    """The notes on what is of single domains; *others* are as for `change_notes`."""
    yield from _set_aside(old, new)
    yield from (note for role, note in _renamed_roles(old, new, others) if role.domain is not None)
    yield from _domains(old, new, others)
    for changed in changed_names(old, new):
        if changed.where or changed.noun == "domain":
            yield ChangeNote("again", str(changed), "", 0)


def _renamed_roles(
    old: Resolved, new: Resolved, others: Collection[str]
) -> Iterator[tuple[Role, ChangeNote]]:
    for was, now in renamed_roles(old, new).items():
        role = new.roles[now]
        if was[1] == role.name:
            continue  # its domain has another name
        where = "" if role.domain is None else f" of domain {role.domain}"
        same = "" if of_role(role) in others else "; its access does not change"
        text = f"role {was[1]}{where} is {role.name} now{same}"
        yield role, ChangeNote.at("renamed", text, role.span)


def _again(old: Resolved, new: Resolved) -> Iterator[ChangeNote]:
    """Removed names that come again, or may, and names of the past that mean another thing."""
    for given_up in given_up_names(old, new):
        what = f"the {given_up.noun} `{given_up.name}`, which was removed,"
        if given_up.again is None:
            yield ChangeNote("again", f"{what} is no longer kept from being used again", "", 0)
        else:
            text = f"{what} is declared again: whatever still names it means the new one"
            yield ChangeNote.at("again", text, given_up.again)
    for changed in changed_names(old, new):
        yield ChangeNote("again", str(changed), "", 0)


def _set_aside(old: Resolved, new: Resolved) -> Iterator[ChangeNote]:
    before = {(part.domain, part.role): part for part in old.set_aside}
    after = {(part.domain, part.role): part for part in new.set_aside}
    for key, part in after.items():
        if key not in before:
            yield ChangeNote.at(
                "set aside", f"{_part(*key)} is set aside now: {part.why.code}", part.why.span
            )
    for key in before:
        if key not in after:
            yield ChangeNote("in force", f"{_part(*key)} is no longer set aside", "", 0)


def _part(domain: str, role: str | None) -> str:
    return f"domain `{domain}`" if role is None else f"role `{role}` of domain `{domain}`"


def _permissions(
    old: Resolved,
    new: Resolved,
    pairs: Sequence[PairedPermission],
    changed: Collection[PairedPermission],
) -> Iterator[ChangeNote]:
    pairs = [pair for pair in pairs if pair.kinds_of != 0]
    paths = {pair.paths for pair in changed}
    now = {pair.paths[1] for pair in changed}  # several may have become one
    moved = [pair for pair in pairs if pair.is_alias]
    pairs = [pair for pair in pairs if not pair.is_alias]
    whole = [(pair.old.path, pair.new.path) for pair in pairs if pair.old and pair.new]
    paired = ({before for before, _ in whole}, {after for _, after in whole})
    for pair in pairs:
        nobody = "" if pair.paths[1] in now else "; nobody's access to it changes"
        if pair.old is not None and pair.new is not None:
            if pair.old.path != pair.new.path and pair.old.path not in new.catalog.nodes:
                text = f"{pair.old.path} is {pair.new.path} now{nobody}"
                yield ChangeNote.at("renamed", text, pair.new.span)
        elif pair.new is not None and pair.new.path not in paired[1]:
            held = "" if pair.paths in paths else ", and nobody holds it"
            yield ChangeNote.at("new", f"{pair.new.path} is new{held}", pair.new.span)
        elif pair.old is not None and pair.new is None and pair.old.path not in paired[0]:
            held = "" if pair.paths in paths else "; nobody held it"
            yield ChangeNote.at("gone", f"{pair.old.path} is gone{held}", pair.old.span)
    for pair in moved:
        if pair.old is not None and pair.new is not None:
            text = f"{pair.said} asks for {pair.new.path} now; before, for {pair.old.path}"
            yield ChangeNote.at("alias", text, pair.new.span)
    for alias, path in old.catalog.aliases.items():
        if new.catalog.find(alias) is None:
            kept = "" if alias in new.catalog.removed else "; `removed` keeps it from other use"
            text = f"alias `{alias}` of {path} is gone: questions that use it are denied{kept}"
            yield ChangeNote.at("alias", text, old.catalog.nodes[path].span)


def _domains(old: Resolved, new: Resolved, others: Collection[str]) -> Iterator[ChangeNote]:
    renamed = renamed_domains(old, new)
    for was, now in renamed.items():
        same = "" if now in others else "; nobody's access in it changes"
        yield ChangeNote.at("renamed", f"domain {was} is {now} now{same}", new.domains[now].span)
    paired = {*renamed, *renamed.values()}
    for number, (side, other) in enumerate(((new, old), (old, new))):
        aside = {part.domain for part in other.set_aside if part.role is None} | paired
        for domain in side.domains:
            if domain.name not in other.domains.by_name and domain.name not in aside:
                text = f"domain {domain.name} is {'gone' if number else 'new'}"
                yield ChangeNote.at("domain", text, domain.span)
