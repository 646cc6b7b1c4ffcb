"""Which models can be answered from tables: their matcher is taken apart, and anything unknown is refused."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from casbin.effect import AllowAndDenyEffector, AllowOverrideEffector, DenyOverrideEffector
from casbin.util import has_eval, key_match_func

Effect = Literal["allow", "deny", "both"]
Shape = tuple[int | None, ...]
"""How much of each field of a key counts: all of it (`None`) or its first characters."""

EFFECTS: Mapping[type, Effect] = {
    AllowOverrideEffector: "allow",
    DenyOverrideEffector: "deny",
    AllowAndDenyEffector: "both",
}


class NotIndexableError(Exception):
    """The model or a line is outside the family; the text says what it is."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a policy line belongs: in the cell *key* of what speaks about *topic* in *dom*."""

    dom: str
    topic: tuple[str, ...]
    shape: Shape | None
    key: Any
    sub: str
    eft: str


@dataclass(frozen=True, slots=True)
class Field:
    """A condition on one column of the policy: it equals, or begins, or is the word *anything*."""

    asked: int
    column: int
    prefix: bool
    anything: str | None

    @property
    def loose(self) -> bool:
        """Whether a line may hold for many values of it."""
        return self.prefix or self.anything is not None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a matcher says, in positions of a request and of a policy line.

    A line holds when `asked[sub]` reaches `line[psub]` through *roles*, when its domain is visible from the
    one asked about, and when every further field agrees.
    """

    arity: int
    width: int
    sub: int
    psub: int
    roles: str | None
    roles_by_domain: bool
    dom: int | None
    pdom: int | None
    domains: str | None
    everywhere: str | None
    topics: tuple[Field, ...]
    keys: tuple[Field, ...]
    eft: int | None
    effect: Effect

    def place(self, rule: Sequence[str]) -> Place:
        """Where the line *rule* belongs.

        Raises:
            NotIndexable: for a line Casbin would stumble over.
        """
        if not isinstance(rule, (list, tuple, str)):
            raise NotIndexableError("a policy line is neither a list nor a tuple nor a text")
        if len(rule) != self.width:
            raise NotIndexableError(f"a policy line has {len(rule)} fields, the model says {self.width}")
        for value in rule:
            if not isinstance(value, str):
                raise NotIndexableError("a policy line holds something other than text")
        topic = tuple([rule[field.column] for field in self.topics])
        key = tuple([rule[field.column] for field in self.keys])
        shape: Shape | None = None
        if self.topics or (self.keys and self.keys[0].loose):
            sizes = [_size(field, value) for field, value in zip(self.keys, key, strict=True)]
            if any(size is not None for size in sizes):
                shape = tuple(sizes)
                key = tuple([value[:size] for value, size in zip(key, sizes, strict=True)])
        return Place(
            "" if self.pdom is None else rule[self.pdom],
            topic,
            shape,
            key[0] if len(key) == 1 else key,
            rule[self.psub],
            "allow" if self.eft is None else rule[self.eft],
        )


def _size(field: Field, value: str) -> int | None:
    """How many characters of the field count; `None` for all."""
    if value == field.anything:
        return 0
    star = value.find("*") if field.prefix else -1
    return star if star >= 0 else None


def recognise(model: Any, functions: Mapping[str, Any], effector: Any) -> Plan:
    """The plan of *model*.

    Raises:
        NotIndexable: when the answers of its matcher cannot be had from tables.
    """
    sections = {name: model[name] or {} for name in "rpem"}
    missing = [name for name, section in sections.items() if name not in section]
    if missing:
        raise NotIndexableError(f"the model has no section `{missing[0]}`")
    effect = EFFECTS.get(type(effector))
    if effect is None:
        raise NotIndexableError("its effect is none of allow-override and deny-override")
    return _MatcherReader(model, functions).plan(effect)


@dataclass(slots=True)
class _Column:
    """What the matcher says about one column."""

    asked: str
    equal: bool = False
    prefix: bool = False
    anything: str | None = None
    roles: tuple[str, str | None] | None = None


class _MatcherReader:
    """Takes one matcher apart."""

    def __init__(self, model: Any, functions: Mapping[str, Any]) -> None:
        self.asked: list[str] = model["r"]["r"].tokens
        self.tokens: list[str] = model["p"]["p"].tokens
        self.roles: Mapping[str, Any] = model["g"] or {}
        self.functions = functions
        self.text: str = model["m"]["m"].value
        if len({*self.asked, *self.tokens}) != len(self.asked) + len(self.tokens):
            raise NotIndexableError("a name stands twice in its definitions")

    def plan(self, effect: Effect) -> Plan:
        columns = {name: self.column(name, terms) for name, terms in self.conditions()}
        sub, by_domain = self.subject(columns)
        subject = columns.pop(sub)
        if subject.prefix or subject.anything is not None:
            raise NotIndexableError("its subjects are patterns, or a word stands for all of them")
        dom, pdom = self.domain(columns, by_domain)
        domain = columns.pop(pdom) if pdom is not None else None
        for name, column in columns.items():
            if column.roles is not None:
                raise NotIndexableError(f"`{_shown(name)}` is matched by roles of its own")
        if domain is not None and domain.roles is not None and domain.anything is not None:
            raise NotIndexableError("its domains are matched by roles and by a word for all")
        eft = self.tokens.index("p_eft") if "p_eft" in self.tokens else None
        fields = [
            Field(self.asked.index(column.asked), self.tokens.index(name), column.prefix, column.anything)
            for name, column in columns.items()
        ]
        # In the order of a request: that is how a question brings them.
        fields.sort(key=lambda field: field.asked)
        loose = tuple(field for field in fields if field.loose)
        return Plan(
            arity=len(self.asked),
            width=len(self.tokens),
            sub=self.asked.index(subject.asked),
            psub=self.tokens.index(sub),
            roles=subject.roles[0] if subject.roles else None,
            roles_by_domain=by_domain is not None,
            dom=None if dom is None else self.asked.index(dom),
            pdom=None if pdom is None else self.tokens.index(pdom),
            domains=domain.roles[0] if domain is not None and domain.roles else None,
            everywhere=None if domain is None else domain.anything,
            topics=tuple(field for field in fields if not field.loose) if loose else (),
            keys=loose or tuple(fields),
            eft=eft,
            effect=effect,
        )

    def conditions(self) -> Iterator[tuple[str, list[ast.expr]]]:
        """Each column that is spoken of, with the alternatives for it."""
        seen: set[str] = set()
        for term in _flat(_parsed(self.text), ast.And):
            alternatives = _flat(term, ast.Or)
            columns = {name for each in alternatives for name in _names(each) if name in self.tokens}
            if len(columns) != 1 or columns & seen:
                raise NotIndexableError(f"the term `{_shown(ast.unparse(term))}` of its matcher")
            seen |= columns
            yield columns.pop(), alternatives

    def column(self, name: str, alternatives: list[ast.expr]) -> _Column:
        found = _Column("")
        for each in alternatives:
            asked = self.alternative(name, each, found)
            if asked is not None and found.asked not in ("", asked):
                raise NotIndexableError(f"`{_shown(name)}` is compared with two parts of a request")
            found.asked = asked or found.asked
        if not (found.equal or found.prefix or found.roles):
            raise NotIndexableError(f"`{_shown(name)}` is compared with no part of a request")
        if found.roles and (found.prefix or found.anything is not None):
            raise NotIndexableError(f"`{_shown(name)}` is matched by roles and otherwise")
        return found

    def alternative(self, name: str, node: ast.expr, found: _Column) -> str | None:
        """Note one alternative; gives the part of the request it speaks of."""
        match node:
            case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
                for one, other in ((left, right), (right, left)):
                    match one, other:
                        case ast.Name(asked), ast.Name(column) if asked in self.asked and column == name:
                            found.equal = True
                            return asked
                        case ast.Constant(str(word)), ast.Name(column) if column == name:
                            if found.anything in (None, word):
                                found.anything = word
                                return None
            case ast.Call(
                func=ast.Name(id=function), args=[ast.Name(id=asked), ast.Name(id=column), *more], keywords=[]
            ) if asked in self.asked and column == name:
                if function in self.roles:
                    self.note_roles(function, more, found)
                    return asked
                if function == "keyMatch" and not more and self.functions.get("keyMatch") is key_match_func:
                    found.prefix = True
                    return asked
        raise NotIndexableError(f"the term `{_shown(ast.unparse(node))}` of its matcher")

    def note_roles(self, function: str, more: list[ast.expr], found: _Column) -> None:
        match more:
            case []:
                dom = None
            case [ast.Name(id=dom)] if dom in self.asked:
                pass
            case _:
                raise NotIndexableError(f"the arguments of `{function}` in its matcher")
        if found.roles not in (None, (function, dom)):
            raise NotIndexableError("two kinds of roles for one column")
        if self.roles[function].params_tokens:
            raise NotIndexableError(f"the roles of `{function}` have conditions")
        found.roles = (function, dom)

    def subject(self, columns: Mapping[str, _Column]) -> tuple[str, str | None]:
        """The column that roles are about, and the domain they are looked up in."""
        held = {name: column.roles for name, column in columns.items() if column.roles is not None}
        by_domain = {name: roles[1] for name, roles in held.items() if roles[1] is not None}
        if len(by_domain) == 1:
            return next(iter(by_domain.items()))
        if not by_domain and held:
            return ("p_sub" if "p_sub" in held else next(iter(held))), None
        if not held and columns:
            return ("p_sub" if "p_sub" in columns else next(iter(columns))), None
        raise NotIndexableError("roles of several columns depend on a domain")

    def domain(self, columns: Mapping[str, _Column], by_domain: str | None) -> tuple[str | None, str | None]:
        """The part of a request that is its domain, and the column it is compared with."""
        for name, column in columns.items():
            if by_domain is None and column.roles is not None:
                return column.asked, name
            if by_domain is not None and column.asked == by_domain:
                if column.prefix:
                    raise NotIndexableError("its domains are patterns")
                return by_domain, name
        return by_domain, None


def _parsed(text: str) -> ast.expr:
    """The matcher as Casbin reads it."""
    if has_eval(text):
        raise NotIndexableError("its matcher evaluates rules that stand in the policy")
    text = re.sub(r"!(?!=)", "not ", text.replace("&&", "and").replace("||", "or")).strip()
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        raise NotIndexableError("its matcher is not an expression") from None
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        raise NotIndexableError("its matcher is not an expression")
    return body[0].value


def _flat(node: ast.expr, kind: type[ast.boolop]) -> list[ast.expr]:
    """The operands of nested `and`s or `or`s."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, kind):
        return [each for value in node.values for each in _flat(value, kind)]
    return [node]


def _names(node: ast.expr) -> Iterator[str]:
    return (each.id for each in ast.walk(node) if isinstance(each, ast.Name))


def _shown(text: str) -> str:
    """Names as they stand in a model file."""
    return re.sub(r"\b([rp])_", r"\1.", text)
