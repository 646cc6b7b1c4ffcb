"""The shape of every file kind, once: for reading, and for the JSON Schemas that editors use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import CoreSchema, InitErrorDetails

from rolegate.diagnostics import Span
from rolegate.documents.scalars import (
    ATTRIBUTE_PATTERN,
    SCHEMA_MARK,
    Attribute,
    Conditions,
    DomainId,
    Flag,
    GrantText,
    Instance,
    Locale,
    Name,
    Path,
    Rest,
    RoleId,
    TeamId,
    Until,
    UserId,
    problem,
)
from rolegate.documents.short_forms import as_fields, as_ladder, as_list, as_scope, as_titled, as_titles
from rolegate.documents.text import Keyed, Text, span_of

PathList = Annotated[list[Path], BeforeValidator(as_list, json_schema_input_type=Path | list[Path])]
GrantList = Annotated[
    list[GrantText], BeforeValidator(as_list, json_schema_input_type=GrantText | list[GrantText])
]
UserList = Annotated[list[UserId], BeforeValidator(as_list, json_schema_input_type=UserId | list[UserId])]
RoleList = Annotated[list[RoleId], BeforeValidator(as_list, json_schema_input_type=RoleId | list[RoleId])]
InstanceList = Annotated[
    list[Instance], BeforeValidator(as_list, json_schema_input_type=Instance | list[Instance])
]
TextList = Annotated[list[Text], BeforeValidator(as_list, json_schema_input_type=Text | list[Text])]
Titles = Annotated[
    dict[Name, Text], BeforeValidator(as_titles, json_schema_input_type=list[Name] | dict[Name, Text])
]


_NOWHERE = Span("")

UnknownKeys = dict[int, tuple[str, "type[Shape]"]]
"""The keys a reading did not know, by the identity of their values, with the shape they stand in."""


def _listed(description: str, alias: str | None = None) -> Any:
    """A list, empty when it is left out; pydantic would copy a default, which takes longer."""
    return Field(default_factory=list, alias=alias, description=description)


def _keyed(description: str) -> Any:
    """The same for a mapping."""
    return Field(default_factory=dict, description=description)


class Shape(BaseModel):
    """A mapping with known keys; remembers where it and they were written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    noun: ClassVar[str] = "mapping"
    elsewhere: ClassVar[frozenset[str]] = frozenset()  # keys of a parent shape that have no place here
    hint: ClassVar[str] = ""

    # Not a private attribute of pydantic, which would cost more than the rest of a shape.
    __slots__ = ("_written",)
    _written: ClassVar[Keyed | None]

    @property
    def span(self) -> Span:
        """Where the mapping begins."""
        written = getattr(self, "_written", None)
        return written.span if written is not None else _NOWHERE

    def at(self, key: str) -> Span:
        """Where *key* was written; where the mapping begins for a key that was left out."""
        written = getattr(self, "_written", None)
        places = (each.span for each in written or () if each == key and isinstance(each, Text))
        return next(places, self.span)

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """The keys as they are written in a file."""
        return _keys(cls)

    @model_validator(mode="wrap")
    @classmethod
    def _remember(cls, data: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        if not isinstance(data, Keyed):
            return handler(data)
        known = _keys(cls)
        strange = [key for key in data if key not in known]
        if strange and isinstance(info.context, dict):
            info.context.update({id(data[key]): (key, cls) for key in strange})
        misplaced = [key for key in strange if key in cls.elsewhere]
        if misplaced:
            raise ValidationError.from_exception_data(
                cls.noun, [cls._misplaced(key, data) for key in misplaced]
            )
        shape = handler(data)
        object.__setattr__(shape, "_written", data)
        return shape

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        made = handler.resolve_ref_schema(handler(schema))
        made["title"] = cls.noun
        made["properties"] = {
            key: each for key, each in made["properties"].items() if key not in cls.elsewhere
        }
        return made

    @classmethod
    def _misplaced(cls, key: str, data: Keyed) -> InitErrorDetails:
        what = problem("RG112", f"a {cls.noun} takes no `{key}`", cls.hint, at=span_of(key, data.span))
        return InitErrorDetails(type=what, loc=(key,), input=data[key])


@cache
def _keys(shape: type[Shape]) -> tuple[str, ...]:
    names = (field.alias or name for name, field in shape.model_fields.items())
    return tuple(name for name in names if name not in shape.elsewhere)


class ScopeShape(Shape):
    """A scope of a ladder."""

    noun = "scope"

    within: Name | None = Field(None, description="The broader scope it lies within; the broadest has none.")
    title: Text | None = Field(None, description="The words people see.")
    description: Text | None = Field(None, description="What the scope means, e.g. what `my` is.")
    where: Conditions = Field(
        None, description="The records in it: conditions on attributes, all of which have to be met."
    )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        made = super().__get_pydantic_json_schema__(schema, handler)
        either = {SCHEMA_MARK: "Alternatives"}
        made["properties"]["any_of"] = {**either, "description": "Conditions; one has to be met."}
        # The short form of `where`: whatever can be nothing else than a condition.
        made["additionalProperties"] = {
            "anyOf": [{"type": "string", "pattern": r"^user\."}, {SCHEMA_MARK: "Test"}]
        }
        made["propertyNames"] = {"pattern": ATTRIBUTE_PATTERN}
        return made


Ladder = Annotated[
    dict[
        Name,
        Annotated[
            ScopeShape,
            BeforeValidator(as_scope, json_schema_input_type=Text | ScopeShape),
        ],
    ],
    BeforeValidator(as_ladder, json_schema_input_type=list[Name] | dict[Name, Text | ScopeShape]),
]


class ResourceShape(Shape):
    """A kind of thing that exists per domain and is named in grants."""

    noun = "resource"

    title: Text | None = Field(None, description="The words people see.")
    description: Text | None = Field(None, description="What it is, in a sentence or two.")
    within: Name | None = Field(None, description="The kind this one lies within.")
    attribute: Attribute | None = Field(
        None, description="The attribute of a record that holds the id of its instance."
    )


class CustomRolesShape(Shape):
    """Where custom roles exist, who edits roles, and what no custom role may hold."""

    noun = "`custom_roles`"

    plans: Annotated[list[Name] | None, Field(description="Plans that have custom roles.")] = None
    addons: list[Name] = _listed("Add-ons that custom roles need.")
    manage: Path | None = Field(None, description="The permission that lets its holder edit roles.")
    never: GrantList = _listed("What no custom role may hold.")


class NodeShape(Shape):
    """A permission, or a group when it has `permissions` or `fields`."""

    noun = "permission"

    title: Text | None = Field(None, description="The words people see.")
    description: Text | None = Field(None, description="What it is, in a sentence or two.")
    source: Text | None = Field(None, description="The document it was taken from.")
    assumed: TextList = _listed("What we assumed where the source is silent.")
    scopes: Name | None = Field(
        None, description="The ladder of scopes the permission is asked and granted on."
    )
    per: Name | None = Field(None, description="Asked and granted per instance of this resource kind.")
    every: Text | None = Field(None, description="Title of the box for every instance, later ones included.")
    requires: PathList = _listed("Holding this without those is an error.")
    implies: PathList = _listed("This brings those along.")
    recommends: PathList = _listed("Holding this without those is a warning.")
    plans: list[Name] | None = Field(None, description="Available on these plans only.")
    addons: list[Name] = _listed("Available with all of these add-ons only.")
    aliases: TextList = _listed("Other texts accepted wherever the path is.")
    renamed_from: TextList = _listed("Former paths, which keep working.")
    deprecated: Flag = Field(False, description="Warns when granted, and stays outside stars.")
    hidden: Flag = Field(False, description="Reachable only through `implies`, and not shown in the tree.")
    permissions: dict[Name, Node] | None = Field(None, description="What the group holds.")
    fields: Fields | None = Field(None, description="Fields of a record; each can be viewed or edited.")
    header: Name | None = Field(None, description="The permission of the group that all the others require.")


Node = Annotated[NodeShape, BeforeValidator(as_titled, json_schema_input_type=Text | NodeShape)]


class FieldShape(NodeShape):
    """A field of a record: a permission on the built-in scopes `edit` and `view`."""

    noun = "field"
    hint = "a field is viewed or edited, no more; put the rest on the group, or write a permission"
    elsewhere = frozenset(
        {"source", "assumed", "scopes", "per", "every", "hidden", "permissions", "fields", "header"}
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
    assumed: TextList = _listed("What we assumed where the source is silent.")
    locale: Locale | None = Field(None, description="The language of the titles here; `en` when left out.")
    plans: Titles = _keyed("The plans a domain can be on.")
    addons: Titles = _keyed("The add-ons a domain can have.")
    custom_roles: CustomRolesShape | None = Field(
        None, description="Where domains may have roles of their own."
    )
    scopes: dict[Name, Ladder] = _keyed("Ladders of scopes, broadest first.")
    resources: dict[
        Name,
        Annotated[ResourceShape, BeforeValidator(as_titled, json_schema_input_type=Text | ResourceShape)],
    ] = _keyed("Kinds of things that are named in grants.")
    permissions: dict[Name, Node] = Field(description="The tree of everything that can be granted.")


class RoleBody(Shape):
    """A role: parents and grants, less what it excepts."""

    noun = "role"

    title: Text | None = Field(None, description="The words people see.")
    description: Text | None = Field(None, description="What it is, in a sentence or two.")
    source: Text | None = Field(None, description="The document it was taken from.")
    assumed: TextList = _listed("What we assumed where the source is silent.")
    domain: DomainId | None = Field(None, description="Makes it a custom role of this domain.")
    extends: RoleList = _listed("Roles whose rights this one has, too; follows them.")
    clone_of: RoleId | None = Field(None, description="The role this one was copied from; has no effect.")
    locked: Flag = Field(False, description="Not to be edited at run time.")
    grants: GrantList = _listed("What the role holds: `path[instance]@scope`.")
    excepted: GrantList = _listed("Taken away again from parents and grants.", "except")


class RoleShape(RoleBody):
    """roles/*.yaml with one role."""

    role: RoleId = Field(description="The name of the role.")


class RolesShape(Shape):
    """roles/*.yaml with several roles."""

    noun = "file of roles"

    roles: dict[RoleId, RoleBody] = Field(description="Roles by name.")


class DomainShape(Shape):
    """A tenant."""

    noun = "domain"

    title: Text | None = Field(None, description="The words people see.")
    description: Text | None = Field(None, description="What it is, in a sentence or two.")
    within: DomainId | None = Field(None, description="The outer domain; what is bound there holds here too.")
    plan: Name | None = Field(None, description="In place of the plan of the outer domain.")
    addons: list[Name] = _listed("Beside the add-ons of the outer domain.")
    teams: dict[TeamId, UserList] = _keyed("Teams of this domain and their users.")
    instances: dict[Name, InstanceList] = _keyed("Known instances of each resource kind.")
    removed: dict[Name, InstanceList] = _keyed("Instances that are gone, by resource kind.")


class DomainsShape(Shape):
    """domains.yaml: the tenants."""

    noun = "domains.yaml"

    domains: dict[DomainId, DomainShape] = Field(description="Domains by name.")


class BindingShape(Shape):
    """One line of bindings.yaml: a subject, one thing it gets or loses, and where."""

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [
                {"oneOf": [{"required": ["user"]}, {"required": ["team"]}]},
                {"oneOf": [{"required": ["role"]}, {"required": ["grants"]}, {"required": ["restrict"]}]},
            ],
            "dependentRequired": {"only": ["rest", "role"], "rest": ["only"]},
        }
    )

    noun = "line of bindings"

    user: UserId | None = Field(None, description="For this user,")
    team: TeamId | None = Field(None, description="or for each member of this team.")
    role: RoleId | None = Field(None, description="Gives this role,")
    grants: GrantList | None = Field(None, description="or gives these rights,")
    restrict: GrantList | None = Field(
        None, description="or takes these rights away, whatever the roles say."
    )
    domain: DomainId | None = Field(None, description="Holds in this domain and inside it.")
    until: Until | None = Field(None, description="A date; the line ends at 00:00 UTC of it.")
    only: dict[Name, InstanceList] | None = Field(None, description="Limits the role to these instances.")
    rest: Rest | None = Field(None, description="What becomes of the rights `only` does not limit.")
    note: Text | None = Field(None, description="Why the line is there.")


