"""domains.yaml: the tenants, their teams and what exists in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag

from rolegate.diagnostics import Report, Span
from rolegate.documents import file_problems
from rolegate.documents.accept_key import Accepted, accepting
from rolegate.documents.name_lengths import fits_with_domain
from rolegate.documents.scalars import DomainId, Instance, Name, TeamId, UserId
from rolegate.documents.shape import DomainList, InstanceList, Shape, keyed, listed
from rolegate.documents.short_forms import as_instances, as_members, as_titled
from rolegate.documents.text import Keyed, Text, Value
from rolegate.documents.validation import shape


class MemberTeamShape(Shape):
    """A team as a member of a team: its members are members as well."""

    noun = "member of a team"
    is_part = True

    team: TeamId = Field(description="A team of this domain, or else of the nearest domain around it.")


def _kind_of_member(value: Any) -> str:
    return "[team]" if isinstance(value, (Keyed, MemberTeamShape)) else "[user]"


Member = Annotated[
    Annotated[UserId, Tag("[user]")] | Annotated[MemberTeamShape, Tag("[team]")],
    Discriminator(_kind_of_member),
]
MemberList = Annotated[
    list[Member], BeforeValidator(as_members, json_schema_input_type=Member | list[Member])
]


class InstanceShape(Shape):
    """Something that exists in a domain."""

    noun = "instance"

    title: Text | None = Field(None, description="The words people see.")
    accept: Accepted = accepting()


Instances = Annotated[
    dict[
        Instance,
        # None for an id in a list: most ids have no title, and a shape for each would take long to make.
        Annotated[
            InstanceShape | None, BeforeValidator(as_titled, json_schema_input_type=Text | InstanceShape)
        ],
    ],
    BeforeValidator(
        as_instances,
        json_schema_input_type=Instance | list[Instance] | dict[Instance, Text | InstanceShape],
    ),
]


class DomainShape(Shape):
    """A tenant."""

    noun = "domain"

    title: Text | None = Field(None, description="The words people see.")
    description: Text | None = Field(None, description="What it is, in a sentence or two.")
    renamed_from: DomainList = listed("Former names, which keep working in files.")
    within: DomainId | None = Field(
        None, description="The outer domain; what is bound there also applies here."
    )
    kind: Name | None = Field(None, description="Its kind, where the catalog has `domain_kinds`.")
    plan: Name | None = Field(None, description="Replaces the plan of the outer domain.")
    addons: list[Name] = listed("Adds to the add-ons of the outer domain.")
    zone: Text | None = Field(
        None, description="The time zone of dates in lines here and inside, such as Europe/Paris."
    )
    teams: dict[TeamId, MemberList] = keyed("Teams of this domain and their members: users, `{team: …}`.")
    instances: dict[Name, Instances] = keyed("Known instances of each resource kind.")
    removed: dict[Name, InstanceList] = keyed(
        "Instances that are gone, by resource kind: nobody may use them."
    )
    accept: Accepted = accepting()


class DomainsShape(Shape):
    """domains.yaml: the tenants."""

    noun = "domains.yaml"

    domains: dict[DomainId, DomainShape] = Field(description="Domains by name.")


def joined(files: Iterable[DomainsShape], report: Report) -> DomainsShape | None:
    """The domains of several files; None without any file. A domain is declared in one of them."""
    found = tuple(files)
    first: dict[Text, Text] = {}
    domains: dict[Text, DomainShape] = {}
    for file in found:
        for name, domain in file.domains.items():
            if first.setdefault(name, name) is not name:
                file_problems.domain_twice(report, name.span, name, first[name].span)
                domain = _both(domains[name], domain)
            domains[name] = domain
    return DomainsShape.model_construct(domains=domains) if found else None


def _both(one: DomainShape, other: DomainShape) -> DomainShape:
    """What both say, so that a name which only one of them declares is not reported as unknown."""
    missing = {key: value for key, value in other if not getattr(one, key)}
    instances: dict[Text, Any] = dict(one.instances)
    for kind, named in other.instances.items():
        instances[kind] = {**named, **instances.get(kind, {})}
    addons = [*one.addons, *(addon for addon in other.addons if addon not in one.addons)]
    merged = {"teams": {**other.teams, **one.teams}, "instances": instances, "addons": addons}
    return one.model_copy(update={**missing, **merged})


def read_domains(value: Value, top: Span, report: Report) -> tuple[DomainsShape, ...]:
    """The domains, if nothing is wrong with any of them."""
    found = shape(DomainsShape, value, top, report)
    if found is not None:
        for name, domain in found.domains.items():
            for team in domain.teams:
                fits_with_domain("team", team, name, report)
    return () if found is None or report.failed else (found,)
