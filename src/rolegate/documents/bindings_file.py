"""bindings.yaml: who has which role or rights, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import ConfigDict, Field

from rolegate.diagnostics import Report, Span
from rolegate.documents import line_problems
from rolegate.documents.accept_key import Accepted, accepting
from rolegate.documents.line_problems import LineGap
from rolegate.documents.scalars import (
    DomainId,
    Flag,
    MomentText,
    Name,
    Rest,
    RoleId,
    TeamId,
    UserId,
)
from rolegate.documents.shape import GrantList, InstanceList, RestrictionList, Shape, TakenList
from rolegate.documents.text import Text, Value
from rolegate.documents.validation import shape

SUBJECTS = ("user", "team", "everyone")
"""The keys that say who a line is for; what takes away may name a `role` instead, for its holders."""

TAKES = ("restrict", "restrictions")
SAYS = ("role", "grants", *TAKES)
"""The keys of which a line has one: what it gives or takes away."""


class BindingShape(Shape):
    """One line of bindings.yaml: a subject, one thing it gets or loses, and where."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {
                    "allOf": [
                        {"oneOf": [{"required": [key]} for key in SUBJECTS]},
                        {"oneOf": [{"required": [key]} for key in SAYS]},
                    ]
                },
                {
                    "allOf": [{"required": ["role"]}, {"oneOf": [{"required": [key]} for key in TAKES]}],
                    "not": {"anyOf": [{"required": [key]} for key in (*SUBJECTS, "grants")]},
                },
            ],
            "dependentRequired": {"only": ["rest", "role"], "rest": ["only"]},
        }
    )

    noun = "line of bindings"

    user: UserId | None = Field(None, description="For this user,")
    team: TeamId | None = Field(None, description="or for each member of this team,")
    everyone: Flag | None = Field(None, description="or for every user, those included whom no file names.")
    role: RoleId | None = Field(None, description="Gives this role (with `restrict`: is for its holders),")
    grants: GrantList | None = Field(None, description="or gives these rights,")
    restrict: TakenList | None = Field(
        None, description="or takes these rights away, whatever the roles grant."
    )
    restrictions: RestrictionList | None = Field(
        None, description="or switches these restrictions of the catalog on."
    )
    domain: DomainId | None = Field(None, description="Holds in this domain and inside it.")
    begins: MomentText | None = Field(
        None, alias="from", description="The date or moment from which the line holds."
    )
    until: MomentText | None = Field(
        None, description="The date or moment at which the line ends; a date ends as it begins."
    )
    only: dict[Name, InstanceList] | None = Field(None, description="Limits the role to these instances.")
    rest: Rest | None = Field(None, description="What happens to the rights that `only` does not limit.")
    note: Text | None = Field(None, description="Why the line is there.")
    accept: Accepted = accepting()

    @property
    def for_holders(self) -> bool:
        """Whether the line restricts the holders of a role."""
        if self.role is None:
            return False
        others = (*SUBJECTS, "grants")
        takes = any(getattr(self, key) is not None for key in TAKES)
        return takes and all(getattr(self, key) is None for key in others)


class BindingsShape(Shape):
    """bindings.yaml: who has which role where."""

    noun = "file of bindings"

    bindings: list[BindingShape] = Field(description="One thing per line; their order has no meaning.")


def read_bindings(value: Value, top: Span, report: Report) -> tuple[BindingShape, ...]:
    """The lines of bindings.yaml, without those that have errors."""
    found = shape(BindingsShape, value, top, report, entries="bindings")
    if found is None:
        return ()
    pieces: set[int] = set()
    for run in _in_pieces(found.bindings):
        keys = sorted((key for line in run for key in line.model_fields_set), key=_KEYS.index)
        line_problems.binding_in_pieces(report, run[0].span, keys)
        pieces.update(map(id, run))
    return tuple(line for line in found.bindings if id(line) not in pieces and _is_sound(line, report))


_KEYS = list(BindingShape.model_fields)


