"""Random policy sets that are valid by construction, with names that are not nice to anyone.

Roles and bindings are drawn one at a time and mended with the plain evaluator: what they require is added,
what may not be excepted or narrowed is left out. What the loader refuses all the same is in `TOLERATED`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from hypothesis import assume
from hypothesis import strategies as st

from plain.catalog import Data, Permission
from plain.custom import beyond, forbidden
from plain.evaluator import FRESH, Atom, Evaluator
from plain.grammar import parse, write
from plain.names import pools
from plain.random_catalog import ADDONS, KINDS_OF_DOMAINS, PLANS, Draw, catalogs, sometimes

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
"""The time at which random sets are asked."""

MOMENTS = (
    "2020-02-29",
    "2026-06-15",
    "2026-06-16",
    "2026-06-15T05:00",
    "2026-06-15T14:00",
    "2026-06-15T12:00Z",
    "2026-06-15T12:00:01Z",
    "2026-06-15T04:59:59-07:00",
    "2027-01-01",
)
"""Moments at which lines begin and end: long ago, in the future, and around `NOW` in one of these zones."""

ZONES = ("Europe/Paris", "America/Los_Angeles", "Pacific/Kiritimati", "UTC")

TOLERATED = frozenset({"RG107", "RG115", "RG209", "RG312", "RG335", "RG501"})
"""Codes for which a random set may be refused: limits, and mixtures that are not worth avoiding."""

Files = dict[str, Data]


def policy_sets() -> st.SearchStrategy[Files]:
    """The files of a policy set as plain data."""
    return _drawn().map(lambda drawn: drawn[0])


@st.composite
def growing_sets(draw: Draw, form: str) -> tuple[Files, Files, Data]:
    """A set, the same with one more line that says *form*, and that line."""
    files, ids = draw(_drawn())
    line = _binding(draw, files, ids, form)
    assume(line is not None)
    lines = files["bindings.yaml"]["bindings"]
    after = {**files, "bindings.yaml": {"bindings": [*lines, line]}}
    assume(not forbidden(after))
    _name_restricted(after)
    return files, after, line


@st.composite
def starred_sets(draw: Draw) -> Files:
    """A set with stars, some of what they take in taken away again: by `except`, or from a user or a team."""
    files: Files
    files, ids = draw(_drawn())
    lines = files["bindings.yaml"]["bindings"]
    for number in range(4):
        policy = Evaluator(files, NOW)
        stars = [_star(draw, policy, draw(st.sampled_from(policy.catalog.rows)), ids)]
        role: Data = {"role": f"starred {number}", "grants": ["*"] if sometimes(draw, 3) else stars}
        if all(set(policy.touched(text, taking=False)) for text in role["grants"]):
            _add_starred(draw, files, role, ids)
        line: Data = {"user": f"user {number}"}
        if policy.nested:
            line["domain"] = draw(st.sampled_from(sorted(policy.domains)))
        if f"roles/{role['role']}.yaml" in files:
            lines.append({**line, "role": role["role"]})
            taken = entries(draw, policy, ids, taking=True, most=2) if sometimes(draw, 2) else []
            if taken:
                lines.append({**line, "restrict": taken})
    _name_restricted(files)
    return files


def _add_starred(draw: Draw, files: Files, role: Data, ids: list[str]) -> None:
    """Put *role* into *files*, with an exception that leaves it whole if one is drawn."""
    file, policy = f"roles/{role['role']}.yaml", Evaluator(files, NOW)
    for text in entries(draw, policy, ids, taking=True, most=4):
        excepting = {**role, "except": [text]}
        _add_mended(files, file, excepting)
        if "except" in files.get(file, ()):
            return
    _add_mended(files, file, dict(role))


@st.composite
def _drawn(draw: Draw) -> tuple[Files, list[str]]:
    """A set, and the ids it was made of."""
    files: Files = {"catalog.yaml": draw(catalogs())}
    ids = draw(pools(6))
    if not sometimes(draw, 4):
        files["domains.yaml"] = {"domains": _domains(draw, files["catalog.yaml"], ids)}
    if sometimes(draw, 2):
        files["catalog.yaml"]["role_kinds"] = _kinds_of_roles(draw, files, ids)
    _add_roles(draw, files, ids)
    files["bindings.yaml"] = {"bindings": []}
    for _ in range(draw(st.integers(5, 10))):
        line = _binding(draw, files, ids)
        if line is not None:
            files["bindings.yaml"]["bindings"].append(_named(draw, files["catalog.yaml"], line))
    offending = forbidden(files)
    lines = files["bindings.yaml"]["bindings"]
    files["bindings.yaml"] = {"bindings": [one for i, one in enumerate(lines) if i not in offending]}
    _name_restricted(files)
    _remove_some(draw, files)
    return files, ids


def _named(draw: Draw, catalog: Data, line: Data) -> Data:
    """*line*; now and then what it takes away moves into a restriction that *catalog* names."""
    if "restrict" not in line or not sometimes(draw, 3):
        return line
    named = catalog.setdefault("restrictions", {})
    name = f"restriction-{len(named)}"
    others = draw(st.lists(st.sampled_from(sorted(named)), max_size=1)) if named else []
    named[name] = {"restrict": line["restrict"]}
    return {key: value for key, value in line.items() if key != "restrict"} | {
        "restrictions": [name, *others]
    }


def _name_restricted(files: Files) -> None:
    """List what is restricted where it is not known: a restriction has to name what is there, or was."""
    policy = Evaluator(files, NOW)
    for line in files["bindings.yaml"]["bindings"] if policy.nested else []:
        node = files["domains.yaml"]["domains"][line["domain"]]
        for text in policy.taken_by(line):
            for row, instance, _ in policy.touched(text, taking=True):
                for depth, kind in enumerate(row.chain[: len(instance)], 1):
                    path = "/".join(map(encoded, instance[:depth]))
                    if not _lists(policy, line["domain"], "instances", kind, path) and not _lists(
                        policy, line["domain"], "removed", kind, path
                    ):
                        within = _removed_around(policy, line["domain"], row.chain, path)
                        listed = node.setdefault("removed" if within else "instances", {})
                        listed.setdefault(kind, []).append(path)


def _related(policy: Evaluator, domain: str) -> list[Data]:
    """The nodes of *domain*, of those around it and of those inside it."""
    inside = [name for name in policy.domains if domain in policy.outward(name)]
    return [policy.domains[name] for name in dict.fromkeys([*policy.outward(domain), *inside])]


def _lists(policy: Evaluator, domain: str, key: str, kind: str, path: str) -> bool:
    """Does *domain*, or one around or inside it, list *path* of *kind*, or something within it?"""
    return any(
        f"{one}/".startswith(f"{path}/")
        for node in _related(policy, domain)
        for of, ones in node.get(key, {}).items()
        if kind in policy.catalog.chain(of)
        for one in ones
    )


def _removed_around(policy: Evaluator, domain: str, chain: tuple[str, ...], path: str) -> bool:
    """Is *path*, or what it lies within, removed in *domain* or in one around or inside it?"""
    outer = {(kind, "/".join(path.split("/")[:depth])) for depth, kind in enumerate(chain, 1)}
    gone = [node.get("removed", {}) for node in _related(policy, domain)]
    return any((kind, one) in outer for kinds in gone for kind, ones in kinds.items() for one in ones)


def _remove_some(draw: Draw, files: Files) -> None:
    """Let some instances that grants name be gone, where no domain lists them as known."""
    policy = Evaluator(files, NOW)
    named = sorted(
        {
            (row.chain[depth], "/".join(map(encoded, instance[: depth + 1])))
            for holder in (*policy.roles, *policy.lines)
            for text in holder.get("grants", [])
            for row, instance, _ in policy.touched(text, taking=False)
            for depth in range(len(instance))
        }
    )
    for domain, node in sorted(files["domains.yaml"]["domains"].items()) if policy.nested else []:
        if not named or not sometimes(draw, 2):
            continue
        for kind, path in draw(st.lists(st.sampled_from(named), min_size=1, max_size=2, unique=True)):
            gone = node.setdefault("removed", {}).setdefault(kind, [])
            if path not in gone and not _lists(policy, domain, "instances", kind, path):
                gone.append(path)


# -- domains ------------------------------------------------------------------------------------------------


def _domains(draw: Draw, catalog: Data, ids: list[str]) -> Data:
    domains: Data = {}
    for name in draw(st.lists(st.sampled_from(ids), min_size=1, max_size=4, unique=True)):
        node: Data = {}
        if "domain_kinds" in catalog:
            node["kind"] = draw(st.sampled_from(KINDS_OF_DOMAINS))
        if domains and sometimes(draw, 2):
            node["within"] = draw(st.sampled_from(sorted(domains)))
        if "plans" in catalog:
            if not sometimes(draw, 3):
                node["plan"] = draw(st.sampled_from(PLANS))
            if sometimes(draw, 2):
                own = draw(st.lists(st.sampled_from(ADDONS), min_size=1, max_size=2, unique=True))
                needs = {one: catalog["addons"][one].get("requires", []) for one in own}
                node["addons"] = list(dict.fromkeys([*own, *(need for one in own for need in needs[one])]))
        if sometimes(draw, 3):
            node["zone"] = draw(st.sampled_from(ZONES))
        if sometimes(draw, 2):
            node["teams"] = draw(
                st.dictionaries(
                    st.sampled_from(ids),
                    st.lists(st.sampled_from(ids), max_size=3, unique=True),
                    min_size=1,
                    max_size=3,
                )
            )
            _add_member_teams(draw, node, domains)
        if sometimes(draw, 3):
            paths = st.lists(st.sampled_from(ids), min_size=1, max_size=2, unique=True)
            node["instances"] = {"box": [encoded(one) for one in draw(paths)]}
            node["instances"]["acct"] = [f"{encoded(one)}/{encoded(one)}" for one in draw(paths)]
        domains[name] = node
    return domains


def _add_member_teams(draw: Draw, node: Data, domains: Data) -> None:
    """Let teams of *node* have teams as members: earlier ones of its own, and those of outer domains."""
    own = list(node["teams"])
    around, at = set[str](), node.get("within")
    while at is not None:
        around |= set(domains[at].get("teams", {}))
        at = domains[at].get("within")
    for number, team in enumerate(own):
        known = [*own[:number], *sorted(around - set(own))]
        if known and sometimes(draw, 2):
            inner = draw(st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True))
            node["teams"][team] = [*node["teams"][team], *({"team": one} for one in inner)]


def encoded(part: str) -> str:
    """An id as it is in an instance path."""
    return write("", (part,), 1, "-")[1:-1]


# -- entries ------------------------------------------------------------------------------------------------


def entry(draw: Draw, policy: Evaluator, ids: list[str], taking: bool) -> str | None:
    """One grant, or with *taking* one restriction or exception."""
    rows = [row for row in policy.catalog.rows if not row.hidden]
    if not rows:
        return None
    row = draw(st.sampled_from(rows))
    text = _star(draw, policy, row, ids) if sometimes(draw, 3) else _single(draw, policy, row, ids, taking)
    touched = list(policy.touched(text, taking))
    star = parse(text).name not in policy.catalog.named
    firsts = {one.chain[: len(instance)] for one, instance, _ in touched}
    return text if touched and (not star or len(firsts) == 1) else None


def _single(draw: Draw, policy: Evaluator, row: Permission, ids: list[str], taking: bool) -> str:
    text = str(draw(st.sampled_from(sorted(row.names))))
    if row.chain and not (taking and sometimes(draw, 3)):
        count = draw(st.integers(0, len(row.chain)))
        instance = tuple(draw(st.sampled_from(ids)) for _ in range(count))
        text = write(text, instance, len(row.chain), "-")
    if row.ladder and not (taking and sometimes(draw, 3)):
        text += "@" + draw(st.sampled_from(policy.catalog.scopes(row)))
    return text


def _star(draw: Draw, policy: Evaluator, row: Permission, ids: list[str]) -> str:
    steps = row.path.split(".")[:-1]
    group = ".".join(steps[: draw(st.integers(0, len(steps)))])
    names = [text for text, path in policy.catalog.called.items() if path == group]
    text = f"{draw(st.sampled_from(sorted(names)))}.*" if group else "*"
    if row.chain and sometimes(draw, 2):
        count = draw(st.integers(0, len(row.chain)))
        instance = tuple(draw(st.sampled_from(ids)) for _ in range(count))
        text = write(text, instance, len(row.chain), "-")
    if row.ladder and sometimes(draw, 2):
        text += "@" + draw(st.sampled_from(policy.catalog.scopes(row)))
    return text


def entries(draw: Draw, policy: Evaluator, ids: list[str], taking: bool, most: int) -> list[str]:
    """Up to *most* of them."""
    drawn = [entry(draw, policy, ids, taking) for _ in range(draw(st.integers(1, most)))]
    return list(dict.fromkeys(one for one in drawn if one is not None))


# -- mending ------------------------------------------------------------------------------------------------


def unmet(policy: Evaluator, atoms: frozenset[Atom]) -> set[str]:
    """The grants without which *atoms* lack what they require or imply."""
    lacking = set()
    for atom in atoms | policy.behind(atoms):
        row = policy.catalog.permissions[atom[0]]
        for text in (*row.requires, *row.implies):
            other, on, scope = need = policy.need(row, text, atom[1], atom[2])
            if other.hidden:
                continue
            if not policy.serving(need) & atoms and FRESH not in (on or ()):  # a star comes with its own need
                # Where any serves, the least is added: then a restriction can take all of it.
                on = ("one", "two", "three")[: len(other.chain)] if on is None else on
                scope = policy.catalog.scopes(other)[-2:][0] if scope is None else scope
                lacking.add(write(other.path, on, len(other.chain), scope))
    return lacking


def torn(atoms: frozenset[Atom], whole: frozenset[Atom]) -> bool:
    """Was something narrower than what is left taken out of *whole*?"""
    return any(
        (path, instance[:count], scope) in atoms
        for path, instance, scope in whole - atoms
        for count in range(len(instance))
    )


# -- roles --------------------------------------------------------------------------------------------------


def _kinds_of_roles(draw: Draw, files: Files, ids: list[str]) -> Data:
    """A kind without limits, one of a plan, and one that rules something out."""
    policy = Evaluator(files, NOW)
    paths = [row.path for row in policy.catalog.rows]
    guest: Data = {"title": "Guest", "never": [draw(st.sampled_from(paths))]}
    if sometimes(draw, 2) and set(policy.touched("*", taking=False)):
        guest["may"] = ["*", *entries(draw, policy, ids, taking=False, most=3)]
    paid: Data = {"plans": ["pro", "max"], "manage": draw(st.sampled_from(paths))}
    return {"member": "Member", "guest": guest, "paid": paid if "plans" in files["catalog.yaml"] else "Paid"}


def _add_roles(draw: Draw, files: Files, ids: list[str]) -> None:
    for number, name in enumerate(draw(st.lists(st.sampled_from(ids), min_size=2, max_size=6))):
        role: Data = {"role": name}
        policy = Evaluator(files, NOW)
        homes = custom_homes(policy)
        if policy.nested and sometimes(draw, 4):
            homes = sorted(policy.domains)  # those that lost their plan, for instance, included
        replaceable = _replaceable(policy)
        inside = [key for key in replaceable if policy.role(key[1], key[0]) != policy.role(key[1], None)]
        if inside or (replaceable and sometimes(draw, 2)):
            role["domain"], role["replaces"] = draw(st.sampled_from(inside or replaceable))
        elif homes and sometimes(draw, 3):
            role["domain"] = draw(st.sampled_from(homes))
        if "replaces" not in role and "role_kinds" in files["catalog.yaml"] and sometimes(draw, 2):
            role["kind"] = draw(st.sampled_from(sorted(files["catalog.yaml"]["role_kinds"])))
        if clashes(policy, name, role.get("domain")):
            continue
        visible = (other["role"] for other in policy.roles)
        parents = sorted({other for other in visible if policy.role(other, role.get("domain")) is not None})
        if "replaces" in role and not sometimes(draw, 3):
            role["extends"] = [role["replaces"]]
        elif parents and sometimes(draw, 2):
            role["extends"] = draw(st.lists(st.sampled_from(parents), min_size=1, max_size=2, unique=True))
        role["grants"] = entries(draw, policy, ids, taking=False, most=4)
        if sometimes(draw, 3):
            role["except"] = entries(draw, policy, ids, taking=True, most=2)
        _add_mended(files, f"roles/{number}.yaml", role)


def _replaceable(policy: Evaluator) -> list[tuple[str, str]]:
    """Domains with a default role that each may have a version of; none if a role there extends it already.

    That role would change with it, and what it lacks then would have to be mended.
    """
    return [
        (home, role["role"])
        for home in sorted(policy.domains)
        for role in policy.roles
        if policy.nested and "domain" not in role
        if not any(
            home in policy.outward(other.get("domain"))
            and (role["role"] in other.get("extends", []) or other.get("replaces") == role["role"])
            for other in policy.roles
        )
    ]


def clashes(policy: Evaluator, name: str, home: str | None) -> bool:
    """Would a role of that name be mistaken for another one?"""
    for other in policy.roles:
        there = other.get("domain")
        related = there in policy.outward(home) or home in policy.outward(there)
        if other["role"] == name and (None in (home, there) or related):
            return True
    return False


def custom_homes(policy: Evaluator) -> list[str]:
    """The domains that may have roles of their own."""
    custom = policy.catalog.custom
    return sorted(name for name in policy.domains if policy.nested and policy.passes(custom, name))


def _add_mended(files: Files, file: str, role: Data) -> None:
    """Put *role* into *files* if it can be made valid."""
    for _ in range(8):
        policy = Evaluator({**files, file: role}, NOW)
        whole, held = role_rights(policy, {**role, "except": []}), role_rights(policy, role)
        one_by_one = [role_rights(policy, {**role, "except": [text]}) for text in role.get("except", [])]
        lacking = unmet(policy, held)
        if beyond(policy, role, held):
            if role.pop("kind", None) is None:
                return
            continue
        if not lacking and not any(torn(part, whole) for part in one_by_one):
            files[file] = {key: value for key, value in role.items() if value}
            return
        if "except" in role:
            del role["except"]
        else:
            role["grants"] = sorted({*role["grants"], *lacking})


def role_rights(policy: Evaluator, role: Data) -> frozenset[Atom]:
    """What *role* would hold in the place of the role of the same name in *policy*."""
    index = policy.role(role["role"], role.get("domain"))
    assert index is not None
    policy.roles[index] = role
    policy.written.cache_clear()
    return policy.written(index)


# -- bindings -----------------------------------------------------------------------------------------------


def _binding(draw: Draw, files: Files, ids: list[str], wanted: str | None = None) -> Data | None:
    """A line, or nothing where the draw was not lucky; *wanted*: one that says this."""
    policy = Evaluator(files, NOW)
    line: Data = {}
    if policy.nested:
        line["domain"] = draw(st.sampled_from(sorted(policy.domains)))
    replaced = sorted((role["domain"], role["replaces"]) for role in policy.roles if "replaces" in role)
    near = draw(st.sampled_from(replaced)) if replaced and not sometimes(draw, 3) else None
    if near is not None:
        line["domain"] = draw(st.sampled_from(policy.outward(near[0])))
    domain = line.get("domain", "default")
    teams = sorted(name for at in policy.outward(domain) for name in policy.domains[at].get("teams", {}))
    apart = draw(st.integers(0, 5))
    if apart == 0:
        line["everyone"] = "true"
    elif apart == 1 and wanted in (None, "restrict") and (held := _held_roles(files, policy, domain)):
        line["role"] = near[1] if near and near[1] in held else draw(st.sampled_from(held))
    elif teams and not sometimes(draw, 3):
        line["team"] = draw(st.sampled_from(teams))
    else:
        named = sorted(names_in(files)["user"])
        line["user"] = draw(st.sampled_from(named if named and sometimes(draw, 2) else ids))
    roles = sorted({role["role"] for role in policy.roles if policy.role(role["role"], domain) is not None})
    forms = ["grants", "restrict", "restrict", *["role", "role"] * bool(roles)]
    form = "restrict" if "role" in line else wanted or draw(st.sampled_from(forms))
    if form == "role" and not roles:
        return None
    if form == "role":
        line["role"] = near[1] if near is not None else draw(st.sampled_from(roles))
        if sometimes(draw, 2):
            _narrow(draw, policy, line, ids)
    else:
        line[form] = entries(draw, policy, ids, taking=form == "restrict", most=2)
    if form == "grants":
        _mend_grants(files, line)
    if form == "restrict" and not sometimes(draw, 4):
        line[form] = list(dict.fromkeys([*_biting(draw, policy, line, ids), *line[form]]))[:2]
    if wanted is None:
        line |= _period(draw, policy, domain)
    return line if line[form] else None


def _period(draw: Draw, policy: Evaluator, domain: str) -> Data:
    """When a line begins and ends, if it says so."""
    moments = draw(st.lists(st.sampled_from(MOMENTS), min_size=2, max_size=2))
    first, last = sorted(moments, key=lambda text: policy.moment(text, domain))
    period = {"from": first} if sometimes(draw, 5) else {}
    if sometimes(draw, 5) and policy.moment(first, domain) < policy.moment(last, domain):
        period["until"] = last
    return period


def _held_roles(files: Files, policy: Evaluator, domain: str) -> list[str]:
    """The roles that lines give, as far as *domain* knows them."""
    given = {
        line["role"]
        for line in files["bindings.yaml"]["bindings"]
        if "role" in line and not {"restrict", "restrictions"} & set(line)
    }
    return sorted(name for name in given if policy.role(name, domain) is not None)


def _biting(draw: Draw, policy: Evaluator, line: Data, ids: list[str]) -> list[str]:
    """A restriction of something that the subject of *line* holds, mostly of something that is required."""
    subject, domain = policy.spoken_of(line), line.get("domain", "default")
    held = sorted(atom for atom in policy.held(subject, domain) if FRESH not in atom[1])
    entries = [parse(text).name for atom in held for text in policy.catalog.permissions[atom[0]].requires]
    required = {policy.catalog.named[name].path for name in entries}
    if not sometimes(draw, 3):
        held = [atom for atom in held if atom[0] in required] or held
    if not held:
        return []
    path, instance, scope = draw(st.sampled_from(held))
    depth = len(policy.catalog.permissions[path].chain)
    deeper = draw(st.integers(len(instance), depth))
    instance += tuple(draw(st.sampled_from(ids)) for _ in range(deeper - len(instance)))
    return [write(path, instance, depth, "-" if sometimes(draw, 4) else scope)]


def _mend_grants(files: Files, line: Data) -> None:
    for _ in range(8):
        policy = Evaluator({**files, "bindings.yaml": {"bindings": [line]}}, NOW)
        lacking = unmet(policy, policy.granted(line["grants"]))
        if not lacking:
            return
        line["grants"] = sorted({*line["grants"], *lacking})
    line["grants"] = []


def _narrow(draw: Draw, policy: Evaluator, line: Data, ids: list[str]) -> None:
    """Add `only` and `rest` if that leaves something whole."""
    index = policy.role(line["role"], line.get("domain", "default"))
    assert index is not None
    kinds = sorted(
        {kind for atom in policy.written(index) for kind in policy.catalog.permissions[atom[0]].chain}
    )
    if not kinds:
        return
    kind = draw(st.sampled_from(kinds))
    depth = len(policy.catalog.chain(kind))
    named = draw(st.lists(st.tuples(*[st.sampled_from(ids)] * depth), min_size=1, max_size=2, unique=True))
    paths = ["/".join(map(encoded, path)) for path in named]
    rest = draw(st.sampled_from(["keep", "drop"]))
    for path in named:
        for level, one in zip(policy.catalog.chain(kind), path, strict=True):
            policy.ids[level].add(one)
    policy.written.cache_clear()
    rights = policy.written(index)
    paths = [path for path in paths if policy.only(rights, {"only": {kind: [path]}, "rest": "drop"})]
    narrowed = {**line, "only": {kind: paths}, "rest": rest}
    if paths and not unmet(policy, policy.only(rights, narrowed)):
        line |= narrowed


# -- questions ----------------------------------------------------------------------------------------------


def names_in(files: Mapping[str, Data]) -> dict[str, set[str]]:
    """Every subject the files name, by kind."""
    found: dict[str, set[str]] = {"user": set(), "team": set(), "role": set()}
    for node in files.get("domains.yaml", {"domains": {}})["domains"].values():
        for team, users in node.get("teams", {}).items():
            found["team"].add(team)
            found["user"].update(user for user in users if isinstance(user, str))
    for line in files.get("bindings.yaml", {"bindings": []})["bindings"]:
        if "user" in line:
            found["user"].add(line["user"])
    for name, data in files.items():
        if name.startswith("roles/"):
            found["role"].update([data["role"]] if "role" in data else data["roles"])
    return found
