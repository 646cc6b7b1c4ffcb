"""roles/*.yaml: one role in each file, or several."""

from __future__ import annotations

from pydantic import Field

from rolegate.diagnostics import Report, Span
from rolegate.documents import problems
from rolegate.documents.accept_key import Accepted, accepting
from rolegate.documents.described import Described
from rolegate.documents.name_lengths import fits_with_domain
from rolegate.documents.scalars import DomainId, Flag, Locale, RoleId, RoleKindName
from rolegate.documents.shape import GrantList, RoleList, Shape, TakenList, TextList, keyed, listed
from rolegate.documents.text import Keyed, Text, Value, span_of
from rolegate.documents.validation import shape


class RoleBody(Shape):
    """A role: parents and grants, without what it excepts."""

    noun = "role"

    title: Text | None = Field(None, description="The words people see.")
    description: Text | None = Field(None, description="What it is, in a sentence or two.")
    labels: dict[Locale, Described] = keyed(
        "Its titles and descriptions in other languages, by locale, as in files of labels."
    )
    source: Text | None = Field(None, description="The document it was taken from.")
    assumed: TextList = listed("What we assumed where the source is silent.")
    domain: DomainId | None = Field(None, description="Makes it a custom role of this domain.")
    kind: RoleKindName | None = Field(None, description="Its kind, one of `role_kinds` in the catalog.")
    extends: RoleList = listed("Roles whose rights this one has as well, now and after they change.")
    renamed_from: RoleList = listed("Former names, which keep working.")
    clone_of: RoleId | None = Field(None, description="The role this one was copied from; has no effect.")
    replaces: RoleId | None = Field(
        None, description="The default role in whose place the domain, and those inside it, have this one."
    )
    locked: Flag = Field(False, description="Cannot be edited at run time.")
    grants: GrantList = listed("The rights of the role: `path[instance]@scope`.")
    excepted: TakenList = listed("Rights of its parents and grants that the role does not have.", "except")
    accept: Accepted = accepting()


class RoleShape(RoleBody):
    """roles/*.yaml with one role."""

    first = ("role",)

    role: RoleId = Field(description="The name of the role.")


class RolesShape(Shape):
    """roles/*.yaml with several roles."""

    noun = "file of roles"

    roles: dict[RoleId, RoleBody] = Field(description="Roles by name.")


_TELLING = ("role", "domain", "kind", "replaces", "renamed_from")
"""The keys of a role that say what its name means, and where."""

Role = tuple[Text, RoleBody]
"""A role with its name."""


def read_roles(value: Value, top: Span, report: Report) -> tuple[Role, ...]:
    """The roles of one file, without those that have errors."""
    return tuple(role for role in _roles(value, top, report) if _fits(role, report))


def _roles(value: Value, top: Span, report: Report) -> list[Role]:
    if isinstance(value, Keyed) and "roles" in value:
        if "role" in value:
            spans = {str(key): span_of(key, top) for key in value}
            problems.role_and_roles(report, spans["roles"], spans["role"])
            return []
        several = shape(RolesShape, value, top, report, entries="roles")
        return [] if several is None else list(several.roles.items())
    single = shape(RoleShape, value, top, report)
    return [] if single is None else [(single.role, single)]


def told_role(value: Value, top: Span) -> tuple[str, Role | None] | None:
    """Of the one custom role in a file with errors, its domain and the role, where these are clear."""
    if not isinstance(value, Keyed) or "roles" in value or value.partial:
        return None
    # A key that is not known may be a misspelt one that says what the name means.
    known = {field.alias or name for name, field in RoleShape.model_fields.items()}
    for keys in (_TELLING, ("domain",)) if known.issuperset(value) else (("domain",),):
        report = Report()
        kept = Keyed(value.span, [(key, part) for key, part in value.items() if key in keys])
        found = shape(RoleShape if "role" in keys else RoleBody, kept, top, report)
        if found is None or report.failed or found.domain is None:
            continue
        role = (found.role, found) if isinstance(found, RoleShape) and "role" in keys else None
        if role is None or _fits(role, Report()):
            return str(found.domain), role
    return None


def _fits(role: Role, report: Report) -> bool:
    name, body = role
    return body.domain is None or fits_with_domain("role", name, body.domain, report)
