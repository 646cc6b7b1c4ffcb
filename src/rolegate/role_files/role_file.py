"""The file of a role is changed and written, if the whole set is sound with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from rolegate.diagnostics import Diagnostic, quoted
from rolegate.documents.capture import read_files
from rolegate.documents.edit_role import edited_role
from rolegate.documents.role_parts import RoleParts
from rolegate.documents.role_places import home_of
from rolegate.documents.save_file import save_file
from rolegate.grants.roles import Role
from rolegate.role_files.drafted_parts import changed_parts, new_parts, parts_or_draft
from rolegate.role_files.tried_set import TriedSet
from rolegate.tree.draft import Draft


@dataclass(frozen=True, slots=True)
class WrittenRole:
    """A role file that was written: its path, what it says, and the warnings that it brought."""

    path: Path
    parts: RoleParts
    warnings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class RoleFile:
    """A role and the file that it is in, as they were read; `content` is None for a file that is not there.

    `path` is the folder of the set, and `file` the name of the file in it. `role` is what it means there.
    """

    path: Path
    file: str
    parts: RoleParts
    content: bytes | None = field(default=None, repr=False)
    role: Role | None = field(default=None, repr=False)

    def text(self, parts: RoleParts | Draft) -> str:
        """The text of the file in which the role says what *parts* say, with the comments it has now.

        Raises:
            EditError: when a comment or a meaning would be lost, something cannot be written as YAML, or it
                is the draft of another role.
            TypeError: for something else than parts or a draft.
        """
        parts, home = self._parts(parts), home_of(self.file)
        if self.content is None:
            return replace(parts, domain=None if home == parts.domain else parts.domain).text()
        return edited_role(self.content.decode("utf-8"), self.file, parts, home)

    def _parts(self, given: RoleParts | Draft) -> RoleParts:
        given = parts_or_draft(given)
        if isinstance(given, RoleParts):
            return given
        return new_parts(given) if self.role is None else changed_parts(given, self.role, self.parts)

    def save(self, parts: RoleParts | Draft) -> WrittenRole:
        """Let the role say what *parts* say; the whole set is checked before anything is written.

        Raises:
            EditError: as for `text`; when the set would have errors, which are in `diagnostics`; when the
                file has changed since it was read; and when it cannot be written.
            TypeError: as for `text`.
        """
        parts = self._parts(parts)
        text = self.text(parts).encode()
        trial = TriedSet.of(read_files(self.path), self.file, self.content, text)
        trial.refuse(f"role {quoted(parts.name)} cannot be written like this")
        if self.content is None:
            trial.refuse_aside(parts, f"role {quoted(parts.name)}")
        if text != self.content:
            save_file(self.path, self.file, self.content, text)
        return WrittenRole(self.path / self.file, parts, trial.warnings)
