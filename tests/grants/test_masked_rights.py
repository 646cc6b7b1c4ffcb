"""What a role holds is worked out as bits, and is what one has by adding and taking right after right."""

import gc
from pathlib import Path
from weakref import ref

import pytest

import rolegate
from reading import write
from rolegate import Limits
from rolegate.compiled.compile import compile_policy
from rolegate.grants.masked_rights import MaskedRights, holders
from rolegate.grants.masked_roles import MaskedRoles
from rolegate.grants.rights import Right, widest

CATALOG = """\
catalog: x
scopes: {reach: [all, team, my]}
resources: {inbox: Inbox}
permissions:
  g:
    permissions:
      plain: Plain
      seen: {title: Seen, scopes: reach}
      read: {title: Read, per: inbox, scopes: reach}
      each: {title: Each, per: inbox}
"""
GRANTS = ("g.*", "*", "g.*@team", "g.seen@my", "g.each[a]", "g.each[*]", "g.read[a]@all", "g.read[*]@my")
STEPS, LINES = 12_400, 1_250
"""A little less than the set takes, and brings."""
TAKEN = ("g.plain", "g.*", "g.*@team", "g.seen", "g.read", "g.*@all", "g.each", "g.read[*]@all")


def roles_of(number: int) -> str:
    """Roles with two of the entries, that extend one or two before them and except two things."""
    text = "roles:\n"
    for role in range(number):
        grants = [GRANTS[role % 8], GRANTS[role // 8 % 8]]
        taken = [TAKEN[role % 8], TAKEN[(role * 5 + 2) % 8]]
        parents = [f"r{role // 2}", f"r{role // 3}"] if role > 5 else []
        listed = [
            f"{key}: [{', '.join(map(repr, dict.fromkeys(values)))}]"
            for key, values in (("extends", parents), ("grants", grants), ("except", taken))
            if values
        ]
        text += f"  r{role}: {{{', '.join(listed)}}}\n"
    return text


def never(*_: object) -> None:
    """What says of every role that it is worked out right after right."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of roles that extend each other."""
    files = {"catalog.yaml": CATALOG, "roles/all.yaml": roles_of(150)}
    return write(tmp_path_factory.mktemp("roles"), files)


def test_roles_hold_what_they_hold_right_after_right(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the same order, for the same reasons, with the same findings, lines and sources."""
    found, masked = rolegate.validate([folder]), rolegate.load(folder).resolved
    held = [role.rights for role in masked.roles.values()]
    assert sum(isinstance(rights, MaskedRights) for rights in held) > 100
    sizes = [len(rights) for rights in held]
    monkeypatch.setattr(MaskedRoles, "begin", never)
    plain = rolegate.load(folder).resolved
    assert found.diagnostics == rolegate.validate([folder]).diagnostics
    for rights, size, role in zip(held, sizes, plain.roles.values(), strict=True):
        assert not isinstance(role.rights, MaskedRights)
        assert all(right in rights for right in role.rights) and len(role.rights) == size
        assert list(rights.items()) == list(role.rights.items())
    assert list(compile_policy(masked, None).p.items()) == list(compile_policy(plain, None).p.items())


def test_who_holds_a_right_is_told_by_what_roles_are_made_of(folder: Path) -> None:
    """It is what the widest rights of each role say, one after the other."""
    roles = rolegate.load(folder).resolved.roles.values()
    masked = [(1 << n, role.rights) for n, role in enumerate(roles) if isinstance(role.rights, MaskedRights)]
    wanted: dict[Right, int] = {}
    for bit, rights in masked:
        for right in widest(rights):
            wanted[right] = wanted.get(right, 0) | bit
    assert holders(masked) == wanted


@pytest.mark.parametrize("part", [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1])
def test_too_many_steps_and_lines_are_told_in_the_same_words(
    folder: Path, monkeypatch: pytest.MonkeyPatch, part: float
) -> None:
    """What takes most, where, and how much of it there is."""
    limits = [Limits(steps=int(STEPS * part)), Limits(lines=int(LINES * part))]
    masked = [rolegate.validate([folder], limits=limit).diagnostics for limit in limits]
    monkeypatch.setattr(MaskedRoles, "begin", never)
    assert masked == [rolegate.validate([folder], limits=limit).diagnostics for limit in limits]
    assert {found.code for several in masked for found in several} >= {"RG502", "RG503"}


def test_equal_rights_are_told_without_making_them(folder: Path) -> None:
    """Two policies of the same files are equal, and no role has been asked for its rights."""
    one, other = rolegate.load(folder), rolegate.load(folder)
    assert one == other
    made = [role.rights for policy in (one, other) for role in policy.resolved.roles.values()]
    assert [] == [rights for rights in made if isinstance(rights, MaskedRights) and rights._made is not None]


def test_rights_are_equal_as_the_mappings_that_they_are(folder: Path, tmp_path: Path) -> None:
    """Whatever they are compared with: others of the same set, of another one, and plain mappings."""
    text = roles_of(40)
    edited = (
        text,
        text.replace("g.seen@my", "g.seen@team"),
        text.replace("except: ['g.plain'", "except: ['g.*'"),
    )
    held = []
    for number, roles in enumerate(edited):
        place = write(tmp_path / str(number), {"catalog.yaml": CATALOG, "roles/all.yaml": roles})
        found = [role.rights for role in rolegate.load(place).resolved.roles.values()]
        held.append([rights for rights in found if isinstance(rights, MaskedRights)])
    wanted = [[dict(rights) for rights in one] for one in held]
    answers = set()
    for several, others in zip(held, wanted, strict=True):
        for them, theirs in zip(held, wanted, strict=True):
            for ours, plain in zip(several, others, strict=True):
                for rights, mapping in zip(them, theirs, strict=True):
                    answers.add((ours == rights, plain == mapping, ours == mapping, mapping == ours))
    assert answers == {(True,) * 4, (False,) * 4}


SMALL = """roles:
  aa: {grants: [g.one, g.two]}
  bb: {extends: [aa], grants: [g.six], except: [g.one]}
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("g.one, g.two]", "g.one, g.ten]"),
        ("except: [g.one]", "except: [g.two]"),
        ("[g.six]", "[g.ten]"),
        ("aa", "cc"),
        ("bb", "cc"),
        ("g.one, g.two]", "g.two, g.one]"),
        ("grants: [g.six]", "grants: [ g.six]"),
    ],
)
def test_a_change_of_equal_length_makes_other_rights(tmp_path: Path, old: str, new: str) -> None:
    """In the same file, with as many rights in the same places: a reload sees what parents say, and names."""
    catalog = "catalog: c\npermissions: {g: {permissions: {one: A, two: B, six: C, ten: D}}}\n"
    policies = [
        rolegate.load(write(tmp_path, {"catalog.yaml": catalog, "roles/all.yaml": text}))
        for text in (SMALL, SMALL.replace(old, new))
    ]
    before, after = (list(policy.resolved.roles.values())[-1].rights for policy in policies)
    assert isinstance(before, MaskedRights) and isinstance(after, MaskedRights)
    assert len(before) == len(after) == 2
    assert (before == after) == (dict(before) == dict(after)) == (old == "")
    assert (policies[0] == policies[1]) == (old == "")


def test_a_star_over_another_catalog_makes_other_rights(tmp_path: Path) -> None:
    """The same word in the same place brings what the catalog has below it."""
    found = []
    for name in ("one", "two"):
        catalog = f"catalog: c\npermissions: {{g: {{permissions: {{{name}: A}}}}}}\n"
        files = {"catalog.yaml": catalog, "roles/all.yaml": "roles: {r: {grants: ['g.*']}}\n"}
        found.append(rolegate.load(write(tmp_path, files)).resolved.roles[None, "r"].rights)
    assert all(isinstance(rights, MaskedRights) for rights in found)
    assert found[0] != found[1] and dict(found[0]) != dict(found[1])


def test_a_known_pair_does_not_keep_the_other_policy(folder: Path) -> None:
    """What two rights are known to be equal to may go."""
    rights = next(iter(rolegate.load(folder).resolved.roles.values())).rights
    other = rolegate.load(folder)
    gone = ref(next(iter(other.resolved.roles.values())).rights)
    assert rights == gone()
    del other
    gc.collect()
    assert gone() is None
    with pytest.raises(TypeError, match="unhashable"):
        hash(rights)


@pytest.mark.parametrize(("instances", "masked"), [(20, True), (50, False)])
def test_of_very_many_rights_no_masks_are_made(tmp_path: Path, instances: int, masked: bool) -> None:
    """Each bit of a number costs as much as the number is long: a million of them would take minutes."""
    permissions = "".join(f"  p{number}: {{title: P, per: box}}\n" for number in range(500))
    grants = "".join(f'- "*[n{number}]"\n' for number in range(instances))
    files = {
        "catalog.yaml": f"catalog: t\nresources: {{box: Box}}\npermissions:\n{permissions}",
        "roles/r.yaml": f"role: r\ngrants:\n{grants}",
    }
    rights = rolegate.load(write(tmp_path, files)).resolved.roles[None, "r"].rights
    assert (isinstance(rights, MaskedRights), len(rights)) == (masked, 500 * instances)
