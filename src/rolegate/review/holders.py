"""Lists: who may use a permission, on which instances, and which fields are open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from rolegate.catalog.model import FIELD_LADDER, SAME, Group, Permission
from rolegate.compiled.lines import EVERY
from rolegate.encoding import encode, readable
from rolegate.engine.question import Asked, Question, Unknown, translate
from rolegate.engine.request import Request, visible
from rolegate.engine.snapshot import Snapshot
from rolegate.errors import UnknownName
from rolegate.grants.rights import Right
from rolegate.review.explain import explain

_LATER = ":later"
"""An instance no file can name: allowed where those added later are."""

SubjectKind = Literal["user", "team", "role"]
FieldState = Literal["edit", "view", "hidden"]


@dataclass(frozen=True, slots=True)
class Holder:
    """A subject that is allowed; `domain` is where."""

    kind: SubjectKind
    name: str
    domain: str
    via: str

    def to_dict(self) -> dict[str, str]:
        return {"kind": self.kind, "name": self.name, "domain": self.domain, "via": self.via}


@dataclass(frozen=True, slots=True)
class Instances:
    """The known instances a subject may use a permission on, in the notation of grants.

    `allegro/*` stands for everything below `allegro`, where that is held and not everything there is. `every`
    says whether those added later are included; `later` has the known outer instances (`allegro/*`) below
    which they are: for those it says so, whatever `every` says.
    """

    permission: str
    instances: tuple[str, ...]
    every: bool
    later: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The documented JSON form; without `later` where it has nothing."""
        later = {"later": list(self.later)} if self.later else {}
        return {
            "permission": self.permission,
            "instances": list(self.instances),
            "every": self.every,
            **later,
        }


def who_can(question: Question, snapshot: Snapshot) -> tuple[Holder, ...]:
    """Every user, team and role for which the answer is yes; the subject of *question* is not looked at."""
    domains = snapshot.resolved.domains
    found = []
    for domain in domains.names if question.domain is None else (question.domain,):
        for kind, name in _subjects(domain, snapshot):
            each = question.about(kind, name, domain)
            if snapshot.decide(each).allowed:
                via = "; ".join(step.text for step in explain(each, snapshot).chain)
                found.append(Holder(kind, name, domain, via))
    return tuple(found)


def _subjects(domain: str, snapshot: Snapshot) -> Iterator[tuple[SubjectKind, str]]:
    """Every subject that can be asked about in *domain*."""
    resolved = snapshot.resolved
    outward = resolved.domains.outward(domain)
    for user in sorted(snapshot.index.tables[domain].users):  # nothing is bound there to anybody else
        yield "user", user
    for team in sorted({team for each in outward for team in resolved.domains[each].teams}):
        yield "team", team
    for role in sorted({name for owner, name in resolved.roles if owner is None or owner in outward}):
        yield "role", role


def instances(question: Question, snapshot: Snapshot) -> Instances:
    """The instances that *question*, put for each of them, is answered yes for.

    Raises:
        UnknownName: for an unknown permission, domain or subject, and a permission that is not per instance.
    """
    asked = translated(question, snapshot)
    permission = asked.permissions[0]
    if not permission.chain:
        raise UnknownName("instance", permission.path, f"`{permission.path}` is not per instance")
    scope = asked.scope_of(permission)

    def allowed(obj: str) -> bool:
        return snapshot.holds(asked.sub, asked.dom, Request(permission, obj, (scope,)))

    rights = given_to(asked, snapshot).union(_fixed(permission, scope, snapshot))
    held: list[str] = []
    later: list[str] = []
    whole = {"": allowed(EVERY)}
    for depth in range(1, len(permission.chain) + 1):
        for path in known_paths(asked.dom, permission.chain[:depth], rights, snapshot):
            if depth == len(permission.chain):
                held += [path] if allowed(path) else []
                continue
            whole[path] = allowed(f"{path}/{EVERY}")
            if whole[path] and not whole[path.rpartition("/")[0]]:
                held.append(f"{path}/*")
            later += [f"{path}/*"] if allowed(f"{path}/{_LATER}") else []
    return Instances(
        permission.path, tuple(map(readable, held)), allowed(_LATER), tuple(map(readable, later))
    )


