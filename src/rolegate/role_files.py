"""Role files are read, changed and written, always together with the set that they are part of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from rolegate.answers.inventory import check_domain, roles_of
from rolegate.diagnostics import Diagnostic, Report, Span, did_you_mean, quoted
from rolegate.documents.capture import Files, read_files
from rolegate.documents.edit_role import edited_role, roles_of_text
from rolegate.documents.role_parts import RoleParts
from rolegate.documents.role_places import home_of, new_role_file
from rolegate.documents.save_file import save_file
from rolegate.documents.text import Text
from rolegate.drafted_parts import changed_parts, new_parts
from rolegate.errors import EditError, InvalidPolicyError, UnknownNameError
from rolegate.grants.problems import role_name_taken
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import Role, visible
from rolegate.loading.load import resolve_files, set_at
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
        """
        parts, home = self._parts(parts), home_of(self.file)
        if self.content is None:
            return replace(parts, domain=None if home == parts.domain else parts.domain).text()
        return edited_role(self.content.decode("utf-8"), self.file, parts, home)

    def _parts(self, given: RoleParts | Draft) -> RoleParts:
        if isinstance(given, RoleParts):
            return given
        return new_parts(given) if self.role is None else changed_parts(given, self.role, self.parts)

    def save(self, parts: RoleParts | Draft) -> WrittenRole:
        """Let the role say what *parts* say; the whole set is checked before anything is written.

        Raises:
            EditError: as for `text`; when the set would have errors, which are in `diagnostics`; when the
                file has changed since it was read; and when it cannot be written.
        """
        parts = self._parts(parts)
        text = self.text(parts).encode()
        trial = TriedSet.of(read_files(self.path), self, text)
        trial.refuse(f"role {quoted(parts.name)} cannot be written like this")
        if self.content is None:
            trial.refuse_aside(parts, f"role {quoted(parts.name)}")
        if text != self.content:
            save_file(self.path, self.file, self.content, text)
        return WrittenRole(self.path / self.file, parts, trial.warnings)


@dataclass(frozen=True, slots=True)
class TriedSet:
    """A set with another text of one file: what it says, and what is found that was not found before."""

    resolved: Resolved | None
    found: tuple[Diagnostic, ...]

    @classmethod
    def of(
        cls, files: Files, role: RoleFile, text: bytes, before: Iterable[Diagnostic] | None = None
    ) -> TriedSet:
        """*files* with *text* in place of the file of *role*; *before* is what is found without that."""
        if files.contents.get(role.file) != role.content:
            message = f"{files.shown(role.file)} has changed since it was read, so it is not written"
            raise EditError(f"{message}; read it again")
        before = resolved_files(files)[1] if before is None else before
        resolved, after = resolved_files(replace(files, contents={**files.contents, role.file: text}))
        known = Counter(map(_apart_from_place, before))
        new: list[Diagnostic] = []
        for one in after:
            known[_apart_from_place(one)] -= 1
            if known[_apart_from_place(one)] < 0:
                new.append(one)
        return cls(resolved, tuple(new))

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(one for one in self.found if one.severity == "error")

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        return tuple(one for one in self.found if one.severity == "warning")

    def refuse(self, message: str) -> None:
        """Raise an `EditError` with *message* if there are errors."""
        if self.errors or self.resolved is None:
            raise EditError.of_findings(message, self.errors)

    def refuse_aside(self, parts: RoleParts, what: str) -> None:
        """Raise an `EditError` if the new role of *parts*, called *what*, would be set aside."""
        assert self.resolved is not None  # noqa: S101 - a set without errors has it
        aside = self.resolved.roles[parts.domain, parts.name].aside
        if aside is not None:
            help = f"; {aside.help}" if aside.help else ""
            raise EditError(f"{what} is not written, as it would grant nothing: {aside.message}{help}")


def _apart_from_place(found: Diagnostic) -> tuple[str, str, str, str]:
    """What tells a finding from others when lines were added above it."""
    return found.code, found.file, found.message, found.entry