def _in_pieces(lines: Iterable[BindingShape]) -> Iterator[list[BindingShape]]:
    """Runs of lines that together have the keys of one: somebody wrote `-` before each key."""
    run: list[BindingShape] = []
    held: set[str] = set()
    for line in (*lines, None):
        lacks = line is not None and _lacks(line)
        if line is not None and lacks and _go_together(held, line.model_fields_set):
            run.append(line)
            held |= line.model_fields_set
            continue
        if len(run) > 1 and not (held.isdisjoint(SUBJECTS) or held.isdisjoint(SAYS)):
            yield run
        run = [line] if line is not None and lacks else []
        held = {key for piece in run for key in piece.model_fields_set}


def _go_together(held: set[str], more: set[str]) -> bool:
    """Whether one line could have both: it has one subject, and one thing to say."""
    both = held | more
    return held.isdisjoint(more) and all(len(both.intersection(keys)) <= 1 for keys in (SUBJECTS, SAYS))


def _lacks(line: BindingShape) -> bool:
    """Whether *line* does not say who it is for, or what it gives or takes away."""
    said = line.model_fields_set
    return not line.for_holders and (said.isdisjoint(SUBJECTS) or said.isdisjoint(SAYS))


_MOST = 100
"""So many lines that say too much or too little are looked into; more of them are no slip."""


def meant_lines(value: Value, top: Span, report: Report) -> tuple[BindingShape, ...]:
    """The lines as they are meant, for findings alone: one that says several things is several lines."""
    found = shape(BindingsShape, value, top, report, entries="bindings")
    lines = () if found is None else tuple(found.bindings)
    unsound = [line for line in lines if not _is_sound(line, Report())]
    parts = (part for line in unsound[:_MOST] for part in _parts_of(line))
    skipped = set(map(id, unsound))
    return (*(line for line in lines if id(line) not in skipped), *parts)


def _parts_of(line: BindingShape) -> Iterator[BindingShape]:
    """The things that *line* says, each for each of its subjects; without one, for everyone."""
    says = [key for key in SAYS if getattr(line, key) is not None] or ["grants"]
    subjects = [key for key in SUBJECTS if getattr(line, key) is not None and line.everyone is not False]
    for subject in subjects or ["everyone"]:
        for key in says:
            own = {
                name: getattr(line, name) if name in (subject, key) else None for name in (*SUBJECTS, *SAYS)
            }
            own |= {subject: own[subject] or True, key: [] if own[key] is None else own[key]}
            limit = {"only": line.only, "rest": line.rest or "keep"} if key == "role" and line.only else {}
            yield line.model_copy(update={"only": None, "rest": None, **own, **limit})


def _is_sound(line: BindingShape, report: Report) -> bool:
    """Report where *line* says more or less than one thing; True when later steps can trust it."""
    before = len(report.diagnostics)
    if line.everyone is False:
        line_problems.everyone_false(report, line.at("everyone"))
    if not line.for_holders:
        _check_one_of(line, SUBJECTS, "who it is for", report)
    _check_one_of(line, TAKES if line.for_holders else SAYS, "what it gives or takes away", report)
    if line.only is not None and line.rest is None:
        line_problems.only_without_rest(report, line.at("only"))
    if line.rest is not None and line.only is None:
        line_problems.rest_without_only(report, line.at("rest"))
    if line.only is not None and line.for_holders:
        line_problems.only_beside_restrict(report, line.at("only"))
    elif line.only is not None and line.role is None and any(getattr(line, key) is not None for key in SAYS):
        line_problems.only_without_role(report, line.at("only"))
    return len(report.diagnostics) == before


def _check_one_of(line: BindingShape, keys: tuple[str, ...], what: LineGap, report: Report) -> None:
    given = [key for key in keys if getattr(line, key) is not None]
    if not given:
        line_problems.binding_incomplete(report, line.span, what, keys)
    elif len(given) > 1:
        first, second, *_ = sorted(given, key=line.at)
        line_problems.binding_of_two_things(report, line.at(second), second, line.at(first), first)
