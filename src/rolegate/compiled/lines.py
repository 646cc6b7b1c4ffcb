"""The lines of a compiled policy, and where each of them comes from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from rolegate.catalog.dependency_entries import SAME, TAKES_NONE, Implier
from rolegate.catalog.model import Permission
from rolegate.diagnostics import Span
from rolegate.documents.text import Text
from rolegate.grants.roles import Origin
from rolegate.wording.phrases import Phrase, SaidName

VERSION = 2
"""The version of the compiled form: lines and model are of the same one."""

HEADER = f"# rolegate policy {VERSION}"
"""The first line of policy.csv."""

ASIDE = "# set aside "
"""Begins a comment in policy.csv that names a custom role or a domain which is not in force."""

NOTHING = ("-", "-", "-", "-", "-", "deny")
"""Always present: Casbin allows the empty request on an empty policy."""

_LAST = f"p, {', '.join(NOTHING)}"

_END = re.compile(r"-, -, lines=\d{1,12}, -, sha256=[0-9a-f]{64}, deny").fullmatch


def last_line(number: int, digest: str) -> str:
    """`NOTHING` as the last line of policy.csv, below so many lines of this SHA-256.

    Casbin reads it as any other line, and it denies what nobody can ask: no domain is called `-`.
    """
    return f"p, -, -, lines={number}, -, sha256={digest}, deny\n"


def with_last_line(above: str) -> str:
    """The text *above*, with the last line that fits it."""
    return above + last_line(above.count("\n"), hashlib.sha256(above.encode("ascii")).hexdigest())


def is_last(columns: Sequence[str]) -> bool:
    """Whether *columns* are those of the last line of a policy.csv."""
    has_end = len(columns) == len(NOTHING) and columns[0] == columns[1] == "-"
    return has_end and _END(", ".join(columns)) is not None


class PLine(NamedTuple):
    """A policy line; the fields are the six value columns of a `casbin_rule` row.

    The domain comes first: a model of version 1, in which the subject did, matches none of these lines.
    """

    dom: str
    sub: str
    obj: str
    act: str
    scope: str
    eft: str


class GLine(NamedTuple):
    """A user is in a team, or a user or team has a role, in a domain."""

    sub: str
    role: str
    dom: str


class G2Line(NamedTuple):
    """A domain belongs to `*` and to each availability that includes it."""

    dom: str
    availability: str


class G3Line(NamedTuple):
    """A hidden permission is asked as one that implies it; `how` says about which instance and scope."""

    hidden: str
    implier: str
    how: str


Line = PLine | GLine | G2Line | G3Line
Why = Literal["role", "grants", "restrict", "requires", "removed", "binding", "member", "implies", "constant"]


class Provenance(NamedTuple):
    """Why a line is in the policy, and where that was written.

    `text` is the grant or the restriction as it is written, the name of a role that is bound, or the kind and
    the id of an instance that is removed. If a named restriction says so, `by` is its name where a line of
    bindings switches it on.
    """

    why: Why
    text: str
    span: Span
    origin: Origin | None = None
    by: Text | None = None

    def restricts(self, path: str) -> Phrase:
        """What a deny line says about the permission *path*, in words."""
        if self.why == "removed":
            kind, _, id = self.text.partition("/")
            return Phrase("is_removed", kind=SaidName("resource", kind), id=SaidName("instance", id, kind))
        grant: SaidName | Phrase = SaidName("grant", self.text)
        if self.why == "requires":
            grant = Phrase("which_requires", grant=grant, permission=SaidName("permission", path))
        if self.by is None:
            return grant if isinstance(grant, Phrase) else Phrase("the_grant", grant=grant)
        return Phrase("restriction_taking", restriction=SaidName("restriction", self.by), grant=grant)


class Lines(Protocol):
    """The lines of a compiled policy, wherever they come from, each as its columns."""

    @property
    def p(self) -> Iterable[Sequence[str]]: ...

    @property
    def g(self) -> Iterable[Sequence[str]]: ...

    @property
    def g2(self) -> Iterable[Sequence[str]]: ...


@dataclass(frozen=True, slots=True)
class CompiledPolicy:
    """A policy compiled at one time; the lines are sorted.

    INVARIANT: the same meaning gives the same lines in the same order, whatever the files look like.
    `set_aside` names the custom roles and the domains that are not in force, as names in lines do.
    """

    model_text: str
    p: Mapping[PLine, Provenance]
    g: Mapping[GLine, Provenance]
    g2: tuple[G2Line, ...]
    g3: Mapping[G3Line, Provenance]
    holds_until: datetime | None
    set_aside: tuple[str, ...] = ()

    def __repr__(self) -> str:
        p, g, g2, g3 = (len(lines) for lines in (self.p, self.g, self.g2, self.g3))
        return f"<CompiledPolicy: {p} p, {g} g, {g2} g2 and {g3} g3 lines>"

    @property
    def lines(self) -> tuple[tuple[str, Line], ...]:
        """Every line with its Casbin section, sorted."""
        return (
            *(("g", line) for line in self.g),
            *(("g2", line) for line in self.g2),
            *(("g3", line) for line in self.g3),
            *(("p", line) for line in self.p),
        )

    @property
    def policy_text(self) -> str:
        """policy.csv: two comment lines, one for each thing set aside, then the lines; printable ASCII.

        INVARIANT: the line that is always there is the last one, and says what is above it, so whoever reads
        it knows whether this is all of them.
        """
        until = "without end" if self.holds_until is None else f"until {self.holds_until:%Y-%m-%dT%H:%M:%SZ}"
        rows = [f"{section}, {', '.join(line)}" for section, line in self.lines]
        has_last = _LAST in rows
        if has_last:
            rows.remove(_LAST)
        aside = [f"{ASIDE}{name}" for name in self.set_aside]
        above = "\n".join([HEADER, f"# holds {until}", *aside, *rows]) + "\n"
        return with_last_line(above) if has_last else above


Links = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By domain and subject, the teams and roles that it has there by itself."""


def links_by_domain(compiled: Lines) -> dict[str, dict[str, tuple[str, ...]]]:
    """The links of a policy."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for sub, role, dom in compiled.g:
        here = found.get(dom)
        if here is None:
            here = found[dom] = {}
        known = here.get(sub)
        here[sub] = (role,) if known is None else (*known, role)
    return found


def links_by_subject(links: Iterable[Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The links of one domain."""
    found: dict[str, tuple[str, ...]] = {}
    for sub, role, _ in links:
        found[sub] = (*found.get(sub, ()), role)
    return found


def carried(implier: Implier, owner: Permission, target: Permission) -> Iterator[str]:
    """How a question about the hidden *target* is put to *owner*, which implies it: the last column of `g3`.

    `=` keeps instance and scope, `some` asks for any instance at any scope. Otherwise the column has both,
    with an `@` between them: `=` keeps, `=1` keeps the first id alone, `-` stands for any, and everything
    else is what the question has to lie within. Each scope within one has a line of its own, so that the
    lines can be asked without the catalog.
    """
    instance: str = implier.instance
    scopes: tuple[str, ...] = (implier.scope,)
    if instance == SAME and len(owner.chain) < len(target.chain):
        instance = f"={len(owner.chain)}"
    if target.ladder is not None and implier.scope != SAME:
        scopes = target.ladder.within(implier.scope)
    for scope in scopes:
        kept = instance == SAME or not (owner.chain or target.chain)
        if kept and (scope == SAME or not (owner.ladder or target.ladder)):
            yield SAME
        else:
            yield "some" if instance == scope == TAKES_NONE else f"{instance}@{scope}"
