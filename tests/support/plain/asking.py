"""Every question worth asking of a policy set, and who else can be asked: Casbin, and rolegate."""

import random
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import accumulate, product
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import casbin

from plain.catalog import Data, Permission
from plain.evaluator import Ask, Evaluator, Instance
from plain.strategies import names_in
from rolegate import Gate, Policy, Question

Answer = Callable[[Ask], bool]
Request = tuple[str, str, str, str, str]

UNKNOWN = "nobody, *"


Who = tuple[str, str, str | None]
"""The kind, the name and the domain of whoever a question is about."""

Asked = tuple[str, Instance, str | None, bool]
"""The rest of a question."""


class Questions(Sequence[Ask]):
    """Questions that are made when they are looked at: there are very many, and few of them are asked.

    Each of `blocks` has somebody, and what is asked about them of one permission.
    """

    def __init__(self, blocks: Iterable[tuple[Who, Sequence[Asked]]]) -> None:
        self.blocks = [block for block in blocks if block[1]]
        self.ends = list(accumulate(len(asked) for _, asked in self.blocks))

    def __len__(self) -> int:
        return self.ends[-1] if self.ends else 0

    def __getitem__(self, index: Any) -> Any:
        number = bisect_right(self.ends, range(len(self))[index])
        who, asked = self.blocks[number]
        return Ask._make((*who, *asked[index - self.ends[number]]))

    def __iter__(self) -> Iterator[Ask]:
        return (Ask._make((*who, *rest)) for who, asked in self.blocks for rest in asked)


def questions(
    files: Mapping[str, Data],
    policy: Evaluator,
    strange: Iterable[str] = (UNKNOWN,),
    *,
    some: Sequence[bool] = (False, True),
    about: Callable[[Who], bool] = lambda who: True,
) -> Questions:
    """Each subject, domain, permission, scope and instance; *strange* ids no file names among them.

    *some* are the values of `any`; a subject that is not one to ask *about* is left out.
    """
    strange = list(strange)
    rows = policy.catalog.rows
    asked: list[Sequence[Asked]] = []
    for row in rows:
        scopes = [None, *policy.catalog.scopes(row)] if row.ladder else [None]
        asked.append([(row.path, *rest) for rest in product(paths(policy, row, strange), scopes, some)])
    if True in some:
        groups = (row.path.rpartition(".")[0] + ".*" for row in rows if "." in row.path)
        asked += [[(star, (), None, True)] for star in dict.fromkeys(("*", *groups))]
    whom = filter(about, subjects(files, policy, strange[0]))
    return Questions((who, block) for who in whom for block in asked)


def subjects(files: Mapping[str, Data], policy: Evaluator, strange: str) -> Iterator[Who]:
    """Each subject in each domain, an unknown one of both included."""
    domains: list[str | None] = [*policy.domains, strange]
    for kind, names in names_in(files).items():
        for name in [*sorted(names), strange]:
            yield from ((kind, name, domain) for domain in domains)
            if kind == "role":
                yield kind, name, None


def one_of(who: tuple[str, str], domain: str | None, policy: Evaluator) -> tuple[str, str | int | None]:
    """Who the kind and the name *who* are in *domain*: both names of a version of a default role are one."""
    kind, name = who
    return kind, policy.role(name, domain) if kind == "role" else name


def paths(policy: Evaluator, row: Permission, strange: list[str]) -> list[Instance]:
    """Every instance path *row* can be asked on, shorter ones and *strange* ones included."""
    levels = [[*sorted(policy.ids[kind]), *strange] for kind in row.chain]
    return [path for depth in range(len(levels) + 1) for path in product(*levels[:depth])]


def sample(asks: Iterable[Ask], count: int, seed: int = 0) -> list[Ask]:
    """At most *count* of them, the same ones each time."""
    found = asks if isinstance(asks, Questions) else list(asks)
    return list(found) if len(found) <= count else random.Random(seed).sample(found, count)