class BindingsShape(Shape):
    """bindings.yaml: who has which role where."""

    noun = "bindings.yaml"

    bindings: list[BindingShape] = Field(description="One thing a line; their order means nothing.")


class LabelShape(Shape):
    """The words for one permission or group."""

    noun = "label"

    title: Text | None = Field(None, description="The words people see.")
    description: Text | None = Field(None, description="What it is, in a sentence or two.")
    every: Text | None = Field(None, description="Title of the box for every instance.")


class LabelsShape(Shape):
    """labels/<locale>.yaml: the words of one language."""

    noun = "file of labels"

    locale: Locale = Field(description="The language, as in the name of the file.")
    title: Text | None = Field(None, description="The words people see.")
    permissions: dict[
        Text, Annotated[LabelShape, BeforeValidator(as_titled, json_schema_input_type=Text | LabelShape)]
    ] = _keyed("Titles of permissions and groups, by path.")
    scopes: dict[Name, dict[Name, Text]] = _keyed("Titles of scopes, by ladder.")
    resources: dict[Name, Text] = _keyed("Titles of resource kinds.")
    roles: dict[RoleId, Text] = _keyed("Titles of roles.")
    plans: dict[Name, Text] = _keyed("Titles of plans.")
    addons: dict[Name, Text] = _keyed("Titles of add-ons.")


NodeShape.model_rebuild()
CatalogShape.model_rebuild()


@dataclass(frozen=True, slots=True)
class Documents:
    """The files of one policy set, each of the right shape and with its places.

    `incomplete` names the kinds of files (`roles`, `domains`, `bindings`, `labels`) of which something was
    reported and left out: a name of such a kind that seems to be missing may stand in that part.
    """

    folder: str
    catalog: CatalogShape
    roles: tuple[tuple[Text, RoleBody], ...]
    domains: DomainsShape | None
    bindings: tuple[BindingShape, ...]
    labels: tuple[LabelsShape, ...]
    top: Span
    incomplete: frozenset[str] = frozenset()
