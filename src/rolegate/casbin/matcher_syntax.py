"""A matcher as a syntax tree, and parts of it as a model file writes them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from casbin.util import has_eval

from rolegate.casbin.key_patterns import FUNCTIONS
from rolegate.casbin.not_indexed import NotIndexableError


@dataclass(frozen=True, slots=True)
class MatcherNames:
    """What the names in a matcher mean: parts of a request, columns of the policy, roles, functions."""

    asked: list[str]
    columns: list[str]
    roles: Mapping[str, Any]
    functions: frozenset[str]
    """Those of Casbin's own functions that the index knows, and that nobody has replaced."""

    @classmethod
    def of(cls, model: Any, functions: Mapping[str, Any]) -> MatcherNames:
        """The names of *model*.

        Raises:
            NotIndexableError: when one name stands for two things.
        """
        asked, columns = model["r"]["r"].tokens, model["p"]["p"].tokens
        if len({*asked, *columns}) != len(asked) + len(columns):
            raise NotIndexableError("the definitions have a duplicate name")
        known = [name for name, function in FUNCTIONS.items() if functions.get(name) is function]
        return cls(asked, columns, model["g"] or {}, frozenset(known))

    def check_roles(self, name: str) -> None:
        """Refuse roles that hold under conditions.

        Raises:
            NotIndexableError: when the roles of the definition *name* do.
        """
        if self.roles[name].params_tokens:
            raise NotIndexableError(f"the roles of `{name}` have conditions")


def parsed(text: str) -> ast.expr:
    """The matcher as Casbin reads it.

    Raises:
        NotIndexableError: when it is not one expression, or evaluates others.
    """
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


def flat(node: ast.expr, kind: type[ast.boolop]) -> list[ast.expr]:
    """The operands of nested `and`s or `or`s."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, kind):
        return [operand for value in node.values for operand in flat(value, kind)]
    return [node]


def names_in(node: ast.expr) -> Iterator[str]:
    """Every name in *node*, those of functions included."""
    return (part.id for part in ast.walk(node) if isinstance(part, ast.Name))


def not_covered(term: ast.expr) -> NotIndexableError:
    """What is said about a *term* that the index does not know."""
    return NotIndexableError(f"the matcher has `{shown(ast.unparse(term))}`, which the index does not cover")


def shown(text: str) -> str:
    """*text* with names as a model file writes them."""
    return re.sub(r"\b([rp])_", r"\1.", text)
