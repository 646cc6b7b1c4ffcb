"""What people hold by the documents of the desk, read plainly: nothing of this knows rolegate.

A document means what the pages say. What is held is a set of atoms: one permission, on one inbox, at one
scope. `New` is an inbox that no document names, and so means every later one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

Document = Mapping[str, Any]


class Atom(NamedTuple):
    path: str
    on: str
    at: str


REACH, FIELD, INBOXES = ("all", "team", "my"), ("edit", "view"), ("Support", "Sales", "New")
PATHS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "access.manage": (("-",), ("-",)),
    "access.guests": (("-",), ("-",)),
    "tickets.show": (("-",), REACH),
    "tickets.edit": (("-",), REACH),
    "inboxes.access": (INBOXES, ("-",)),
    "contacts.fields.phone": (("-",), FIELD),
    "refund": (("-",), ("-",)),
    "export": (("-",), ("-",)),
    "billing.pay": (("-",), ("-",)),
    "billing.close": (("-",), ("-",)),
}
NEEDS = {"tickets.edit": "tickets.show", "export": "refund"}
PRO, EXPORT = {"refund", "export"}, {"export"}
EVERYTHING = frozenset(
    Atom(path, on, at) for path, (objects, scopes) in PATHS.items() for on in objects for at in scopes
)


@cache
def named(text: str, *, takes: bool = False) -> frozenset[Atom]:
    """What a grant gives, or an entry that takes away takes."""
    rest, _, scope = text.partition("@")
    path, _, inbox = rest.rstrip("]").partition("[")
    found = set()
    for atom in EVERYTHING:
        objects, scopes = PATHS[atom.path]
        below = path == "*" or (path.endswith(".*") and atom.path.startswith(path[:-1]))
        if atom.path != path and not below:
            continue
        if inbox and (objects == ("-",) or inbox not in ("*", atom.on)):
            continue
        if scope and scope not in scopes:
            continue
        if scope:
            place, limit = scopes.index(atom.at), scopes.index(scope)
            if place > limit if takes else place < limit:
                continue
        found.add(atom)
    return frozenset(found)


@dataclass
class Held:
    """The documents of one moment: `moment` counts the ends and beginnings that are over.

    In any plan, each domain has all there is, and no inbox is removed.
    """

    documents: Mapping[Any, Document]
    moment: str
    any_plan: bool = False
    _roles: dict[tuple[str | None, str], frozenset[Atom]] = field(default_factory=dict)
    _held: dict[tuple[str, str], frozenset[Atom]] = field(default_factory=dict)

    def of_kind(self, kind: str) -> Iterator[Document]:
        return (found for name, found in self.documents.items() if name[0] == kind)

    def around(self, domain: str | None) -> list[str]:
        found = []
        while domain is not None:
            found.append(domain)
            domain = self.documents["domain", domain, domain].get("within")
        return found

    def domains(self) -> list[str]:
        return [found["domain"] for found in self.of_kind("domain")]

    # -- roles ----------------------------------------------------------------------------------------------

    def meant(self, name: str, domain: str | None) -> Document | None:
        """The role that a name means in a domain."""
        shared = (one for one in self.of_kind("role") if "domain" not in one)
        default = next((one for one in shared if one["role"] == name), None)
        for outer in self.around(domain):
            for role in self.of_kind("role"):
                own = (role["role"], *role.get("renamed_from", ()))
                if role.get("domain") == outer and (role.get("replaces") == name if default else name in own):
                    return role
        return default

    def role(self, role: Document) -> frozenset[Atom]:
        """What a role holds wherever everything it names is there."""
        home = role.get("domain")
        key = (home, role["role"])
        if key not in self._roles:
            custom = home is not None and "replaces" not in role and "kind" not in role
            if home is not None and custom and not self.any_plan and self.plan(home) != "pro":
                return frozenset()  # custom roles need the plan
            found: set[Atom] = set()
            for text in role.get("grants", ()):
                found |= named(text)
            extends = role.get("extends", ())
            for name in [extends] if isinstance(extends, str) else extends:
                parent = self.parent(name, role)
                found |= self.role(parent) if parent is not None else set()
            for text in role.get("except", ()):
                found -= named(text, takes=True)
            if home is not None and "replaces" in role and not self.any_plan and self.plan(home) != "pro":
                default = self.documents["role", None, role["replaces"]]
                if found - self.role(default):
                    return frozenset()  # and so does what a version adds
            self._roles[key] = frozenset(found)
        return self._roles[key]

    def parent(self, name: str, role: Document) -> Document | None:
        """Names mean what they mean where they are written: the version itself, the one around it."""
        home = role.get("domain")
        if home is not None and role.get("replaces") == name:
            outer = self.around(home)[1:]
            return self.meant(name, outer[0] if outer else None)
        return self.meant(name, home)

    # -- domains --------------------------------------------------------------------------------------------

    def plan(self, domain: str) -> str | None:
        own = (self.documents["domain", one, one].get("plan") for one in self.around(domain))
        return next((plan for plan in own if plan is not None), None)

    def is_there(self, atom: Atom, domain: str) -> bool:
        """Whether a domain has it: by its plan and add-ons, and its inbox is not removed."""
        around = [self.documents["domain", one, one] for one in self.around(domain)]
        if self.any_plan:
            return True
        if atom.on != "-" and any(atom.on in one.get("removed", {}).get("inbox", ()) for one in around):
            return False
        addons = {addon for one in around for addon in one.get("addons", ())}
        return (atom.path not in PRO or self.plan(domain) == "pro") and (
            atom.path not in EXPORT or "export" in addons
        )

    # -- people ---------------------------------------------------------------------------------------------

    def team(self, name: str, domain: str) -> Document | None:
        """The team of a name, as seen from a domain."""
        return next(
            (found for one in self.around(domain) if (found := self.documents.get(("team", one, name)))), None
        )

    def is_in(self, who: str, team: Document | None) -> bool:
        """Whether a user is in a team, or in a team in it."""
        if team is None:
            return False
        for member in team["members"]:
            if member == who or who == f"team:{team['domain']}/{team['team']}":
                return True
            if isinstance(member, dict) and self.is_in(who, self.team(member["team"], team["domain"])):
                return True
        return who == f"team:{team['domain']}/{team['team']}"

    def lines(self, who: str, domain: str) -> Iterator[Document]:
        """The lines of now that are about somebody, or a team as `team:domain/name`."""
        for line in self.of_kind("line"):
            if not (line.get("from", "") <= self.moment and self.moment < line.get("until", "9")):
                continue
            if line["domain"] not in self.around(domain) or ("only" in line and line["domain"] != domain):
                continue
            own = line.get("user") == who or (line.get("everyone") and not who.startswith("team:"))
            if own or ("team" in line and self.is_in(who, self.team(line["team"], line["domain"]))):
                yield line

    def of(self, who: str, domain: str) -> frozenset[Atom]:
        """What somebody holds in a domain."""
        if (who, domain) not in self._held:
            self._held[who, domain] = self._of(who, domain)
        return self._held[who, domain]

    def _of(self, who: str, domain: str) -> frozenset[Atom]:
        found: set[Atom] = set()
        taken: set[Atom] = set()
        roles = set()
        for line in self.lines(who, domain):
            if "grants" in line:
                found |= self.given(line["grants"])
            elif "restrict" in line:
                taken |= {atom for text in line["restrict"] for atom in named(text, takes=True)}
            else:
                role = self.meant(line["role"], domain)
                if role is not None:
                    roles.add((role.get("domain"), role["role"]))
                    found |= self.narrowed(self.role(role), line)
        for line in self.of_kind("line"):
            holders = "role" in line and "restrict" in line and line["domain"] in self.around(domain)
            if holders and line.get("from", "") <= self.moment < line.get("until", "9"):
                role = self.meant(line["role"], domain)
                if role is not None and (role.get("domain"), role["role"]) in roles:
                    taken |= {atom for text in line["restrict"] for atom in named(text, takes=True)}
        left = {atom for atom in found - taken if self.is_there(atom, domain)}
        return without_needs(left)

    @staticmethod
    def given(texts: Iterable[str]) -> set[Atom]:
        return {atom for text in texts for atom in named(text)}

    @staticmethod
    def narrowed(atoms: Iterable[Atom], line: Document) -> set[Atom]:
        """What `only` leaves of a role."""
        if "only" not in line:
            return set(atoms)
        kept = line["only"]["inbox"]
        return {atom for atom in atoms if atom.on in kept or (atom.on == "-" and line["rest"] == "keep")}

    def of_role(self, role: Document, domain: str) -> frozenset[Atom]:
        """What a role gives in a domain."""
        return frozenset(atom for atom in self.role(role) if self.is_there(atom, domain))


def without_needs(atoms: set[Atom]) -> frozenset[Atom]:
    """Nobody holds what requires something that they do not hold."""
    return frozenset(
        atom for atom in atoms if atom.path not in NEEDS or atom._replace(path=NEEDS[atom.path]) in atoms
    )
