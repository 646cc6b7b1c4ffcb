"""What catalog.yaml says of names that are gone."""

from __future__ import annotations

from pydantic import Field

from rolegate.documents.accept_key import Accepted, accepting
from rolegate.documents.scalars import DomainId, Name, RoleId
from rolegate.documents.shape import GrantList, Shape, keyed, listed


class RemovedShape(Shape):
    """A permission or group that is gone, and what took its place."""

    noun = "removed name"

    becomes: GrantList = listed("The grants that take its place; left out, nothing does.")
    accept: Accepted = accepting()


class RemovedRoleShape(Shape):
    """A role that is gone, and the one that took its place."""

    noun = "removed role"

    becomes: RoleId | None = Field(None, description="The role that takes its place; left out, none does.")
    accept: Accepted = accepting()


class RemovedDomainShape(Shape):
    """A domain that is gone, and the one that took its place."""

    noun = "removed domain"

    becomes: DomainId | None = Field(
        None, description="The domain that takes its place; left out, none does."
    )
    accept: Accepted = accepting()


class RemovedWordShape(Shape):
    """A scope, a plan or the like that is gone, and what took its place."""

    noun = "removed word"

    becomes: Name | None = Field(None, description="What takes its place; left out, nothing does.")
    accept: Accepted = accepting()


class RemovedNamesShape(Shape):
    """Names beside those of permissions and groups that are gone, and never used again."""

    noun = "`removed_names`"

    roles: dict[RoleId, RemovedRoleShape] = keyed("Roles: `{helper: {becomes: agent}, porter: {}}`.")
    domains: dict[DomainId, RemovedDomainShape] = keyed("Domains: no other tenant gets such an id.")
    scopes: dict[Name, dict[Name, RemovedWordShape]] = keyed(
        "Scopes, by their ladder: `{reach: {team: {becomes: my}}}`."
    )
    domain_kinds: dict[Name, RemovedWordShape] = keyed("Kinds of domains.")
    plans: dict[Name, RemovedWordShape] = keyed("Plans.")
    addons: dict[Name, RemovedWordShape] = keyed("Add-ons.")
    resources: dict[Name, RemovedWordShape] = keyed("Kinds of instances.")
    accept: Accepted = accepting()
