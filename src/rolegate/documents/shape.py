"""Mappings with known keys, once: for reading, and for the JSON Schemas that editors use."""

from __future__ import annotations

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
from rolegate.documents import problems
from rolegate.documents.problems import refusal
from rolegate.documents.scalars import (
    BoxText,
    DomainId,
    GrantText,
    Instance,
    Name,
    Path,
    RestrictionName,
    RoleId,
    TakenText,
    TeamId,
    UserId,
)
from rolegate.documents.short_forms import as_list, as_titles
from rolegate.documents.text import Keyed, Text, span_of

PathList = Annotated[list[Path], BeforeValidator(as_list, json_schema_input_type=Path | list[Path])]
GrantList = Annotated[
    list[GrantText], BeforeValidator(as_list, json_schema_input_type=GrantText | list[GrantText])
]
TakenList = Annotated[
    list[TakenText], BeforeValidator(as_list, json_schema_input_type=TakenText | list[TakenText])
]
BoxList = Annotated[list[BoxText], BeforeValidator(as_list, json_schema_input_type=BoxText | list[BoxText])]
TeamList = Annotated[list[TeamId], BeforeValidator(as_list, json_schema_input_type=TeamId | list[TeamId])]
UserList = Annotated[list[UserId], BeforeValidator(as_list, json_schema_input_type=UserId | list[UserId])]
DomainList = Annotated[
    list[DomainId], BeforeValidator(as_list, json_schema_input_type=DomainId | list[DomainId])
]
RoleList = Annotated[list[RoleId], BeforeValidator(as_list, json_schema_input_type=RoleId | list[RoleId])]
InstanceList = Annotated[
    list[Instance], BeforeValidator(as_list, json_schema_input_type=Instance | list[Instance])
]
NameList = Annotated[list[Name], BeforeValidator(as_list, json_schema_input_type=Name | list[Name])]
RestrictionList = Annotated[
    list[RestrictionName],
    BeforeValidator(as_list, json_schema_input_type=RestrictionName | list[RestrictionName]),
]
TextList = Annotated[list[Text], BeforeValidator(as_list, json_schema_input_type=Text | list[Text])]
Titles = Annotated[
    dict[Name, Text], BeforeValidator(as_titles, json_schema_input_type=list[Name] | dict[Name, Text])
]

_NOWHERE = Span("")

UnknownKeys = dict[int, tuple[str, "type[Shape]"]]
"""The keys a reading did not know, by the identity of their values, with the shape they are in."""


def listed(description: str, alias: str | None = None) -> Any:
    """A list, empty when it is left out; pydantic would copy a default, which takes longer."""
    return Field(default_factory=list, alias=alias, description=description)


def keyed(description: str) -> Any:
    """The same for a mapping."""
    return Field(default_factory=dict, description=description)


class Shape(BaseModel):
    """A mapping with known keys; remembers where it and they were written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    noun: ClassVar[str] = "mapping"
    elsewhere: ClassVar[frozenset[str]] = frozenset()  # keys of a parent shape that have no place here
    hint: ClassVar[str] = ""
    first: ClassVar[tuple[str, ...]] = ()  # keys that are written before all others
    beside: ClassVar[str] = ""  # the field whose entries are written beside the other keys
    is_part: ClassVar[bool] = False  # part of the mapping around it: what is found of it is accepted there

    # Not a private attribute of pydantic, which would cost more than the rest of a shape.
    __slots__ = ("_written",)
    _written: ClassVar[Keyed | None]

    @property
    def written(self) -> Keyed | None:
        """The mapping of the file; None for what was made in memory."""
        return getattr(self, "_written", None)

    @property
    def span(self) -> Span:
        """Where the mapping begins."""
        written = getattr(self, "_written", None)
        return written.span if written is not None else _NOWHERE

    def at(self, key: str) -> Span:
        """Where *key* was written; where the mapping begins for a key that was left out."""
        written = getattr(self, "_written", None)
        places = (name.span for name in written or () if name == key and isinstance(name, Text))
        return next(places, self.span)

    def changed(self, **values: Any) -> Self:
        """The same with other *values*, at the same place."""
        made = self.model_copy(update=values)
        if self.written is not None:
            _set_written(made, self.written)
        return made

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """The keys as they are written in a file."""
        return _keys(cls)

    @classmethod
    def in_order(cls) -> tuple[str, ...]:
        """The keys in the order in which they are written."""
        return tuple(sorted(cls.keys(), key=lambda key: (key not in cls.first, key == "accept")))

    @model_validator(mode="wrap")
    @classmethod
    def _remember(cls, data: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        if not isinstance(data, Keyed):
            return handler(data)
        if cls.elsewhere:  # these keys have fields, so that pydantic would take them
            cls._refuse_strange(data, info)
        try:
            shape = handler(data)
        except ValidationError:
            cls._refuse_strange(data, info)
            raise
        _set_written(shape, data)
        return shape

    @classmethod
    def _refuse_strange(cls, data: Keyed, info: ValidationInfo) -> None:
        """Remember the unknown keys of *data*, and raise for those that belong elsewhere."""
        known = _key_set(cls)
        strange = [] if known.issuperset(data) else [key for key in data if key not in known]
        if strange and isinstance(info.context, dict):
            info.context.update({id(data[key]): (key, cls) for key in strange})
        misplaced = [key for key in strange if key in cls.elsewhere]
        if misplaced:
            raise ValidationError.from_exception_data(
                cls.noun, [cls._misplaced(key, data) for key in misplaced]
            )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        made = handler.resolve_ref_schema(handler(schema))
        made["title"] = cls.noun
        made["properties"] = {
            key: schema for key, schema in made["properties"].items() if key not in cls.elsewhere
        }
        return made

    @classmethod
    def _misplaced(cls, key: str, data: Keyed) -> InitErrorDetails:
        what = refusal(problems.key_misplaced, span_of(key, data.span), key, cls.noun, cls.hint)
        return InitErrorDetails(type=what, loc=(key,), input=data[key])


# A value is frozen once it is made.
_set_written = Shape.__dict__["_written"].__set__


@cache
def _keys(shape: type[Shape]) -> tuple[str, ...]:
    names = (field.alias or name for name, field in shape.model_fields.items())
    return tuple(name for name in names if name not in shape.elsewhere)


@cache
def _key_set(shape: type[Shape]) -> frozenset[str]:
    return frozenset(_keys(shape))
