"""A role is cloned: the new one holds what the old one does, today and after whatever is added later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rolegate.catalog.model import Catalog
from rolegate.catalog.role_kind import RoleKind
from rolegate.diagnostics import Diagnostic, Report, quoted
from rolegate.documents.accept_key import UNUSED
from rolegate.documents.capture import Files
from rolegate.documents.limits import Limits
from rolegate.documents.role_parts import RoleParts
from rolegate.documents.role_places import label_files
from rolegate.documents.save_file import save_file
from rolegate.documents.text import Text
from rolegate.errors import EditError
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import Role, role_today
from rolegate.role_files.new_role import name_is_free, place_for
from rolegate.role_files.read_role import read_sound, role_file_of, role_in
from rolegate.role_files.role_file import RoleFile, WrittenRole
from rolegate.role_files.tried_set import TriedSet, resolved_files

_NEVER, _NOTHING_TAKEN = "RG321", "RG323"


@dataclass(frozen=True, slots=True)
class ClonedRole(WrittenRole):
    """A clone that was written.

    `left_out` has what it does not hold of the old role, and `not_copied` the keys of that one that say
    nothing about a clone. `labels` are the files in which the old role has a title and the clone has none.
    """

    left_out: tuple[str, ...] = ()
    not_copied: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The documented JSON form."""
        return {
            "file": self.path.as_posix(),
            "role": self.parts.name,
            "domain": self.parts.domain,
            "clone_of": self.parts.clone_of,
            "left_out": list(self.left_out),
            "not_copied": list(self.not_copied),
            "labels": list(self.labels),
            "warnings": [found.to_dict() for found in self.warnings],
        }


def clone_role(
    path: Path | str,
    old: str,
    new: str,
    *,
    domain: str | None = None,
    title: str | None = None,
    leave_out: bool = False,
    limits: Limits | None = None,
) -> ClonedRole:
    """Write the role *new*, which holds what *old* does, into a file of its own.

    With *domain* it is a custom role there, and *old* is what that name means there. What no role of its
    kind may ever hold is an error, or is excepted with *leave_out*. Nothing is written if the set would have
    errors. *limits* are those of `validate`.

    Raises:
        PolicyNotFoundError: when there is no policy set.
        InvalidPolicyError: when it has errors.
        UnknownNameError: for an unknown role or domain.
        EditError: when the clone would not be valid or would not hold what *old* does; `diagnostics` says
            why if it is valid no longer.
    """
    cloning = _Cloning.begin(read_sound(path, limits), old, new, domain, title)
    cloning.settle(leave_out)
    place, files = cloning.place, cloning.files
    text = place.text(cloning.parts).encode()
    save_file(files.folder, place.file, None, text)
    return ClonedRole(
        path=files.folder / place.file,
        parts=cloning.parts,
        warnings=cloning.trial.warnings,
        left_out=tuple(x for x in cloning.parts.excepted if x not in cloning.source.excepted),
        not_copied=tuple(cloning.not_copied()),
        labels=tuple(_labels(cloning.resolved, files, old, new)),
    )