def telling(asks: Questions, policy: Evaluator, count: int, seed: int) -> list[Ask]:
    """A sample, mostly of questions about something that the subject would hold without restrictions."""
    paths: dict[Who, set[str]] = {}
    near: list[tuple[Who, Sequence[Asked]]] = []
    far: list[tuple[Who, Sequence[Asked]]] = []
    for who, asked in asks.blocks:
        if who not in paths:
            subject = policy.subject(Ask(*who, "*"))
            held = policy.held(subject, who[2]) if subject else frozenset()
            paths[who] = {atom[0] for atom in held | policy.behind(held)}
        (near if asked[0][0] in paths[who] else far).append((who, asked))
    close, distant = Questions(near), Questions(far)
    return sample([*sample(close, count * 3 // 4, seed), *sample(distant, count // 4, seed)], count, seed)


def request(policy: Evaluator, ask: Ask) -> Request:
    """The Casbin request for a question without `any`, from the description of the columns alone."""
    row = policy.catalog.named[ask.permission]
    subject = policy.subject(ask)
    home = ask.domain if subject is None and ask.kind == "team" else subject[2] if subject else None
    own = ask.name if subject is None else subject[1]
    name = encode(own) if home is None else f"{encode(home)}/{encode(own)}"
    obj = "/".join([*map(encode, ask.on), *([":every"] if len(ask.on) < len(row.chain) else [])])
    return (
        f"{ask.kind}:{name}",
        ":full" if ask.domain is None else encode(ask.domain),
        obj or "-",
        row.path,
        ask.scope or policy.catalog.broadest(row),
    )


def requests(policy: Evaluator, ask: Ask, impliers: Iterable[Sequence[str]]) -> list[Request]:
    """The Casbin requests of which one has to be allowed; for a hidden permission `g3` lines say which."""
    row = policy.catalog.named[ask.permission]
    one = request(policy, ask)
    if not row.hidden:
        return [one]
    return [
        asked
        for hidden, path, how in impliers
        if hidden == row.path
        for asked in as_implier(policy, policy.catalog.permissions[path], how, one)
    ]


def as_implier(policy: Evaluator, row: Permission, how: str, one: Request) -> Iterator[Request]:
    """The request *one* about a hidden permission, put to *row*, which implies it, as a `g3` line says."""
    sub, dom, obj, _, scope = one
    instance, _, at = {"=": "=@=", "some": "-@-"}.get(how, how).partition("@")
    if instance == "=":
        objs = [obj]
    elif instance.startswith("="):
        objs = ["/".join(obj.split("/")[: int(instance[1:])])]
    else:
        levels = [[*map(encode, sorted(policy.ids[kind])), "somebody-s"] for kind in row.chain]
        within = instance in ("-", obj) or (instance.endswith("*") and obj.startswith(instance[:-1]))
        objs = ["/".join(path) or "-" for path in product(*levels)] if within else []
    scopes = [scope] if at == "=" else policy.catalog.scopes(row) if at in ("-", scope) else []
    return ((sub, dom, *rest) for rest in ((o, row.path, s) for o in objs for s in scopes))


def encode(text: str) -> str:
    """Strict RFC 3986 percent-encoding; a lone `-` is not left as it is, for it means "takes none"."""
    return "%2D" if text == "-" else quote(text, safe="")


class ParsedOnce(casbin.Enforcer):  # type: ignore[misc]  # casbin has no types
    """`casbin.Enforcer`, which parses its matcher for each request; the same text is the same tree."""

    parsed: ClassVar[dict[str, Any]] = {}

    def _get_expression(self, expr: str, functions: Any = None) -> Any:
        kept = self.__dict__.setdefault("kept", {})
        if expr not in kept:
            if expr not in self.parsed:
                self.parsed[expr] = casbin.Enforcer._get_expression(expr, functions).ast_parsed_value
            kept[expr] = casbin.util.SimpleEval("", functions)
            kept[expr].ast_parsed_value = self.parsed[expr]
        kept[expr].functions = functions
        return kept[expr]


LENT_BY = "r.act == p.act && r.scope == p.scope && (r.obj == p.obj || keyMatch(r.obj, p.obj))"
"""How the matcher begins: with what has to be so of any line that says something."""


class Stock:
    """The compiled files in a `casbin.Enforcer` as it comes out of the box, but for the time it takes."""

    def __init__(self, model: str, policy: str, folder: Path, plain: Evaluator) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "model.conf").write_text(model, encoding="utf-8")
        (folder / "policy.csv").write_text(policy, encoding="utf-8")
        self.enforcer = ParsedOnce(str(folder / "model.conf"), str(folder / "policy.csv"))
        self.plain = plain
        self.seen: dict[Request, bool] = {}
        assert f"m = {LENT_BY} && (" in model
        assert "\np = dom, sub, obj, act, scope, eft\n" in model

    def answer(self, ask: Ask) -> bool:
        """What Casbin says; a request that was made before is not made again."""
        impliers = self.enforcer.get_named_grouping_policy("g3")
        return any(self.enforce(asked) for asked in requests(self.plain, ask, impliers))

    def enforce(self, wanted: Request) -> bool:
        if wanted not in self.seen:
            self.seen[wanted] = says(self.enforcer, wanted)
        return self.seen[wanted]


def says(enforcer: Any, wanted: Sequence[str]) -> bool:
    """What Casbin says with the lines that can say something.

    It looks at every line for every question, which takes milliseconds. So it is lent, for each question, the
    lines with its permission and its scope, and with its object or a star: the matcher asks for these first,
    and any other line says nothing.
    """
    section = enforcer.get_model()["p"]["p"]
    whole, obj, about = section.policy, wanted[2], list(wanted[3:])
    section.policy = [line for line in whole if line[3:5] == about and (line[2] == obj or "*" in line[2])]
    answer = bool(enforcer.enforce(*wanted))
    section.policy = whole
    return answer


def differences(expected: Answer, actual: Answer, asks: Iterable[Ask]) -> list[str]:
    """The questions on which two opinions differ, as text."""
    return [f"{ask}: {right} expected" for ask in asks if (right := expected(ask)) is not actual(ask)]


class Rolegate:
    """rolegate itself: a policy, and a gate on it, which has to say the same."""

    def __init__(self, policy: Policy, at: datetime | None = None) -> None:
        self.policy, self.at = policy, at
        self._gate = Gate(replace(policy, at=at))

    def answer(self, ask: Ask) -> bool:
        """What `Policy.decide` says and, about users, `Gate.check`."""
        asked = question(ask)
        allowed = self.policy.decide(asked, at=self.at).allowed
        if asked.user is not None and not asked.any:
            fast = self._gate.check(
                asked.user, asked.permission, domain=asked.domain, on=asked.on, scope=asked.scope
            )
            assert fast is allowed, f"the gate says {fast}: {ask}"
        return allowed


def question(ask: Ask) -> Question:
    """The same question in rolegate's own words."""
    subject = {ask.kind: ask.name}
    return Question(
        permission=ask.permission,
        user=subject.get("user"),
        team=subject.get("team"),
        role=subject.get("role"),
        domain=ask.domain,
        on=ask.on or None,
        scope=ask.scope,
        any=ask.any,
    )
