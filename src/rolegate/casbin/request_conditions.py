"""Terms of a matcher that are about the request alone: whether somebody is a superuser, and the like."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Protocol

from rolegate.casbin.key_patterns import FUNCTIONS, ways
from rolegate.casbin.matcher_syntax import MatcherNames, not_covered


class HeldRoles(Protocol):
    """Knows who has which role."""

    def has_role(self, roles: str, name: str, role: str, *domain: str) -> bool:
        """Whether *name* is *role*, or has it by the links of the definition *roles*."""


Condition = Callable[[HeldRoles, Sequence[str]], bool]
"""Whether something holds for a request, whose values are texts."""
Value = Callable[[Sequence[str]], str]


class ConditionReader:
    """Makes functions of terms; `roles` are the role definitions that they ask."""

    def __init__(self, names: MatcherNames) -> None:
        self.names = names
        self.roles: set[str] = set()

    def read(self, node: ast.expr) -> Condition:
        """The condition that *node* says.

        Raises:
            NotIndexableError: when something in it is not covered.
        """
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                every = [self.read(value) for value in values]
                return lambda roles, request: all(one(roles, request) for one in every)
            case ast.BoolOp(op=ast.Or(), values=values):
                return self.any_of(values)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                one = self.read(operand)
                return lambda roles, request: not one(roles, request)
            case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as operator], comparators=[right]):
                this, that = self.value(left), self.value(right)
                equal = isinstance(operator, ast.Eq)
                return lambda _, request: (this(request) == that(request)) is equal
            case ast.Call(func=ast.Name(id=function), args=arguments, keywords=[]):
                return self.call(node, function, arguments)
        raise not_covered(node)

    def any_of(self, nodes: Sequence[ast.expr]) -> Condition:
        """The condition that one of *nodes* holds.

        Raises:
            NotIndexableError: when something in them is not covered.
        """
        some = [self.read(node) for node in nodes]
        if len(some) == 1:
            return some[0]
        return lambda roles, request: any(one(roles, request) for one in some)

    def all_of(self, nodes: Sequence[ast.expr]) -> Condition:
        """The condition that all of *nodes* hold.

        Raises:
            NotIndexableError: when something in them is not covered.
        """
        every = [self.read(node) for node in nodes]
        return lambda roles, request: all(one(roles, request) for one in every)

    def call(self, node: ast.expr, function: str, arguments: list[ast.expr]) -> Condition:
        """What a *function* says of values: one of roles, or of a pattern that is written in the matcher."""
        if function in self.names.roles and 2 <= len(arguments) <= 3:
            self.names.check_roles(function)
            self.roles.add(function)
            who, role, *where = [self.value(argument) for argument in arguments]
            return lambda roles, request: roles.has_role(
                function, who(request), role(request), *[domain(request) for domain in where]
            )
        match arguments:
            case [one, ast.Constant(str(pattern))] if function in self.names.functions:
                ways(function, pattern)
                value, matches = self.value(one), FUNCTIONS[function]
                return lambda _, request: matches(value(request), pattern)
        raise not_covered(node)

    def value(self, node: ast.expr) -> Value:
        """A part of the request, or a text."""
        match node:
            case ast.Name(id=name) if name in self.names.asked:
                position = self.names.asked.index(name)
                return lambda request: request[position]
            case ast.Constant(str(text)):
                return lambda _: text
        raise not_covered(node)