@dataclass(slots=True)
class _Cloning:
    """The clone of `role`, as far as it is settled."""

    files: Files
    resolved: Resolved
    before: tuple[Diagnostic, ...]
    role: Role
    source: RoleParts
    parts: RoleParts
    place: RoleFile
    trial: TriedSet

    @classmethod
    def begin(
        cls, read: tuple[Files, Resolved], old: str, new: str, domain: str | None, title: str | None
    ) -> _Cloning:
        files, resolved = read
        role = role_in(resolved, old, domain)
        if role.aside is not None:
            raise EditError(f"role {quoted(old)} is set aside and grants nothing: {role.aside.message}")
        source = role_file_of(files, role).parts
        outer = () if domain is None else resolved.domains.outward(domain)
        parts = replace(
            source,
            name=new,
            title=title,
            source=None,
            labels={},
            assumed=(),
            domain=domain,
            kind=_kind_of_clone(role, resolved.catalog, source, domain),
            renamed_from=(),
            clone_of=str(role_today(Text(old, role.span), outer, resolved.roles, Report())),
            replaces=None,
            locked=False,
            accept={},
        )
        place = place_for(files, parts)
        name_is_free(resolved, files, place)
        before = resolved_files(files)[1]
        cloning = cls(files, resolved, before, role, source, parts, place, TriedSet(None, ()))
        cloning._try()
        return cloning

    def _try(self) -> None:
        text = self.place.text(self.parts).encode()
        self.trial = TriedSet.of(self.files, self.place.file, self.place.content, text, self.before)

    def settle(self, leave_out: bool) -> None:
        """Find the parts with which the clone is valid, or raise an `EditError`."""
        codes = {error.code for error in self.trial.errors}
        if _NEVER in codes and leave_out:
            self._except_what_is_ruled_out()
        if _NEVER in {error.code for error in self.trial.errors} and not leave_out:
            ask = "; `--leave-out` (`leave_out=True`) excepts what such a role may never hold"
            self.trial.refuse(f"{self._what} is not written{ask}")
        self.trial.refuse(f"{self._what} is not written")
        self._check_rights(leave_out)
        file = self.files.shown(self.place.file)
        found = {warning.code for warning in self.trial.warnings if warning.file == file}
        accept = {code: why for code, why in self.source.accept.items() if code in found}
        if accept:
            self.parts = replace(self.parts, accept=accept)
            self._try()
            if any(warning.code == UNUSED for warning in self.trial.warnings):
                self.parts = replace(self.parts, accept={})
                self._try()

    def _except_what_is_ruled_out(self) -> None:
        kind = self._kind()
        ruled_out = tuple(text for _, text, _ in kind.never if text not in self.parts.excepted)
        before = self.parts
        self.parts = replace(before, excepted=(*before.excepted, *ruled_out))
        self._try()
        role = self._clone()
        if role is None:
            return
        idle = {warning.span for warning in self.trial.warnings if warning.code == _NOTHING_TAKEN}
        idle_texts = {entry.text for entry in role.excepted if entry.span in idle} - {*before.excepted}
        if idle_texts:
            kept = tuple(text for text in self.parts.excepted if text not in idle_texts)
            self.parts = replace(self.parts, excepted=kept)
            self._try()

    def _kind(self) -> RoleKind:
        catalog = self.resolved.catalog
        return catalog.custom_roles if self.parts.kind is None else catalog.role_kinds[self.parts.kind]

    def _clone(self) -> Role | None:
        key = (self.parts.domain, self.parts.name)
        return None if self.trial.resolved is None else self.trial.resolved.roles.get(key)

    def _check_rights(self, leave_out: bool) -> None:
        """INVARIANT: the clone holds what the old role does, for the same reasons, or what was left of it."""
        clone, old = self._clone(), self.role
        assert clone is not None  # noqa: S101 - a set without errors has it
        self.trial.refuse_aside(self.parts, self._what)
        if clone.parents != old.parents:
            pairs = zip(self.parts.extends, clone.parents, old.parents, strict=True)
            other = next(text for text, one, other in pairs if one != other)
            raise EditError(
                f"{self._what} is not written: {quoted(other)}, which it extends, means another role there; "
                f"write a role that extends {quoted(self.parts.clone_of)} if it may follow that one, "
                "or write its grants by hand"
            )
        if old.rights and not clone.rights:
            raise EditError(f"{self._what} is not written: nothing would be left of what it holds")
        more, less = clone.rights.keys() - old.rights.keys(), old.rights.keys() - clone.rights.keys()
        if more or (less and not leave_out):
            raise EditError(f"{self._what} is not written: it would not hold the same")

    @property
    def _what(self) -> str:
        where = "" if self.parts.domain is None else f" in domain {quoted(self.parts.domain)}"
        return f"the clone {quoted(self.parts.name)} of role {quoted(self.parts.clone_of)}{where}"

    def not_copied(self) -> Iterable[str]:
        """The keys of the old role that say nothing about the clone."""
        old, new = dict(self.source.values()), dict(self.parts.values())
        for key in ("labels", "source", "assumed", "kind", "renamed_from", "replaces", "locked", "accept"):
            if old[key] not in (None, False, (), {}) and old[key] != new[key]:
                yield key


def _kind_of_clone(role: Role, catalog: Catalog, source: RoleParts, domain: str | None) -> str | None:
    """The kind of the clone in *domain*.

    Where people make custom roles and nobody makes roles of a kind, that is for roles that come with the
    product: a clone of one is a custom role, and needs the plan that these need.
    """
    made = catalog.custom_roles.manage is not None and role.kind is not None and role.kind.manage is None
    return None if made and role.domain is None and domain is not None else source.kind


def _labels(resolved: Resolved, files: Files, old: str, new: str) -> Iterable[str]:
    """The files of labels with a title for *old* and none for *new*."""
    names = label_files(files.contents)
    for locale, shape in resolved.labels.by_locale.items():
        titles: Mapping[str, str] = {str(name): str(title) for name, title in shape.roles.items()}
        if old in titles and new not in titles:
            yield names[locale]
