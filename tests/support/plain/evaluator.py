"""Answers questions about a policy set straight from its plain data; slow, short, and for valid sets only.

Everything is a set of atoms (permission, instance path, scope): one atom for each question that could be
asked. An instance path shorter than the permission's chain stands for everything below it, so "all inboxes"
is an atom of its own and a union of single inboxes never adds up to it. Instances no file names are all
alike: one made-up id, `FRESH`, stands for them.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import UTC, datetime
from functools import cache
from itertools import product
from typing import NamedTuple
from zoneinfo import ZoneInfo

from plain.catalog import CUSTOM, NO_SCOPE, Catalog, Data, Permission
from plain.grammar import parse, parts, prefix
from plain.meanings import texts

Instance = tuple[str, ...]
Atom = tuple[str, Instance, str]
Need = tuple[Permission, Instance | None, str | None]
"""What a dependency asks for; `None` is "any"."""
Subject = tuple[str, str, str | None]
"""(user, name, None), (team, name, the domain that declares it), (role, name, its domain or None)."""

FRESH = "\ud800"
"""An id that no file can hold."""


class Ask(NamedTuple):
    """One question; `kind` is user, team or role."""

    kind: str
    name: str
    domain: str | None
    permission: str
    on: Instance = ()
    scope: str | None = None
    any: bool = False


class Evaluator:
    """One policy set at one point in time."""

    def __init__(
        self,
        files: Mapping[str, Data],
        at: datetime | None = None,
        broken: Iterable[tuple[str, str | None]] = (),
    ) -> None:
        """*broken* names domains, and custom roles of domains, whose files cannot be read."""
        self.broken = frozenset(broken)
        self.at = at or datetime.now(UTC)
        self.catalog = Catalog(files["catalog.yaml"])
        self.nested = "domains.yaml" in files
        domains = files.get("domains.yaml", {"domains": {"default": {}}})["domains"]
        self.domains: dict[str, Data] = {name: node or {} for name, node in domains.items()}
        roles = [_roles(data) for name, data in files.items() if name.startswith("roles/")]
        self.roles = [role for file in roles for role in file]
        self.lines = files.get("bindings.yaml", {"bindings": []})["bindings"]
        self.restrictions: dict[str, Data] = files["catalog.yaml"].get("restrictions", {})
        self.ids = self._ids()
        self.outward = cache(self._outward)
        self._has = cache(self._has_all)
        self._instances_of = cache(self._instances)
        self._named_by = cache(self._names)
        self.reached = cache(self._reached)
        self.implied = cache(self._implied)
        self.rights = cache(self._rights)
        self.written = cache(self._written)
        self.held = cache(self._held)
        self.denied = cache(self._denied)
        self.gone = cache(self._gone)
        self.usable = cache(self._usable)
        self.whole_units = cache(self._whole_units)

    # -- questions ------------------------------------------------------------------------------------------

    def answer(self, ask: Ask) -> bool:
        """May the subject do it?"""
        star = ask.permission == "*" or ask.permission.endswith(".*")
        named = self.catalog.named
        rows = [named[ask.permission]] if ask.permission in named else []
        if star and ask.any:
            rows = self.catalog.below(ask.permission)
        subject = self.subject(ask)
        if subject is None or any((around, None) in self.broken for around in self.outward(ask.domain)):
            return False
        return any(self.wanted(ask, row) & self.usable(subject, ask.domain) for row in rows)

    def _usable(self, subject: Subject, domain: str | None) -> frozenset[Atom]:
        """What is held and not denied, and what is hidden behind that; nothing on what is removed."""
        left = self.held(subject, domain) - self.denied(subject, domain) - self.gone(domain)
        return left | self.behind(left)

    def subject(self, ask: Ask) -> Subject | None:
        """Whom the question is about, where its domain knows them."""
        if ask.domain not in self.domains and (ask.kind != "role" or ask.domain is not None):
            return None
        if ask.kind == "team":
            return self.team(ask.name, ask.domain)
        if ask.kind == "role":
            index = self.role(ask.name, ask.domain)
            if index is None:
                return None
            return "role", self.roles[index]["role"], self.roles[index].get("domain")
        return "user", ask.name, None

    def wanted(self, ask: Ask, row: Permission) -> Set[Atom]:
        """The atoms of *row* of which the question needs one."""
        if len(ask.on) > len(row.chain) or ask.scope not in (None, *self.catalog.scopes(row)):
            return set()
        if ask.scope == NO_SCOPE:
            return set()
        levels = zip(ask.on, row.chain, strict=False)
        on = tuple(one if one in self.ids[kind] else FRESH for one, kind in levels)
        scope = ask.scope or self.catalog.broadest(row)
        if not ask.any:
            return {(row.path, on, scope)}
        return self.downward(row, on, scope)

    # -- atoms ----------------------------------------------------------------------------------------------

    def instances(self, row: Permission) -> list[Instance]:
        """Every instance path *row* can be asked on."""
        return self._instances_of(row.path)

    def _instances(self, path: str) -> list[Instance]:
        levels = [sorted({*self.ids[kind], FRESH}) for kind in self.catalog.permissions[path].chain]
        return [path for depth in range(len(levels) + 1) for path in product(*levels[:depth])]

    def downward(self, row: Permission, instance: Instance, scope: str) -> frozenset[Atom]:
        """The right at *scope*, with everything within it, on everything at or below *instance*."""
        return self.reached(row.path, instance, scope)

    def _reached(self, path: str, instance: Instance, scope: str) -> frozenset[Atom]:
        row = self.catalog.permissions[path]
        scopes = self.catalog.narrower(row, scope)
        within = [one for one in self.instances(row) if one[: len(instance)] == instance]
        return frozenset((path, one, inner) for one in within for inner in scopes)

    def upward(self, row: Permission, instance: Instance, scope: str | None, above: bool) -> set[Atom]:
        """What naming this takes: *scope* and each broader one, at or below *instance*; also *above* it."""
        scopes = self.catalog.broader(row, scope) if scope else self.catalog.scopes(row)
        return {
            (row.path, path, outer)
            for path in self.instances(row)
            if path[: len(instance)] == instance or (above and instance[: len(path)] == path)
            for outer in scopes
        }

    def touched(self, text: str, taking: bool) -> Iterator[tuple[Permission, Instance, str | None]]:
        """The permissions *text* names, each with instance and scope; `None` is every scope."""
        entry = parse(text)
        if entry.name in self.catalog.named:
            row = self.catalog.named[entry.name]
            yield row, prefix(entry.instance or ()), entry.scope
            return
        for row in self.catalog.below(entry.name):
            if row.hidden or ((row.deprecated or row.by_name) and not taking):
                continue
            if entry.scope is not None and entry.scope not in self.catalog.scopes(row):
                continue
            if entry.instance is not None and not _takes(row, entry.instance, taking):
                continue
            yield row, prefix(entry.instance or ()), entry.scope

    def granted(self, entries: Iterable[str]) -> frozenset[Atom]:
        """What *entries* give, with what that implies."""
        atoms: set[Atom] = set()
        for text in entries:
            for row, instance, scope in self.touched(text, taking=False):
                atoms |= self.downward(row, instance, scope or self.catalog.broadest(row))
        return self.closed(atoms)

    def closed(self, atoms: Iterable[Atom]) -> frozenset[Atom]:
        """*atoms* and everything that can be granted that they imply."""
        found, todo = set(atoms), list(atoms)
        while todo:
            fresh = self.implied(todo.pop()) - found
            found |= fresh
            todo.extend(fresh)
        return frozenset(atom for atom in found if not self.catalog.permissions[atom[0]].hidden)

    def behind(self, atoms: Iterable[Atom]) -> frozenset[Atom]:
        """The hidden atoms that go with *atoms*: nobody has any of their own."""
        found: set[Atom] = set()
        todo = list(atoms)
        while todo:
            fresh = {
                atom
                for atom in self.implied(todo.pop())
                if self.catalog.permissions[atom[0]].hidden and atom not in found
            }
            found |= fresh
            todo.extend(fresh)
        return frozenset(found)

    def _implied(self, atom: Atom) -> frozenset[Atom]:
        """What one atom implies by the entries of its own permission.

        An atom about all of something says nothing about the parts: each part held is an atom of its own.
        """
        path, instance, scope = atom
        row = self.catalog.permissions[path]
        found: set[Atom] = set()
        for text in row.implies:
            other, on, at = self.need(row, text, instance, scope)
            assert on is not None and at is not None
            part = parse(text).instance is None and len(instance) < _shared(row, other)
            found |= {one for one in self.downward(other, on, at) if not part or one[1] == on}
        return frozenset(found)

    # -- dependencies ---------------------------------------------------------------------------------------

    def need(self, row: Permission, text: str, instance: Instance, scope: str) -> Need:
        """What *row*, held on *instance* at *scope*, asks for by its entry *text*."""
        other, on, shared, at, same_scope = self._named_by(row.path, text)
        return other, instance[:shared] if shared else on, scope if same_scope else at

    def _names(self, path: str, text: str) -> tuple[Permission, Instance | None, int, str | None, bool]:
        """The permission that the entry *text* of *path* names, on which instance and at which scope.

        Instead of an instance, how much of that of *path* it is; instead of a scope, whether it is the same.
        """
        row, entry = self.catalog.permissions[path], parse(text)
        other = self.catalog.named[entry.name]
        at = NO_SCOPE if other.ladder is None else entry.scope
        same_scope = at is None and row.ladder == other.ladder
        if not other.chain:
            return other, (), 0, at, same_scope
        if entry.instance is not None:
            return other, prefix(entry.instance), 0, at, same_scope
        return other, None, _shared(row, other), at, same_scope

    def serving(self, need: Need) -> set[Atom]:
        """The atoms of which one meets *need*."""
        row, on, at = need
        instances = self.instances(row) if on is None else [on]
        scopes = self.catalog.scopes(row) if at is None else [at]
        return {(row.path, path, scope) for path in instances for scope in scopes}

    def needs(self, atom: Atom) -> Iterator[tuple[str, Need]]:
        """Each `requires` entry of the atom's permission, with what it asks for here."""
        row = self.catalog.permissions[atom[0]]
        for text in row.requires:
            yield text, self.need(row, text, atom[1], atom[2])

    # -- roles ----------------------------------------------------------------------------------------------

    def role(self, name: str, domain: str | None) -> int | None:
        """The role *name* means in *domain*.

        That is what the nearest domain outwards has in its place; else a custom one from there or further
        out, or the default one.
        """
        for home in self.outward(domain):
            for index, role in enumerate(self.roles):
                if role.get("replaces") == name and role.get("domain") == home:
                    return index
        for index, role in enumerate(self.roles):
            home = role.get("domain")
            if role["role"] == name and (home is None or home in self.outward(domain)):
                return index
        return None

    def parent(self, name: str, role: Data) -> int | None:
        """The role that *name* means where *role* extends it: what a role replaces means that around it."""
        home = role.get("domain")
        if home is not None and role.get("replaces") == name:
            home = self.domains[home].get("within")
        return self.role(name, home)

    def replaced(self, role: Data) -> int:
        """The default role in whose place a domain has *role*."""
        index = self.role(role["replaces"], None)
        assert index is not None, role
        return index

    def judged(self, role: Data, held: frozenset[Atom]) -> list[tuple[str, frozenset[Atom]]]:
        """The kinds by which *role*, which holds *held*, is judged, each with what of it.

        What replaces a default role is of the kind of that one; what it adds is what a custom role holds.
        """
        if "replaces" not in role:
            own = role.get("kind", CUSTOM if "domain" in role else None)
            return [] if own is None else [(own, held)]
        default = self.replaced(role)
        added = held - self.written(default)
        kind = self.roles[default].get("kind")
        whole = [] if kind is None else [(kind, held)]
        return [*whole, (CUSTOM, added)] if added else whole

    def aside(self, index: int) -> bool:
        """Is it a custom role that is broken, or of a domain that may not have any, or does it extend one?"""
        role = self.roles[index]
        home = role.get("domain")
        parents = [self.parent(parent, role) for parent in texts(role.get("extends"))]
        kinds = [kind for kind, _ in self.judged(role, self.written(index))]
        inactive = home is not None and not all(self.passes(self.catalog.place(kind), home) for kind in kinds)
        inactive |= (home, role["role"]) in self.broken
        return inactive or any(self.aside(parent) for parent in parents if parent is not None)

    def _rights(self, index: int) -> frozenset[Atom]:
        return frozenset() if self.aside(index) else self.written(index)

    def _written(self, index: int) -> frozenset[Atom]:
        """What the role holds by its own words, whether it is set aside or not."""
        role = self.roles[index]
        atoms: set[Atom] = set()
        for parent in texts(role.get("extends")):
            number = self.parent(parent, role)
            assert number is not None, parent
            atoms |= self.written(number)
        atoms |= self.granted(role.get("grants", []))
        taken: set[Atom] = set()
        for text in role.get("except", []):
            for row, instance, scope in self.touched(text, taking=True):
                taken |= self.upward(row, instance, scope, above=False)
        return self.closed(atoms) - taken

    # -- domains and bindings -------------------------------------------------------------------------------

    def _outward(self, domain: str | None) -> list[str]:
        """*domain* and the domains it lies within, innermost first."""
        found = []
        while domain is not None and domain in self.domains:
            found.append(domain)
            domain = self.domains[domain].get("within")
        return found

    def passes(self, row: Permission, domain: str | None) -> bool:
        """Does *domain* have *row*, by its kind, plan and add-ons? No domain has everything."""
        if domain is None or not self.nested:
            return True
        return self._has(domain, row.kinds, row.plans, row.addons)

    def _has_all(
        self,
        domain: str,
        kinds: frozenset[str] | None,
        plans: frozenset[str] | None,
        clauses: frozenset[frozenset[str]],
    ) -> bool:
        nodes = [self.domains[name] for name in self.outward(domain)]
        plan = next((node["plan"] for node in nodes if "plan" in node), None)
        addons = {addon for node in nodes for addon in texts(node.get("addons"))}
        kind = self.domains[domain].get("kind")
        if kinds is not None and kind not in kinds:
            return False
        return (plans is None or plan in plans) and all(choices & addons for choices in clauses)

    def team(self, name: str, domain: str | None) -> Subject | None:
        """The team *name* means in *domain*: its own, else that of the nearest outer domain."""
        homes = (at for at in self.outward(domain) if name in self.domains[at].get("teams", {}))
        home = next(homes, None)
        return None if home is None else ("team", name, home)

    def spoken_of(self, line: Data, domain: str | None = None) -> Subject:
        """The subject a binding line names, as its name is meant in *domain*."""
        if "user" in line:
            return "user", line["user"], None
        if "everyone" in line:
            return "everyone", "", None
        if "role" in line and {"restrict", "restrictions"} & set(line):
            index = self.role(line["role"], domain or line.get("domain", "default"))
            assert index is not None, line
            return "role", self.roles[index]["role"], self.roles[index].get("domain")
        team = self.team(line["team"], line.get("domain", "default"))
        assert team is not None, line
        return team

    def members(self, subject: Subject) -> list[str]:
        """The users of a team, those of the teams within it included."""
        return [name for kind, name, _ in self.within(subject) if kind == "user"]

    def within(self, subject: Subject) -> list[Subject]:
        """The users and the teams in a team, however deep."""
        kind, name, home = subject
        if kind != "team" or home is None:
            return []
        found: list[Subject] = []
        for member in self.domains[home]["teams"][name]:
            inner = self.team(member["team"], home) if isinstance(member, dict) else ("user", member, None)
            assert inner is not None, member
            found += [inner, *self.within(inner)]
        return found

    def moment(self, text: str, domain: str) -> datetime:
        """What *text* means in *domain*: in the zone of the nearest domain outwards that has one."""
        zones = [self.domains[at]["zone"] for at in self.outward(domain) if "zone" in self.domains[at]]
        written = datetime.fromisoformat(text)
        if written.tzinfo is None:
            written = written.replace(tzinfo=ZoneInfo([*zones, "UTC"][0]))
        return written.astimezone(UTC)

    def live(self, domain: str | None) -> Iterator[Data]:
        """The binding lines that hold in *domain* now."""
        for line in self.lines:
            home = line.get("domain", "default")
            if "from" in line and self.at < self.moment(line["from"], home):
                continue
            if "until" in line and self.at >= self.moment(line["until"], home):
                continue
            if home == domain or (home in self.outward(domain) and "only" not in line):
                yield line

    def reaches(self, line: Data, subject: Subject, domain: str | None) -> bool:
        """Does *line* speak of *subject*, of a team or everyone it is in, or of a role it holds?"""
        named = self.spoken_of(line, domain)
        if named[0] == "role" and subject[0] != "role":
            return any(
                not self.taken_by(other)
                and "role" in other
                and self.role(other["role"], domain) == self.role(line["role"], domain)
                and self.reaches(other, subject, domain)
                for other in self.live(domain)
            )
        if named[0] == "everyone":
            return subject[0] in ("user", "everyone")
        return named == subject or subject in self.within(named)

    def given(self, line: Data, domain: str | None) -> frozenset[Atom]:
        """The atoms a role or grants line gives in *domain*, were it to have everything."""
        if "grants" in line:
            return self.granted(line["grants"])
        index = self.role(line["role"], domain)
        assert index is not None, line
        return self.only(self.rights(index), line) if "only" in line else self.rights(index)

    def only(self, atoms: frozenset[Atom], line: Data) -> frozenset[Atom]:
        """*atoms* narrowed to the instances the line names, with what those left imply of them."""
        named: dict[str, list[Instance]] = {
            kind: [prefix(parts(one)) for one in ones] for kind, ones in line["only"].items()
        }
        left = set()
        for atom in atoms:
            kinds = [kind for kind in self.catalog.permissions[atom[0]].chain if kind in named]
            if not kinds:
                inside = line["rest"] == "keep"
            else:
                inside = any(atom[1][: len(path)] == path for path in named[kinds[-1]])
            if inside:
                left.add(atom)
        return self.closed(left) & atoms

    def _held(self, subject: Subject, domain: str | None) -> frozenset[Atom]:
        """What *subject* has in *domain* before restrictions."""
        atoms: set[Atom] = set()
        if subject[0] == "role":
            index = self.role(subject[1], domain)
            assert index is not None
            atoms |= self.rights(index)
        else:
            for line in self.live(domain):
                if self.taken_by(line) or not self.reaches(line, subject, domain):
                    continue
                atoms |= self.whole_units(domain) if "everyone" in line else self.given(line, domain)
        return frozenset(atom for atom in atoms if self.passes(self.catalog.permissions[atom[0]], domain))

    def _gone(self, domain: str | None) -> frozenset[Atom]:
        """Whatever is at or below an instance that *domain*, or one around it, lists as removed."""
        return frozenset(
            atom
            for name in self.outward(domain)
            for kind, ones in self.domains[name].get("removed", {}).items()
            for one in texts(ones)
            for row in self.catalog.rows
            if kind in row.chain
            for atom in self.upward(row, prefix(parts(one)), None, above=False)
        )

    # -- everyone --------------------------------------------------------------------------------------------

    def units(self, line: Data, domain: str | None) -> set[Atom]:
        """What a line gives in *domain*, right by right; an instance path stands for all that lies below."""
        if "grants" in line:
            return self._units_of(line["grants"])
        index = self.role(line["role"], domain)
        assert index is not None, line
        found = self.role_units(index)
        if "only" not in line:
            return found
        named: dict[str, list[Instance]] = {
            kind: [prefix(parts(one)) for one in ones] for kind, ones in line["only"].items()
        }
        left = set()
        for path, instance, scope in found:
            kinds = [kind for kind in self.catalog.permissions[path].chain if kind in named]
            if not kinds and line["rest"] == "keep":
                left.add((path, instance, scope))
            for one in named[kinds[-1]] if kinds else ():
                if instance[: len(one)] == one[: len(instance)]:
                    left.add((path, max(instance, one, key=len), scope))
        whole = self.given(line, domain)
        return {unit for unit in self._close_units(left) if self._below(unit) <= whole}

    def role_units(self, index: int) -> set[Atom]:
        role, whole = self.roles[index], self.rights(index)
        found = self._units_of(role.get("grants", []))
        for parent in texts(role.get("extends")):
            number = self.parent(parent, role)
            assert number is not None, parent
            found |= self.role_units(number)
        return {unit for unit in self._close_units(found) if unit in whole}

    def _units_of(self, entries: Iterable[str]) -> set[Atom]:
        found = set()
        for text in entries:
            for row, instance, scope in self.touched(text, taking=False):
                broadest = scope or self.catalog.broadest(row)
                found |= {(row.path, instance, inner) for inner in self.catalog.narrower(row, broadest)}
        return self._close_units(found)

    def _close_units(self, units: Iterable[Atom]) -> set[Atom]:
        """*units* and those that they imply."""
        found, todo = set(units), list(units)
        while todo:
            path, instance, scope = todo.pop()
            row = self.catalog.permissions[path]
            for text in row.implies:
                other, on, at = self.need(row, text, instance, scope)
                assert on is not None and at is not None
                fresh = {(other.path, on, inner) for inner in self.catalog.narrower(other, at)} - found
                found |= fresh
                todo.extend(fresh)
        return {unit for unit in found if not self.catalog.permissions[unit[0]].hidden}

    def _below(self, unit: Atom) -> set[Atom]:
        path, instance, scope = unit
        return {
            (path, inner, scope)
            for inner in self.instances(self.catalog.permissions[path])
            if inner[: len(instance)] == instance
        }

    def _whole_units(self, domain: str | None) -> frozenset[Atom]:
        """What everyone is given in *domain*, without each right that somewhere lacks what it requires.

        What restrictions take by themselves stays in it: that is denied. Each right counts wholly or not.
        """
        units = {
            unit
            for line in self.live(domain)
            if "everyone" in line and not self.taken_by(line)
            for unit in self.units(line, domain)
            if self.passes(self.catalog.permissions[unit[0]], domain)
        }
        stranger: Subject = ("everyone", "", None)
        taken: dict[Subject, set[Atom]] = {}
        named: set[Atom] = set()
        for line in self.live(domain):
            if self.taken_by(line) and self.reaches(line, stranger, domain):
                for text in self.taken_by(line):
                    for row, instance, scope in self.touched(text, taking=True):
                        atoms = self.upward(row, instance, scope, above=True)
                        taken.setdefault(self.spoken_of(line, domain), set()).update(atoms)
                        named |= set(atoms)
        # Each subject is denied what it loses; what is lost to several of them together is not given.
        denied = {atom for own in taken.values() for atom in self._along(own, frozenset())}
        # Nothing says "each instance, but not all of them" to everyone: such a right lacks what it requires.
        denied -= {atom for atom in denied if self._only_as_a_whole(atom, denied)} - named
        while denied:
            left = {atom for unit in units for atom in self._below(unit)} - denied
            bad = {
                atom for atom in left if any(not self.serving(need) & left for _, need in self.needs(atom))
            }
            broken = {unit for unit in units if self._below(unit) & bad}
            if not broken:
                break
            units -= broken
        return frozenset(atom for unit in units for atom in self._below(unit))

    def _only_as_a_whole(self, atom: Atom, denied: set[Atom]) -> bool:
        """Whether *atom* is about many instances, and nothing below it is *denied*."""
        below = self._below(atom) - {atom}
        return bool(below) and not below & denied

    # -- restrictions ---------------------------------------------------------------------------------------

    def taken_by(self, line: Data) -> list[str]:
        """What the line takes away, by itself or by the restrictions it names."""
        named = texts(line.get("restrictions"))
        return [
            *line.get("restrict", []),
            *(text for name in named for text in texts(self.restrictions[name]["restrict"])),
        ]

    def _denied(self, subject: Subject, domain: str | None) -> frozenset[Atom]:
        """What is taken from *subject* in *domain*, with everything that needs it."""
        taken: set[Atom] = set()
        for line in self.live(domain):
            if not self.taken_by(line) or not self.reaches(line, subject, domain):
                continue
            for text in self.taken_by(line):
                for row, instance, scope in self.touched(text, taking=True):
                    taken |= self.upward(row, instance, scope, above=True)
        # Whether anything that serves is left is asked of a user with all she holds, not of a team.
        held = self.held(subject, domain) if subject[0] == "user" else frozenset()
        return self._along(taken, held)

    def _along(self, taken: set[Atom], held: frozenset[Atom]) -> frozenset[Atom]:
        """*taken*, and with it whatever requires something of which nothing is left."""
        every = [
            (row.path, path, scope)
            for row in self.catalog.rows
            if row.requires
            for path in self.instances(row)
            for scope in self.catalog.scopes(row)
        ]
        while True:
            more = {
                atom
                for atom in every
                if atom not in taken
                and any(self._lost(atom, need, taken, held) for _, need in self.needs(atom))
            }
            if not more or not taken:
                return frozenset(taken)
            taken |= {lost for atom in more for lost in self._all_of_it(atom)}

    def _all_of_it(self, atom: Atom) -> set[Atom]:
        """*atom*; when it is on an instance no file knows, the same on all: nobody can name those left."""
        path, instance, scope = atom
        if FRESH not in instance:
            return {atom}
        known = instance[: instance.index(FRESH)]
        return {
            (path, inner, scope)
            for inner in self.instances(self.catalog.permissions[path])
            if inner[: len(known)] == known
        }

    def _lost(self, atom: Atom, need: Need, taken: set[Atom], held: frozenset[Atom]) -> bool:
        serving = self.serving(need)
        if serving <= taken:
            return True
        return atom in held and bool(serving & held) and not serving & held - taken

    # -- what the files name --------------------------------------------------------------------------------

    def _ids(self) -> dict[str, set[str]]:
        """The ids of each resource kind that any file names."""
        ids: dict[str, set[str]] = {kind: set() for kind in self.catalog.within}

        def note(chain: Iterable[str], instance: Instance) -> None:
            for kind, one in zip(chain, instance, strict=False):
                ids[kind].add(one)

        for row in self.catalog.rows:
            for text in (*row.requires, *row.implies):
                entry = parse(text)
                note(self.catalog.named[entry.name].chain, prefix(entry.instance or ()))
        for holder in (*self.roles, *self.lines, *self.restrictions.values()):
            for key in ("grants", "except", "restrict"):
                for text in holder.get(key, []):
                    for row, instance, _ in self.touched(text, taking=key != "grants"):
                        note(row.chain, instance)
            for kind, ones in holder.get("only", {}).items():
                for one in ones:
                    note(self.catalog.chain(kind), prefix(parts(one)))
        for node in self.domains.values():
            for key in ("instances", "removed"):
                for kind, ones in node.get(key, {}).items():
                    for one in ones:
                        note(self.catalog.chain(kind), prefix(parts(one)))
        return ids


def _shared(row: Permission, other: Permission) -> int:
    """How many kinds, from the outermost, both are per."""
    same = [mine == theirs for mine, theirs in zip(row.chain, other.chain, strict=False)]
    return [*same, False].index(False)


def _takes(row: Permission, instance: tuple[str | None, ...], taking: bool) -> bool:
    """Does a group star with *instance* touch *row*?"""
    if taking or instance[-1] is None:  # what ends in a star means everything below, however deep
        return len(row.chain) >= len(instance)
    return len(row.chain) == len(instance)


def _roles(data: Data) -> list[Data]:
    if "role" in data:
        return [data]
    return [{"role": name, **node} for name, node in data["roles"].items()]