def resolved_files(files: Files) -> tuple[Resolved | None, tuple[Diagnostic, ...]]:
    """What *files* say, if that can be told, and what is found in them."""
    report = Report()
    resolved, _ = resolve_files(files, report)
    return resolved, report.sorted()


def read_role(path: Path | str, role: str, *, domain: str | None = None) -> RoleFile:
    """The file of a role, to be changed: of what *role* means in *domain*, or of a default role.

    Raises:
        PolicyNotFoundError: when there is no policy set.
        InvalidPolicyError: when it has errors.
        UnknownNameError: for an unknown role or domain.
        EditError: when the file of the role has errors of its own.
    """
    files, resolved = read_sound(path)
    return role_file_of(files, role_in(resolved, role, domain))


def role_file_of(files: Files, found: Role) -> RoleFile:
    """The file of a role that was found in *files*.

    Raises:
        EditError: when the file has errors.
    """
    file = {files.shown(name): name for name in files.contents}[found.span.file]
    content = files.contents[file]
    assert isinstance(content, bytes)  # noqa: S101 - a role was read from it
    roles = roles_of_text(content.decode("utf-8"), file, home_of(file))
    parts = next(RoleParts.of(one) for one in roles if one[0] == found.name)
    return RoleFile(files.folder, file, parts, content, found)


def new_role(path: Path | str, parts: RoleParts | Draft) -> WrittenRole:
    """Write a role that is not there yet into a file of its own.

    Raises:
        PolicyNotFoundError: when there is no policy set.
        InvalidPolicyError: when it has errors.
        UnknownNameError: for an unknown domain.
        EditError: when the set would have errors, which are in `diagnostics`, the role would grant nothing as
            its domain has no such roles, or the file cannot be written.
    """
    parts = parts if isinstance(parts, RoleParts) else new_parts(parts)
    files, resolved = read_sound(path)
    check_domain(parts.domain, resolved.domains)
    place = place_for(files, parts)
    name_is_free(resolved, files, place)
    return place.save(parts)


def name_is_free(resolved: Resolved, files: Files, place: RoleFile) -> None:
    """Refuse a new role whose domain has one of that name: its file is not the one to blame."""
    key = place.parts.domain, place.parts.name
    if key in resolved.roles:
        report, name = Report(), Text(place.parts.name, Span(files.shown(place.file)))
        role_name_taken(report, name, key[0], key, resolved.roles[key].span)
        raise EditError.of_findings(f"role {quoted(place.parts.name)} is not written", report.sorted())


def place_for(files: Files, parts: RoleParts) -> RoleFile:
    """The file of a role that is not there yet."""
    try:
        name = new_role_file(parts.name, parts.domain, files.contents)
    except ValueError as error:
        raise EditError(f"{quoted(parts.name)} cannot be the name of a role: {error}") from None
    return RoleFile(files.folder, name, parts)


def read_sound(path: Path | str) -> tuple[Files, Resolved]:
    """The files of the set at *path*, and what they say.

    Raises:
        PolicyNotFoundError: when there is no policy set.
        InvalidPolicyError: when it has errors.
    """
    files = read_files(set_at(Path(path)))
    resolved, found = resolved_files(files)
    if resolved is None:
        raise InvalidPolicyError(found)
    return files, resolved


def role_in(resolved: Resolved, name: str, domain: str | None) -> Role:
    """What the role *name* means in *domain*; without one, the default role.

    Raises:
        UnknownNameError: for an unknown role or domain.
    """
    check_domain(domain, resolved.domains)
    key = visible(resolved.roles, name, domain, resolved.domains) if isinstance(name, str) else None
    if key is None:
        names: Iterable[str] = roles_of(domain, resolved)
        help = did_you_mean(str(name), names)
        if domain is None and name in names:
            owners = ", ".join(quoted(owner) for owner, other in resolved.roles if other == name)
            help = f"it is a role of {owners}: name the domain as well"
        raise UnknownNameError("role", str(name), help=help)
    return resolved.roles[key]
