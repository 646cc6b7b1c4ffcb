"""A role that is not there yet is written into a file of its own."""

from __future__ import annotations

from pathlib import Path

from rolegate.answers.inventory import check_domain
from rolegate.diagnostics import Report, Span, quoted
from rolegate.documents.capture import Files
from rolegate.documents.role_parts import RoleParts
from rolegate.documents.role_places import new_role_file
from rolegate.documents.text import Text
from rolegate.errors import EditError
from rolegate.grants.problems import role_name_taken
from rolegate.grants.resolve import Resolved
from rolegate.role_files.drafted_parts import new_parts, parts_or_draft
from rolegate.role_files.read_role import read_sound
from rolegate.role_files.role_file import RoleFile, WrittenRole
from rolegate.tree.draft import Draft


def new_role(path: Path | str, parts: RoleParts | Draft) -> WrittenRole:
    """Write a role that is not there yet into a file of its own.

    Raises:
        PolicyNotFoundError: when there is no policy set.
        InvalidPolicyError: when it has errors.
        UnknownNameError: for an unknown domain.
        EditError: when the set would have errors, which are in `diagnostics`, the role would grant nothing as
            its domain has no such roles, or the file cannot be written.
        TypeError: for something else than parts or a draft.
    """
    given = parts_or_draft(parts)
    parts = given if isinstance(given, RoleParts) else new_parts(given)
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
