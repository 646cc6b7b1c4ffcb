"""What a matcher compares: the subject, the domain, the object and the action, each in its own way."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from rolegate.errors import CasbinImportError
from rolegate.importing import problems
from rolegate.importing.casbin_lines import CasbinModel, casbin_functions

ALLOW = "some(where (p.eft == allow))"
BOTH = f"{ALLOW} && !some(where (p.eft == deny))"

PARTS = ("subject", "domain", "object", "action")
_NAMES = {
    "subject": {"sub", "subject", "user", "user_id", "userid", "role", "principal", "actor"},
    "domain": {"dom", "domain", "tenant", "tenant_id", "org", "organization", "project", "workspace"},
    "object": {"obj", "object", "resource", "res", "path", "url", "uri", "data", "target"},
    "action": {"act", "action", "method", "verb", "operation", "op", "permission"},
}


@dataclass(frozen=True, slots=True)
class ColumnTest:
    """How one part of a question is compared with one column of a line: any of these ways is enough.

    `links` are role definitions with whether they are asked in the domain; `words` match everything.
    """

    column: str
    equal: bool = False
    functions: tuple[str, ...] = ()
    links: tuple[tuple[str, bool], ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatcherTerms:
    """A matcher, taken apart. `parts` has which part of a question each asked value is, in their order.

    A part without a test is not compared: every value matches. `allowed_subjects` and `allowed_roles` may do
    everything, whatever the lines say.
    """

    parts: tuple[str, ...]
    tests: dict[str, ColumnTest]
    denies: bool
    allowed_subjects: tuple[str, ...] = ()
    allowed_roles: tuple[tuple[str, str], ...] = ()


def read_matcher(model: CasbinModel) -> MatcherTerms:
    """The terms of the matcher of *model*.

    Raises:
        CasbinImportError: for an effect or a term that roles and restrictions cannot say.
    """
    return _MatcherTaker(model).terms()


@dataclass(slots=True)
class _MatcherTaker:
    model: CasbinModel
    parts: tuple[str, ...] = ()
    tests: dict[str, ColumnTest] = field(default_factory=dict)
    subjects: list[str] = field(default_factory=list)
    roles: list[tuple[str, str]] = field(default_factory=list)

    def terms(self) -> MatcherTerms:
        denies = self._effect()
        tree = self._tree()
        self.parts = self._parts(tree)
        main = [term for term in _flat(tree, ast.Or) if not self._is_superuser(term)]
        if len(main) > 1 and all(len(_flat(term, ast.And)) == 1 for term in main):
            main = [ast.BoolOp(ast.Or(), main)]
        if len(main) != 1:
            raise self._refused("the matcher has several alternatives" if main else "no term compares lines")
        for term in _flat(main[0], ast.And):
            self._add(term)
        if "subject" in self.parts and "subject" not in self.tests:
            raise self._refused("the subject is not compared with any column")
        return MatcherTerms(self.parts, self.tests, denies, tuple(self.subjects), tuple(self.roles))

    def _effect(self) -> bool:
        effect = " ".join(self.model.effect.split()).replace("p_eft", "p.eft")
        if effect in (ALLOW, BOTH):
            return effect == BOTH
        if "riority" in effect:
            raise self._refused(
                f"the effect `{effect}` decides by priority, and rolegate has none",
                f"write what is denied as lines with `deny`, and the effect as `{BOTH}`;"
                " a restriction always wins",
            )
        raise self._refused(
            f"the effect `{effect}` allows what no line names", "write a line for each thing that is allowed"
        )

    def _tree(self) -> ast.expr:
        text = self.model.matcher.replace("&&", " and ").replace("||", " or ")
        try:
            return ast.parse(re.sub(r"!(?!=)", " not ", text).strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise self._refused("the matcher cannot be read") from None

    def _parts(self, tree: ast.expr) -> tuple[str, ...]:
        """Which part of a question each asked value is: by its name, or else by its place."""
        asked = self.model.asked
        by_name = [next((part for part in PARTS if name.lower() in _NAMES[part]), None) for name in asked]
        if None not in by_name and len(set(by_name)) == len(asked):
            found = tuple(str(part) for part in by_name)
        elif len(asked) == 3:
            found = ("subject", "object", "action")
        elif len(asked) == 4:
            found = PARTS
        else:
            raise self._refused(
                f"questions have {len(asked)} values, `{', '.join(asked)}`, and no more than a subject, a"
                " domain, an object and an action can be said",
                "if they are, name them `sub`, `dom`, `obj` and `act`",
            )
        dom = next((name for name, part in zip(asked, found, strict=True) if part == "domain"), None)
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id=link), args=[_, _, ast.Name(id=third)]) if (
                    link in self.model.links and third != f"r_{dom}"
                ):
                    raise self._refused(
                        f"`{_shown(node)}` looks roles up in something else than the domain asked"
                    )
        return found

    def _is_superuser(self, term: ast.expr) -> bool:
        """Whether *term* lets somebody do everything; if so, it is noted."""
        subject = self._asked("subject")
        match term:
            case ast.Compare(
                left=ast.Name(id=name), ops=[ast.Eq()], comparators=[ast.Constant(str(word))]
            ) if name == subject:
                self.subjects.append(word)
                return True
            case ast.Call(
                func=ast.Name(id=link), args=[ast.Name(id=name), ast.Constant(str(word)), *more], keywords=[]
            ) if name == subject and link in self.model.links:
                if len(more) != self.model.links[link] - 2:
                    raise self._refused(f"`{_shown(term)}` does not fit `{link}`")
                self.roles.append((link, word))
                return True
        return False

    def _add(self, term: ast.expr) -> None:
        found: dict[str, ColumnTest] = {}
        part = ""
        for node in _flat(term, ast.Or):
            part, test = self._test(node, term, part)
            known = found.get(test.column)
            found[test.column] = test if known is None else _joined(known, test)
        if len(found) != 1 or not part or part in self.tests:
            raise self._refused(f"`{_shown(term)}` compares more than one part of a question")
        if any(test.column == next(iter(found)) for test in self.tests.values()):
            raise self._refused(f"`p.{next(iter(found))}` is compared with two parts of a question")
        self.tests[part] = found.popitem()[1]

    def _test(self, node: ast.expr, term: ast.expr, known: str) -> tuple[str, ColumnTest]:
        """The part of a question that *node*, one way of *term*, is about, and the test."""
        match node:
            case ast.Compare(left=ast.Name(id=left), ops=[ast.Eq()], comparators=[ast.Name(id=right)]):
                part, column = self._pair(left, right, term)
                return part, ColumnTest(column, equal=True)
            case ast.Compare(
                left=ast.Name(id=left), ops=[ast.Eq()], comparators=[ast.Constant(str(word))]
            ) | (
                ast.Compare(left=ast.Constant(str(word)), ops=[ast.Eq()], comparators=[ast.Name(id=left)])
            ) if left.removeprefix("p_") in self.model.columns and left.startswith("p_"):
                return known or self._part_of(left, term), ColumnTest(left.removeprefix("p_"), words=(word,))
            case ast.Call(
                func=ast.Name(id=function), args=[ast.Name(id=left), ast.Name(id=right), *more], keywords=[]
            ) if left.startswith("r_"):
                part, column = self._pair(left, right, term)
                if function in self.model.links:
                    if len(more) != self.model.links[function] - 2:
                        raise self._refused(f"`{_shown(node)}` does not fit `{function}`")
                    return part, ColumnTest(column, links=((function, bool(more)),))
                if function in casbin_functions() and not more:
                    return part, ColumnTest(column, functions=(function,))
                raise self._refused(
                    f"`{function}` is a function of the application, which nobody can see here"
                )
        raise self._refused(
            f"`{_shown(node)}` does not compare a question with a line",
            "write attributes of records as scopes with conditions, and who may do what as roles:"
            " docs/reference/conditions.md",
        )

    def _part_of(self, column: str, term: ast.expr) -> str:
        """The part of a question that another way of *term* compares with *column*."""
        for node in ast.walk(term):
            match node:
                case ast.Compare(left=ast.Name(id=left), comparators=[ast.Name(id=right)]) if column in (
                    left,
                    right,
                ):
                    return self._pair(left, right, term)[0]
                case ast.Call(args=[ast.Name(id=left), ast.Name(id=right), *_]) if right == column:
                    return self._pair(left, right, term)[0]
        raise self._refused(f"`{_shown(term)}` compares no part of a question")

    def _pair(self, left: str, right: str, term: ast.expr) -> tuple[str, str]:
        asked = {f"r_{name}": part for name, part in zip(self.model.asked, self.parts, strict=True)}
        one, other = (left, right) if left in asked else (right, left)
        column = other.removeprefix("p_")
        if one not in asked or not other.startswith("p_") or column not in self.model.columns:
            raise self._refused(f"`{_shown(term)}` does not compare a question with a line")
        return asked[one], column

    def _asked(self, part: str) -> str:
        names = zip(self.model.asked, self.parts, strict=True)
        return next((f"r_{name}" for name, its in names if its == part), "")

    def _refused(self, message: str, help: str = "") -> CasbinImportError:
        return problems.refused(
            self.model.span, message, help or "import a model whose matcher joins comparisons by `&&`"
        )


def _joined(one: ColumnTest, other: ColumnTest) -> ColumnTest:
    return replace(
        one,
        equal=one.equal or other.equal,
        functions=(*one.functions, *other.functions),
        links=(*one.links, *other.links),
        words=(*one.words, *other.words),
    )


def _flat(node: ast.expr, joined: type[ast.boolop]) -> list[ast.expr]:
    return list(_walk(node, joined))


def _walk(node: ast.expr, joined: type[ast.boolop]) -> Iterator[ast.expr]:
    if isinstance(node, ast.BoolOp) and isinstance(node.op, joined):
        for value in node.values:
            yield from _walk(value, joined)
    else:
        yield node


def _shown(node: ast.AST) -> str:
    """*node* as a matcher writes it."""
    text = re.sub(r"\b([rp])_", r"\1.", ast.unparse(node))
    return re.sub(r"\bor\b", "||", re.sub(r"\band\b", "&&", text))
