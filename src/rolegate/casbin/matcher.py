"""Which models can be answered from tables: the matcher is taken apart, and anything unknown is refused."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from casbin.effect import AllowAndDenyEffector, AllowOverrideEffector, DenyOverrideEffector
from casbin.util import has_eval, key_match_func

from rolegate.casbin.model_layout import Effect, FieldMatch, ModelLayout, SharedName
from rolegate.casbin.not_indexed import NotIndexableError

EFFECTS: Mapping[type, Effect] = {
    AllowOverrideEffector: "allow",
    DenyOverrideEffector: "deny",
    AllowAndDenyEffector: "both",
}


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
    return _MatcherReader(model, functions).layout(effect)


@dataclass(slots=True)
class _ColumnTerms:
    """What the matcher says about one column."""

    asked: str
    equal: bool = False
    prefix: bool = False
    anything: str | None = None
    roles: tuple[str, str | None] | None = None
    shared: tuple[tuple[str, str | None], SharedName] | None = None
    """The roles in which some subjects count as one more name."""


Columns = Mapping[str, _ColumnTerms]


class _MatcherReader:
    """Reads one matcher; `layout` is what it found."""

    def __init__(self, model: Any, functions: Mapping[str, Any]) -> None:
        self.asked: list[str] = model["r"]["r"].tokens
        self.tokens: list[str] = model["p"]["p"].tokens
        self.roles: Mapping[str, Any] = model["g"] or {}
        self.functions = functions
        self.text: str = model["m"]["m"].value
        names = [*self.asked, *self.tokens]
        if len(set(names)) != len(names):
            raise NotIndexableError("the definitions have a duplicate name")

    def layout(self, effect: Effect) -> ModelLayout:
        """What the matcher says, in positions.

        Raises:
            NotIndexableError: when it says something that the index does not cover.
        """
        columns = {name: self.column(name, terms) for name, terms in self.conditions()}
        sub, by_domain = self.subject(columns)
        subject = columns.pop(sub)
        if subject.prefix or subject.anything is not None:
            raise NotIndexableError("the subjects are patterns, or one word means all of them")
        dom, pdom = self.domain(columns, by_domain)
        domain = columns.pop(pdom) if pdom is not None else None
        for name, column in columns.items():
            if column.roles is not None:
                raise NotIndexableError(f"`{_shown(name)}` is matched by roles of its own")
        if domain is not None and domain.shared is not None:
            raise NotIndexableError("some domains count as another one as well")
        if domain is not None and domain.roles is not None and domain.anything is not None:
            raise NotIndexableError("the domains are matched by roles, and one word means all of them")
        eft = self.tokens.index("p_eft") if "p_eft" in self.tokens else None
        fields = [self.field(name, column) for name, column in columns.items()]
        fields.sort(key=lambda field: field.asked)  # a question has its values in this order
        loose = tuple(field for field in fields if field.loose)
        return ModelLayout(
            arity=len(self.asked),
            width=len(self.tokens),
            sub=self.asked.index(subject.asked),
            psub=self.tokens.index(sub),
            roles=subject.roles[0] if subject.roles else None,
            shared=subject.shared[1] if subject.shared else None,
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

    def field(self, name: str, column: _ColumnTerms) -> FieldMatch:
        """The column *name*, by positions."""
        asked, position = self.asked.index(column.asked), self.tokens.index(name)
        return FieldMatch(asked, position, column.prefix, column.anything)

    def conditions(self) -> Iterator[tuple[str, list[ast.expr]]]:
        """Each column that the matcher mentions, with the alternatives for it."""
        seen: set[str] = set()
        for term in _flat(_parsed(self.text), ast.And):
            alternatives = _flat(term, ast.Or)
            named = {name for alternative in alternatives for name in _names(alternative)}
            columns = named.intersection(self.tokens)
            if len(columns) != 1 or columns & seen:
                raise _not_covered(term)
            seen |= columns
            yield columns.pop(), alternatives

    def column(self, name: str, alternatives: list[ast.expr]) -> _ColumnTerms:
        """What *alternatives* say about the column *name*."""
        found = _ColumnTerms("")
        for node in alternatives:
            asked = self.alternative(name, node, found)
            if asked is not None and found.asked not in ("", asked):
                raise NotIndexableError(f"`{_shown(name)}` is compared with two parts of a request")
            found.asked = asked or found.asked
        if not (found.equal or found.prefix or found.roles):
            raise NotIndexableError(f"`{_shown(name)}` is not compared with any part of a request")
        if found.shared and found.shared[0] != found.roles:
            raise NotIndexableError(f"`{_shown(name)}` is matched by the roles of some subjects alone")
        if found.roles and (found.prefix or found.anything is not None):
            raise NotIndexableError(f"`{_shown(name)}` is matched by roles and in another way")
        return found

    def alternative(self, name: str, node: ast.expr, found: _ColumnTerms) -> str | None:
        """Note one alternative; gives the part of the request that it mentions, if any."""
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
                if function == "keyMatch" and not more and self.has_key_match:
                    found.prefix = True
                    return asked
            case ast.BoolOp(
                op=ast.And(),
                values=[
                    ast.Call(
                        func=ast.Name(id="keyMatch"),
                        args=[ast.Name(id=asked), ast.Constant(str(pattern))],
                        keywords=[],
                    ),
                    ast.Call(
                        func=ast.Name(id=function),
                        args=[ast.Constant(str(member)), ast.Name(id=column), *more],
                        keywords=[],
                    ),
                ],
            ) if asked in self.asked and column == name and function in self.roles and self.has_key_match:
                shared = (function, self.domain_of(function, more)), SharedName(pattern, member)
                if found.shared in (None, shared):
                    found.shared = shared
                    return asked
        raise _not_covered(node)

    @property
    def has_key_match(self) -> bool:
        """Whether `keyMatch` is Casbin's own."""
        return self.functions.get("keyMatch") is key_match_func

    def domain_of(self, function: str, more: list[ast.expr]) -> str | None:
        """The domain in which roles are looked up, where *more* are the other arguments of *function*."""
        match more:
            case []:
                return None
            case [ast.Name(id=dom)] if dom in self.asked:
                return dom
        raise NotIndexableError(f"the matcher gives `{function}` arguments that the index does not cover")

    def note_roles(self, function: str, more: list[ast.expr], found: _ColumnTerms) -> None:
        """Note that roles match the column, in the domain that *more* names."""
        dom = self.domain_of(function, more)
        if found.roles not in (None, (function, dom)):
            raise NotIndexableError("one column is matched by two kinds of roles")
        if self.roles[function].params_tokens:
            raise NotIndexableError(f"the roles of `{function}` have conditions")
        found.roles = (function, dom)

    def subject(self, columns: Columns) -> tuple[str, str | None]:
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

    def domain(self, columns: Columns, by_domain: str | None) -> tuple[str | None, str | None]:
        """The part of a request that is its domain, and the column it is compared with."""
        for name, column in columns.items():
            if by_domain is None and column.roles is not None:
                return column.asked, name
            if by_domain is not None and column.asked == by_domain:
                if column.prefix:
                    raise NotIndexableError("the domains are patterns")
                return by_domain, name
        return by_domain, None


def _parsed(text: str) -> ast.expr:
    """The matcher as Casbin reads it."""
    if has_eval(text):
        raise NotIndexableError("the matcher evaluates rules from the policy")
    text = re.sub(r"!(?!=)", "not ", text.replace("&&", "and").replace("||", "or")).strip()
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        raise NotIndexableError("the matcher is not an expression") from None
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        raise NotIndexableError("the matcher is not an expression")
    return body[0].value


def _flat(node: ast.expr, kind: type[ast.boolop]) -> list[ast.expr]:
    """The operands of nested `and`s or `or`s."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, kind):
        return [operand for value in node.values for operand in _flat(value, kind)]
    return [node]


def _names(node: ast.expr) -> Iterator[str]:
    return (part.id for part in ast.walk(node) if isinstance(part, ast.Name))


def _not_covered(term: ast.expr) -> NotIndexableError:
    return NotIndexableError(f"the matcher has `{_shown(ast.unparse(term))}`, which the index does not cover")


def _shown(text: str) -> str:
    """*text* with names as a model file writes them."""
    return re.sub(r"\b([rp])_", r"\1.", text)
