"""catalog.yaml: everything that can be granted."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from rolegate.diagnostics import Report, Span
from rolegate.documents.accept_key import Accepted, accepting
from rolegate.documents.addon_shapes import Addons, DomainKinds, NeededAddons, Plans
from rolegate.documents.condition_words import NO_ATTRIBUTES
from rolegate.documents.removed_shapes import RemovedNamesShape, RemovedShape
from rolegate.documents.scalars import (
    ATTRIBUTE_PATTERN,
    SCHEMA_MARK,
    Attribute,
    Conditions,
    Flag,
    KindOfValue,
    Locale,
    Name,
    Path,
)
from rolegate.documents.shape import NameList, PathList, Shape, TakenList, TextList, keyed, listed
from rolegate.documents.short_forms import as_fields, as_ladder, as_scope, as_titled
from rolegate.documents.text import Text, Value
from rolegate.documents.validation import shape


class ScopeShape(Shape):
    """A scope of a ladder."""

    noun = "scope"

    within: Name | None = Field(None, description="The broader scope it lies within; the broadest has none.")
    title: Text | None = Field(None, description="The words people see.")
    description: Text | None = Field(None, description="What the scope means, e.g. what counts as `my`.")
    renamed_from: NameList = listed("Former names, which keep working in roles, lines and questions.")
    where: Conditions = Field(
        None, description="The records in it: conditions on attributes, all of which must be met."
    )
    accept: Accepted = accepting()

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        made = super().__get_pydantic_json_schema__(schema, handler)
        several = {SCHEMA_MARK: "Alternatives"}
        made["properties"]["any_of"] = {**several, "description": "Conditions; one has to be met."}
        made["properties"]["all_of"] = {**several, "description": "Conditions; all have to be met."}
        made["properties"]["not"] = {SCHEMA_MARK: "Condition", "description": "Conditions that are not met."}
        made["properties"]["holds"] = {SCHEMA_MARK: "Held", "description": "What the user holds."}
        # The short form of `where`: whatever can only be a condition.
        made["additionalProperties"] = {
            "anyOf": [{"type": "string", "pattern": r"^user\."}, {SCHEMA_MARK: "Test"}]
        }
        made["propertyNames"] = {"pattern": ATTRIBUTE_PATTERN, "not": {"enum": list(NO_ATTRIBUTES)}}
        return made


class LadderShape(Shape):
    """Scopes, broadest first."""

    noun = "ladder of scopes"
    beside = "scopes"

    renamed_from: NameList = listed("Former names, which keep working.")
    scopes: dict[
        Name,
        Annotated[
            ScopeShape,
            BeforeValidator(as_scope, json_schema_input_type=Text | ScopeShape),
        ],
    ] = Field(alias="[scopes]")


Ladder = Annotated[
    LadderShape,
    BeforeValidator(
        as_ladder, json_schema_input_type=list[Name] | dict[Name, Text | ScopeShape | list[Name]]
    ),
]


class ResourceShape(Shape):
    """A kind of thing that exists in a domain and is named in grants."""

    noun = "resource"

    title: Text | None = Field(None, description="The words people see.")
    description: Text | None = Field(None, description="What it is, in a sentence or two.")
    renamed_from: NameList = listed("Former names, which keep working.")
    within: Name | None = Field(None, description="The kind this one lies within.")
    attribute: Attribute | None = Field(
        None, description="The attribute of a record that holds the id of its instance."
    )
    accept: Accepted = accepting()


class CustomRolesShape(Shape):
    """The kind of the roles of a domain that name no other kind."""

    noun = "`custom_roles`"

    domain_kinds: list[Name] | None = Field(None, description="Kinds of domains that have such roles.")
    plans: list[Name] | None = Field(None, description="Plans that have such roles.")
    addons: NeededAddons = listed("Add-ons that such roles need.")
    manage: Path | None = Field(None, description="The permission that lets its holder edit such roles.")
    may: TakenList | None = Field(
        None, description="What such a role may hold, and nothing else; left out, anything."
    )
    never: TakenList = listed("What no such role may hold, and no line of grants may give its holders.")
    accept: Accepted = accepting()


class RoleKindShape(CustomRolesShape):
    """A kind of role: what such a role may hold, where it exists, and who edits it."""

    noun = "kind of role"
    first = ("title", "description")

    title: Text | None = Field(None, description="The words people see.")
    description: Text | None = Field(None, description="What it is, in a sentence or two.")


class RestrictionShape(Shape):
    """A restriction with a name, which lines of bindings switch on."""

    noun = "restriction"

    title: Text | None = Field(None, description="The words people see.")
    description: Text | None = Field(None, description="What it is, in a sentence or two.")
    restrict: TakenList = Field(description="What it takes away.")
    accept: Accepted = accepting()


class RecordsShape(Shape):
    """How the records of a domain are told from those of others."""

    noun = "`records`"

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["domain"]}, {"required": ["separate"]}]}
    )

    domain: Attribute | None = Field(None, description="The attribute of a record that holds its domain.")
    separate: Flag = Field(False, description="Each domain has tables of its own, and no column tells.")
    accept: Accepted = accepting()


class NodeShape(Shape):
    """A permission, or a group when it has `permissions` or `fields`."""

    noun = "permission"

    title: Text | None = Field(None, description="The words people see.")
    description: Text | None = Field(None, description="What it is, in a sentence or two.")
    scopes: Name | None = Field(
        None, description="The ladder of scopes the permission is asked and granted on."
    )
    per: Name | None = Field(None, description="Asked and granted per instance of this resource kind.")
    every: Text | None = Field(None, description="Title of the box for every instance, later ones included.")
    requires: PathList = listed("Holding this without those is an error.")
    implies: PathList = listed("Whoever holds this holds those as well.")
    recommends: PathList = listed("Holding this without those is a warning.")
    domain_kinds: list[Name] | None = Field(None, description="Exists in these kinds of domains only.")
    plans: list[Name] | None = Field(None, description="Available on these plans only.")
    addons: NeededAddons = listed("Available with all of these add-ons only.")
    aliases: TextList = listed("Other texts that are accepted wherever the path is.")
    renamed_from: TextList = listed("Former paths, which keep working.")
    deprecated: Flag = Field(False, description="Warns when granted, and stays outside stars.")
    hidden: Flag = Field(False, description="Reachable only through `implies`, and not shown in the tree.")
    by_name: Flag = Field(
        False, description="Granted by name only: stars in grants leave it, or all in the group, out."
    )
    sensitive: Flag = Field(
        False, description="Whoever reviews a change is told first when somebody gains it, or what is in it."
    )
    source: Text | None = Field(None, description="The document it was taken from.")
    assumed: TextList = listed("What we assumed where the source is silent.")
    header: Name | None = Field(None, description="The permission of the group that all the others require.")
    fields: Fields | None = Field(None, description="Fields of a record; each can be viewed or edited.")
    permissions: dict[Name, Node] | None = Field(
        None, description="The permissions and groups in this group."
    )
    accept: Accepted = accepting()


Node = Annotated[NodeShape, BeforeValidator(as_titled, json_schema_input_type=Text | NodeShape)]


class FieldShape(NodeShape):
    """A field of a record: a permission on the built-in scopes `edit` and `view`.

    With `scopes` it is two permissions on that ladder, `view` and `edit`.
    """

    noun = "field"
    hint = "a field can only be viewed or edited; put other keys on its group, or write a permission"
    elsewhere = frozenset({"source", "assumed", "per", "every", "hidden", "permissions", "fields", "header"})

    scopes: Name | None = Field(
        None, description="The ladder that says in whose records it may be viewed, and in whose edited."
    )


Fields = Annotated[
    dict[Name, Annotated[FieldShape, BeforeValidator(as_titled, json_schema_input_type=Text | FieldShape)]],
    BeforeValidator(as_fields, json_schema_input_type=list[Name] | dict[Name, Text | FieldShape]),
]


class CatalogShape(Shape):
    """catalog.yaml: everything that can be granted."""

    noun = "catalog"

    catalog: Name = Field(description="The name of the policy set.")
    title: Text | None = Field(None, description="The words people see.")
    description: Text | None = Field(None, description="What it is, in a sentence or two.")
    source: Text | None = Field(None, description="The document the catalog was written from.")
    assumed: TextList = listed("What we assumed where the source is silent.")
    locale: Locale | None = Field(None, description="The language of the titles here; `en` when left out.")
    domain_kinds: DomainKinds = keyed("The kinds of domains there are, such as organization and workspace.")
    plans: Plans = keyed("The plans a domain can be on.")
    addons: Addons = keyed("The add-ons a domain can have.")
    custom_roles: CustomRolesShape | None = Field(
        None, description="Where domains may have roles of their own."
    )
    role_kinds: dict[
        Name,
        Annotated[RoleKindShape, BeforeValidator(as_titled, json_schema_input_type=Text | RoleKindShape)],
    ] = keyed("Kinds of roles: `{guest: {title: Guest, may: [tickets.show@my], never: [billing.*]}}`.")
    records: RecordsShape | None = Field(
        None, description="Which attribute of a record holds its domain: no record of another is allowed."
    )
    user: dict[Attribute, KindOfValue] = keyed(
        "What conditions may ask of a user beside `id`, `teams` and `domain`, and its kind: `{region: text}`."
    )
    scopes: dict[Name, Ladder] = keyed("Ladders of scopes, broadest first.")
    resources: dict[
        Name,
        Annotated[ResourceShape, BeforeValidator(as_titled, json_schema_input_type=Text | ResourceShape)],
    ] = keyed("Kinds of things that are named in grants.")
    restrictions: dict[Name, RestrictionShape] = keyed(
        "Restrictions with a name: `{contact_deletion: {title: …, restrict: [contacts.delete]}}`."
    )
    removed: dict[Text, RemovedShape] = keyed(
        "Permissions and groups that are gone, by path: `{tickets.edit: {becomes: [tickets.change]}}`."
    )
    removed_names: RemovedNamesShape | None = Field(
        None, description="Roles, domains, scopes, plans and the like that are gone: `{roles: {helper: {}}}`."
    )
    permissions: dict[Name, Node] = Field(description="The tree of everything that can be granted.")
    accept: Accepted = accepting()


NodeShape.model_rebuild()
CatalogShape.model_rebuild()


def read_catalog(value: Value, top: Span, report: Report) -> tuple[CatalogShape, ...]:
    """The catalog, if nothing is wrong with it."""
    catalog = shape(CatalogShape, value, top, report)
    return () if catalog is None else (catalog,)
