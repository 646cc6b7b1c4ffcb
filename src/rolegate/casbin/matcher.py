"""Which models can be answered from tables: the matcher is taken apart, and anything unknown is refused."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from casbin.effect import AllowAndDenyEffector, AllowOverrideEffector, DenyOverrideEffector

from rolegate.casbin.column_terms import ColumnTerms, column_terms
from rolegate.casbin.matcher_syntax import MatcherNames, flat, names_in, not_covered, parsed, shown
from rolegate.casbin.model_layout import Effect, FieldMatch, ModelLayout
from rolegate.casbin.not_indexed import NotIndexableError
from rolegate.casbin.request_conditions import ConditionReader

EFFECTS: Mapping[type, Effect] = {
    AllowOverrideEffector: "allow",
    DenyOverrideEffector: "deny",
    AllowAndDenyEffector: "both",
}

Columns = dict[str, ColumnTerms]


def recognise(model: Any, functions: Mapping[str, Any], effector: Any) -> ModelLayout:
    """How *model* is laid out.

    Raises:
        NotIndexableError: when the answers of its matcher cannot be had from tables.
    """
    sections = {name: model[name] or {} for name in "rpem"}
    missing = [name for name, section in sections.items() if name not in section]
    if missing:
        raise NotIndexableError(f"the model has no section `{missing[0]}`")
    effect = EFFECTS.get(type(effector))
    if effect is None:
        raise NotIndexableError("the effect is neither allow-override nor deny-override")
    names = MatcherNames.of(model, functions)
    return _MatcherReader(names, parsed(model["m"]["m"].value)).layout(effect)


class _MatcherReader:
    """Reads one matcher; `layout` is what it found."""

    def __init__(self, names: MatcherNames, matcher: ast.expr) -> None:
        self.names = names
        self.conditions = ConditionReader(names)
        alone, about_lines = self.parted(flat(matcher, ast.Or))
        if len(about_lines) != 1:
            raise not_covered(matcher)
        self.always = self.conditions.any_of(alone) if alone else None
        needed, terms = self.parted(flat(about_lines[0], ast.And))
        self.needed = self.conditions.all_of(needed) if needed else None
        self.columns: Columns = dict(self.read(terms))

    def parted(self, nodes: list[ast.expr]) -> tuple[list[ast.expr], list[ast.expr]]:
        """Those of *nodes* that are about the request alone, and those that mention a column."""
        columns = set(self.names.columns)
        alone = [node for node in nodes if columns.isdisjoint(names_in(node))]
        return alone, [node for node in nodes if node not in alone]

    def read(self, terms: list[ast.expr]) -> Iterator[tuple[str, ColumnTerms]]:
        """Each column that *terms* mention, with the alternatives for it."""
        seen: set[str] = set()
        for term in terms:
            mentioned = set(names_in(term)).intersection(self.names.columns)
            if len(mentioned) != 1 or mentioned & seen:
                raise not_covered(term)
            seen |= mentioned
            name = mentioned.pop()
            yield name, column_terms(self.names, name, flat(term, ast.Or))

    def layout(self, effect: Effect) -> ModelLayout:
        """What the matcher says, in positions.

        Raises:
            NotIndexableError: when it says something that the index does not cover.
        """
        columns = dict(self.columns)
        subject = columns.pop(_subject(columns))
        dom, pdom = _domain(columns, subject.by_domain)
        domain = columns.pop(pdom) if pdom is not None else None
        for name, column in columns.items():
            if column.roles is not None:
                raise NotIndexableError(f"`{shown(name)}` is matched by roles of its own")
        if domain is not None and domain.shared is not None:
            raise NotIndexableError("some domains count as another one as well")
        asked, tokens = self.names.asked, self.names.columns
        fields = [self.field(column) for column in columns.values()]
        fields.sort(key=lambda field: field.asked)  # a question has its values in this order
        loose = tuple(field for field in fields if field.loose)
        return ModelLayout(
            arity=len(asked),
            width=len(tokens),
            sub=asked.index(subject.asked),
            psub=tokens.index(subject.name),
            roles=subject.roles,
            shared=subject.shared[2] if subject.shared else None,
            anybody=frozenset(subject.words),
            roles_by_domain=subject.by_domain is not None,
            role_domains=tuple(domain.name for domain in subject.domains if domain.asked is None),
            dom=None if dom is None else asked.index(dom),
            pdom=None if pdom is None else tokens.index(pdom),
            domains=None if domain is None else domain.roles,
            everywhere=() if domain is None else tuple(domain.words),
            topics=tuple(field for field in fields if not field.loose) if loose else (),
            keys=loose or tuple(fields),
            eft=tokens.index("p_eft") if "p_eft" in tokens else None,
            effect=effect,
            always=self.always,
            needed=self.needed,
            asked_roles=frozenset(self.conditions.roles),
        )

    def field(self, column: ColumnTerms) -> FieldMatch:
        """The *column*, by positions."""
        return FieldMatch(
            self.names.asked.index(column.asked),
            self.names.columns.index(column.name),
            column.equal,
            tuple(column.words),
            tuple(column.late_words),
            tuple(dict.fromkeys(column.functions)),
        )


def _subject(columns: Columns) -> str:
    """The column that roles are about; without roles, one that is not matched by patterns."""
    held = [name for name, column in columns.items() if column.roles is not None]
    by_domain = [name for name in held if columns[name].by_domain is not None]
    if len(by_domain) > 1:
        raise NotIndexableError("roles of several columns depend on a domain")
    plain = [name for name, column in columns.items() if not column.functions]
    found = by_domain or held or plain
    if not found:
        raise NotIndexableError("every column is matched by patterns")
    return "p_sub" if "p_sub" in found else found[0]


def _domain(columns: Columns, by_domain: str | None) -> tuple[str | None, str | None]:
    """The part of a request that is its domain, and the column it is compared with, if a table can have one.

    A column of patterns is a field like others.
    """
    for name, column in columns.items():
        if column.asked == by_domain if by_domain is not None else column.roles is not None:
            if column.roles is not None and [domain.name for domain in column.domains] != [""]:
                raise NotIndexableError(
                    f"the roles of `{shown(name)}` are looked up in a domain of their own"
                )
            return column.asked, None if column.functions else name
    return by_domain, None
