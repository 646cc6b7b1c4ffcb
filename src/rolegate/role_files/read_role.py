"""The file of a role is read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rolegate.answers.inventory import check_domain, roles_of
from rolegate.diagnostics import did_you_mean, quoted
from rolegate.documents.capture import Files, read_files
from rolegate.documents.edit_role import roles_of_text
from rolegate.documents.limits import Limits
from rolegate.documents.role_parts import RoleParts
from rolegate.documents.role_places import home_of
from rolegate.errors import InvalidPolicyError, UnknownNameError
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import Role, visible
from rolegate.loading.load import set_at
from rolegate.role_files.role_file import RoleFile
from rolegate.role_files.tried_set import resolved_files


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


def read_sound(path: Path | str, limits: Limits | None = None) -> tuple[Files, Resolved]:
    """The files of the set at *path*, and what they say.

    Raises:
        PolicyNotFoundError: when there is no policy set.
        InvalidPolicyError: when it has errors.
    """
    files = read_files(set_at(Path(path)), limits)
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
