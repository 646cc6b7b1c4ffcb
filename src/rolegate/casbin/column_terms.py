"""What a matcher says about one column of the policy."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rolegate.casbin.matcher_syntax import MatcherNames, not_covered, shown
from rolegate.casbin.model_layout import SharedName
from rolegate.casbin.not_indexed import NotIndexableError


class RoleDomain(NamedTuple):
    """Where roles are looked up: in the domain that is *asked* about, or in the one of this *name*."""

    asked: str | None
    name: str = ""


@dataclass(slots=True)
class ColumnTerms:
    """The alternatives for one column."""

    name: str
    asked: str = ""
    equal: bool = False
    words: list[str] = field(default_factory=list)
    """Each of them means every value."""
    late_words: list[str] = field(default_factory=list)
    """Those that stand after a function."""
    functions: list[str] = field(default_factory=list)
    """Those that find values like the pattern in a line."""
    roles: str | None = None
    domains: list[RoleDomain] = field(default_factory=list)
    shared: tuple[str, RoleDomain, SharedName] | None = None
    """The roles in which some subjects count as one more name."""

    @property
    def by_domain(self) -> str | None:
        """The part of a request that names the domain of the roles."""
        return next((domain.asked for domain in self.domains if domain.asked is not None), None)

    def check(self) -> None:
        """Refuse what a table cannot say.

        Raises:
            NotIndexableError: when the alternatives do not go together.
        """
        if not (self.equal or self.functions or self.roles):
            raise NotIndexableError(f"`{shown(self.name)}` is not compared with any part of a request")
        if self.shared and (self.roles, self.domains) != (self.shared[0], [self.shared[1]]):
            raise NotIndexableError(f"`{shown(self.name)}` is matched by the roles of some subjects alone")
        if self.roles and self.functions:
            raise NotIndexableError(f"`{shown(self.name)}` is matched by roles and in another way")


def column_terms(names: MatcherNames, column: str, alternatives: Sequence[ast.expr]) -> ColumnTerms:
    """What *alternatives* say about *column*.

    Raises:
        NotIndexableError: when one of them is not covered.
    """
    found = ColumnTerms(column)
    for node in alternatives:
        asked = _alternative(names, node, found)
        if asked is not None and found.asked not in ("", asked):
            raise NotIndexableError(f"`{shown(column)}` is compared with two parts of a request")
        found.asked = asked or found.asked
    found.check()
    return found


def _alternative(names: MatcherNames, node: ast.expr, found: ColumnTerms) -> str | None:
    """Note one alternative; gives the part of the request that it mentions, if any."""
    match node:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            for one, other in ((left, right), (right, left)):
                match one, other:
                    case ast.Name(asked), ast.Name(column) if asked in names.asked and column == found.name:
                        found.equal = True
                        return asked
                    case ast.Constant(str(word)), ast.Name(column) if column == found.name:
                        if found.functions and word not in found.words:
                            found.late_words.append(word)
                        found.words.append(word)
                        return None
        case ast.Call(
            func=ast.Name(id=function), args=[ast.Name(id=asked), ast.Name(id=column), *more], keywords=[]
        ) if asked in names.asked and column == found.name:
            if function in names.roles:
                _note_roles(names, function, more, found)
                return asked
            if function in names.functions and not more:
                found.functions.append(function)
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
        ) if (
            asked in names.asked
            and column == found.name
            and function in names.roles
            and "keyMatch" in names.functions
        ):
            shared = function, _role_domain(names, function, more), SharedName(pattern, member)
            if found.shared in (None, shared):
                found.shared = shared
                return asked
    raise not_covered(node)


def _role_domain(names: MatcherNames, function: str, more: list[ast.expr]) -> RoleDomain:
    """Where roles are looked up, if *more* are the other arguments of *function*."""
    match more:
        case []:
            return RoleDomain(None)
        case [ast.Name(id=asked)] if asked in names.asked:
            return RoleDomain(asked)
        case [ast.Constant(str(name))]:
            return RoleDomain(None, name)
    raise NotIndexableError(f"the matcher gives `{function}` arguments that the index does not cover")


def _note_roles(names: MatcherNames, function: str, more: list[ast.expr], found: ColumnTerms) -> None:
    """Note that roles match the column, in the domain that *more* names."""
    domain = _role_domain(names, function, more)
    if found.roles not in (None, function):
        raise NotIndexableError("one column is matched by two kinds of roles")
    if domain.asked is not None and found.by_domain not in (None, domain.asked):
        raise NotIndexableError(f"the roles of `{function}` are looked up in two domains of a request")
    names.check_roles(function)
    found.roles = function
    if domain not in found.domains:
        found.domains.append(domain)