def given_to(asked: Asked, snapshot: Snapshot) -> frozenset[Right]:
    """All that roles and lines give to a subject, narrower rights beside the wider ones that cover them."""
    subjects = snapshot.lookup.subjects(asked.sub, asked.dom)
    found: set[Right] = set()
    for sub in subjects:
        if sub in snapshot.roles:
            found.update(snapshot.roles[sub].rights)
    for line in snapshot.lines_about(subjects, asked.dom):
        found.update(line.rights or ())
        for copy in line.copies:
            found.update(copy.rights)
    return frozenset(found)


def known_paths(
    dom: str, chain: tuple[str, ...], rights: Iterable[Right], snapshot: Snapshot
) -> tuple[str, ...]:
    """The encoded instances of *chain* that are known: to the domain, then those that *rights* name."""
    catalog = snapshot.resolved.catalog
    named = set()
    for right in rights:
        parts = right.obj.split("/")[: len(chain)]
        fits = catalog.permission(right.path).chain[: len(chain)] == chain and len(parts) == len(chain)
        if fits and "*" not in parts:
            named.add("/".join(parts))
    return tuple(dict.fromkeys((*known_instances(dom, chain[-1], snapshot), *sorted(named))))


def _fixed(permission: Permission, scope: str, snapshot: Snapshot) -> Iterator[Right]:
    """The instances that the catalog itself names where something implies a hidden permission."""
    for each in visible(Request(permission, "*", (scope,), some=True), snapshot.resolved.catalog):
        if each.implier is not None and each.implier.instance != SAME:
            yield Right(permission.path, each.implier.instance, scope)


def known_instances(dom: str, kind: str, snapshot: Snapshot) -> tuple[str, ...]:
    """The encoded instance paths of *kind* that the files know in an encoded domain."""
    for domain in snapshot.resolved.domains:
        if encode(domain.name) == dom:
            return domain.instances.get(kind, ())
    return ()


def translated(question: Question, snapshot: Snapshot) -> Asked:
    """*question* in compiled words.

    Raises:
        UnknownName: where a decision would say no because a name is unknown.
    """
    try:
        return translate(question, snapshot.resolved)
    except Unknown as unknown:
        note = unknown.note
        raise UnknownName(
            _KINDS.get(note.code, "question"), _unknown(question, note.code), note.message, note.help
        ) from None


_KINDS = {"RG601": "permission", "RG602": "subject", "RG603": "domain", "RG604": "scope", "RG605": "instance"}


def _unknown(question: Question, code: str) -> str:
    names = {
        "RG601": question.permission,
        "RG602": next((n for n in (question.user, question.team, question.role) if n is not None), None),
        "RG603": question.domain,
        "RG604": question.scope,
    }
    named = names.get(code)
    return question.permission if named is None else named


def fields(group: str, question: Question, snapshot: Snapshot) -> dict[str, FieldState]:
    """What may be done with each field of *group*: `edit`, `view`, or nothing (`hidden`).

    Raises:
        UnknownName: for a group without fields, and for unknown subjects and domains.
    """
    catalog = snapshot.resolved.catalog
    node = catalog.find(f"{group}.fields")
    if not isinstance(node, Group):
        having = [
            p.removesuffix(".fields")
            for p, n in catalog.nodes.items()
            if isinstance(n, Group) and p.endswith(".fields")
        ]
        help = "groups with fields: " + ", ".join(f"`{each}`" for each in having)
        raise UnknownName(
            "group with fields", group, help=help if having else "no group of this set has fields"
        )
    states: dict[str, FieldState] = {}
    for path in node.children:
        asked = translated(_about(question, path), snapshot)
        permission = catalog.permission(path)
        held = [
            scope
            for scope in FIELD_LADDER.scopes
            if snapshot.holds(asked.sub, asked.dom, Request(permission, asked.region(permission), (scope,)))
        ]
        name = path.rpartition(".")[2]
        states[name] = "edit" if "edit" in held else "view" if held else "hidden"
    return states


def _about(question: Question, path: str) -> Question:
    return Question(path, question.user, question.team, question.role, question.domain, question.on)
