"""Valid YAML of an unreasonable size or depth: it loads in reasonable time, and nothing recurses.

The sizes are those of a full run; a quick one has a part of what takes longest. Depths
are always more than Python recurses.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import rolegate
from drawing import some
from rolegate import Policy, Question
from rolegate.grants.set_report import MAX_PROBLEMS

pytestmark = pytest.mark.slow

CATALOG = """
catalog: large
scopes: {reach: [all, team, my]}
resources: {inbox: Inbox}
permissions:
  tickets:
    permissions:
      show: {title: Show, scopes: reach}
      edit: {title: Edit, scopes: reach, requires: tickets.show}
  access: {title: Access, per: inbox}
"""
AGENT = 'role: agent\ngrants: ["tickets.*@my"]\n'


@pytest.fixture(autouse=True)
def reasonable_time() -> Iterator[None]:
    """Ten times what these take on a slow machine; what grows with the square takes far longer."""
    begin = time.process_time()
    yield
    assert time.process_time() - begin < 60


def load(folder: Path, **files: str) -> Policy:
    """The set of *files*; `_` in their names stands for a folder."""
    for name, text in {"catalog": CATALOG, **files}.items():
        path = folder / f"{name.replace('_', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return rolegate.load(folder)


def deep(levels: int) -> int:
    """So many levels, or in a quick run as many as Python does not recurse."""
    return levels if some(levels) == levels else 1200


def look_at(policy: Policy, domain: str | None = None, role: str | None = None) -> None:
    """Everything that walks over roles, domains and permissions."""
    for user in ("ana", "nobody"):
        question = Question(next(policy.catalog.permissions).path, user=user, domain=domain)
        policy.explain_question(question)
        policy.tree(user=user, domain=domain)
    if role is not None:
        policy.tree(role=role, domain=domain)
    assert policy.compile().policy_text.isascii()


def test_ten_thousand_roles(tmp_path: Path) -> None:
    """In ten files; one of them is bound."""
    count = some(1000)
    files = {
        f"roles_{n}": "roles:\n" + "".join(f"  r{n}x{i}: {{grants: [tickets.*@my]}}\n" for i in range(count))
        for n in range(10)
    }
    policy = load(tmp_path, **files, bindings=f"bindings: [{{user: ana, role: r9x{count - 1}}}]")
    assert policy.decide(Question("tickets.show", user="ana", scope="my")).allowed
    assert not policy.decide(Question("tickets.show", user="ana")).allowed
    look_at(policy, role="r0x0")


def test_a_thousand_levels_of_inheritance(tmp_path: Path) -> None:
    """Each role extends the one before it; what the first grants reaches the last."""
    roles = "".join(f"  r{i}: {{extends: r{i - 1}}}\n" for i in range(1, 1000))
    policy = load(
        tmp_path,
        roles_all=f'roles:\n  r0: {{grants: ["tickets.*@my"]}}\n{roles}',
        bindings="bindings: [{user: ana, role: r999}]",
    )
    assert policy.decide(Question("tickets.edit", user="ana", scope="my")).allowed
    look_at(policy, role="r999")
    assert policy.tree(role="r999").opens == ()
    assert policy.tree(role="r999").children[0].opens == ("@my",)
    policy.matrix()


def test_roles_that_are_reached_by_very_many_paths(tmp_path: Path) -> None:
    """Two hundred times two parents: 2**200 paths, walked once each role."""
    roles = "  a0: {grants: [tickets.show@my]}\n  b0: {grants: [tickets.*@all]}\n"
    for i in range(1, 200):
        roles += f"  a{i}: {{extends: [a{i - 1}, b{i - 1}]}}\n  b{i}: {{extends: [a{i - 1}, b{i - 1}]}}\n"
    policy = load(tmp_path, roles_all=f"roles:\n{roles}", bindings="bindings: [{user: ana, role: a199}]")
    assert policy.decide(Question("tickets.edit", user="ana")).allowed
    look_at(policy, role="a199")


def test_two_thousand_nested_domains(tmp_path: Path) -> None:
    """What is bound in the outermost holds in the innermost, restrictions and teams too."""
    last = f"d{deep(2000) - 1}"
    inner = "".join(f"  d{i}: {{within: d{i - 1}}}\n" for i in range(1, deep(2000)))
    policy = load(
        tmp_path,
        domains=f"domains:\n  d0: {{teams: {{sales: [ana]}}}}\n{inner}",
        roles_agent=AGENT,
        roles_own="role: own\ndomain: d0\ngrants: [tickets.show@all]\n",
        bindings="""
bindings:
  - {team: sales, role: agent, domain: d0}
  - {user: bo, role: own, domain: d0}
  - {user: bo, restrict: [tickets.show@all], domain: d1000}
""",
    )
    assert policy.decide(Question("tickets.edit", user="ana", domain=last, scope="my")).allowed
    assert policy.decide(Question("tickets.show", user="bo", domain="d999")).allowed
    assert not policy.decide(Question("tickets.show", user="bo", domain=last)).allowed
    assert policy.decide(Question("tickets.show", user="bo", domain=last, scope="my")).allowed
    look_at(policy, domain=last)


def test_many_domains_with_teams_and_restrictions(tmp_path: Path) -> None:
    """Each domain is worked out from its own lines."""
    count = some(3900)
    domains = "".join(f"  d{i}: {{teams: {{sales: [u{i}]}}}}\n" for i in range(count))
    lines = "".join(
        f"  - {{team: sales, role: agent, domain: d{i}}}\n"
        f"  - {{user: u{i}, restrict: tickets.show@my, domain: d{i}}}\n"
        for i in range(count)
    )
    policy = load(tmp_path, domains=f"domains:\n{domains}", roles_agent=AGENT, bindings=f"bindings:\n{lines}")
    assert not policy.decide(Question("tickets.edit", user="u7", domain="d7", scope="my")).allowed
    assert policy.decide(Question("tickets.edit", team="sales", domain="d7", scope="my")).allowed


def test_permissions_nested_as_deep_as_the_reader_goes(tmp_path: Path) -> None:
    """Two levels of the file for each level of the tree."""
    text, indent = "catalog: deep\npermissions:\n", "  "
    for _ in range(24):
        text += f"{indent}g:\n{indent}  permissions:\n"
        indent += "    "
    policy = load(
        tmp_path,
        catalog=f"{text}{indent}p: P\n",
        roles_all='role: all\ngrants: ["*"]\n',
        bindings="bindings: [{user: ana, role: all}]",
    )
    path = ".".join(["g"] * 24 + ["p"])
    assert policy.decide(Question(path, user="ana")).allowed
    look_at(policy, role="all")


def test_tens_of_thousands_of_grants(tmp_path: Path) -> None:
    """35,000 in one role, and 8,750 lines of bindings beside it: nearly all values that a set may have."""
    count = some(35_000)
    grants = "".join(f"- access[i{i}]\n" for i in range(count))
    lines = "".join(f"- {{user: u{i % 5000}, grants: ['access[i{i}]']}}\n" for i in range(count // 4))
    policy = load(
        tmp_path,
        roles_all=f"role: all\ngrants:\n{grants}",
        bindings=f"bindings:\n- {{user: ana, role: all}}\n{lines}",
    )
    assert policy.decide(Question("access", user="ana", on=f"i{count - 1}")).allowed
    assert not policy.decide(Question("access", user="ana")).allowed
    assert not policy.decide(Question("access", user="u1", on="i2")).allowed
    assert len(policy.instances("access", user="ana").known) == count


def test_instances_that_require_their_like(tmp_path: Path) -> None:
    """Each of 20,000 named instances is looked for among 20,000 named instances."""
    permissions = "{list: {per: inbox}, access: {per: inbox, requires: list}}"
    catalog = f"catalog: x\nresources: {{inbox: Inbox}}\npermissions: {permissions}\n"
    grants = "".join(f"- access[i{i}]\n- list[i{i}]\n" for i in range(some(20_000)))
    policy = load(
        tmp_path,
        catalog=catalog,
        roles_all=f"role: all\ngrants:\n{grants}",
        bindings="bindings: [{user: ana, role: all}, {user: ana, restrict: ['list[i7]']}]",
    )
    assert not policy.decide(Question("access", user="ana", on="i7")).allowed
    assert policy.decide(Question("access", user="ana", on="i8")).allowed


@pytest.mark.parametrize("key", ["requires", "implies"])
def test_a_chain_of_dependencies(tmp_path: Path, key: str) -> None:
    """Three thousand permissions, each of which needs the next."""
    last = f"p{deep(3000)}"
    chain = "".join(f"  p{i}: {{{key}: p{i + 1}}}\n" for i in range(deep(3000)))
    policy = load(
        tmp_path,
        catalog=f"catalog: x\npermissions:\n{chain}  {last}: Last\n",
        roles_all="role: all\ngrants: [p0]\n" if key == "implies" else "role: all\ngrants: ['*']\n",
        bindings=f"""
bindings:
  - {{user: ana, role: all}}
  - {{user: bo, role: all}}
  - {{user: bo, restrict: {last}}}
""",
    )
    assert policy.decide(Question(last, user="ana")).allowed
    assert policy.decide(Question("p0", user="bo")).allowed is (key == "implies")
    policy.explain_question(Question("p0", user="bo"))
    policy.explain_question(Question(last, user="ana"))
    look_at(policy, role="all")


def test_thousands_of_permissions_that_require_any_scope(tmp_path: Path) -> None:
    """A restriction is followed through all that requires what it takes."""
    groups = "".join(
        f"  g{g}:\n    header: open\n    permissions:\n      open: {{scopes: reach}}\n"
        + "".join(f"      p{i}: {{scopes: reach, requires: base}}\n" for i in range(100))
        for g in range(some(30, 5))
    )
    policy = load(
        tmp_path,
        catalog="catalog: x\nscopes: {reach: [all, team, my], queue: [whole, own]}\n"
        f"permissions:\n  base: {{scopes: queue}}\n{groups}",
        roles_all='role: all\ngrants: ["*"]\n',
        bindings="""
bindings:
  - {user: ana, role: all}
  - {user: ana, restrict: [base@whole, "g1.*@team"]}
  - {user: bo, role: all}
  - {user: bo, restrict: base}
""",
    )
    assert policy.decide(Question("g1.p7", user="ana", scope="my")).allowed
    assert not policy.decide(Question("g1.p7", user="ana", scope="team")).allowed
    assert policy.decide(Question("*", user="bo", any=True)).allowed  # the headers, which require nothing
    assert not policy.decide(Question("g2.p7", user="bo", scope="my")).allowed


def test_a_user_in_thousands_of_teams(tmp_path: Path) -> None:
    """The tree of one who has a role by each of them, with a restriction on top."""
    count = some(3000, 5)
    teams = "".join(f"      t{i}: [ana]\n" for i in range(count))
    lines = "".join(f"  - {{team: t{i}, role: agent, domain: d}}\n" for i in range(count))
    policy = load(
        tmp_path,
        domains=f"domains:\n  d:\n    teams:\n{teams}",
        roles_agent=AGENT,
        bindings=f"bindings:\n{lines}  - {{user: ana, restrict: tickets.edit, domain: d}}\n",
    )
    assert policy.decide(Question("tickets.show", user="ana", domain="d", scope="my")).allowed
    assert not policy.decide(Question("tickets.edit", user="ana", domain="d", scope="my")).allowed
    look_at(policy, domain="d")


def test_a_ladder_of_thousands_of_scopes(tmp_path: Path) -> None:
    """A right at one of them is a right at each within it."""
    scopes = ", ".join(f"s{i}" for i in range(deep(2000)))
    policy = load(
        tmp_path,
        catalog=f"catalog: x\nscopes: {{reach: [{scopes}]}}\npermissions: {{show: {{scopes: reach}}}}",
        roles_all="role: all\ngrants: [show@s10]\n",
        bindings="bindings: [{user: ana, role: all}, {user: ana, restrict: show@s1000}]",
    )
    assert policy.decide(Question("show", user="ana", scope="s1001")).allowed
    assert not policy.decide(Question("show", user="ana", scope="s1000")).allowed
    look_at(policy, role="all")


def test_resources_nested_deeper_than_a_column_is_wide(tmp_path: Path) -> None:
    """One diagnostic, and no chain of thousands of kinds for each of thousands of kinds."""
    kinds = "".join(f"  k{i}: {{within: k{i - 1}}}\n" for i in range(1, 10_000))
    with pytest.raises(rolegate.InvalidPolicyError) as error:
        load(tmp_path, catalog=f"catalog: x\nresources:\n  k0: K\n{kinds}permissions: {{a: {{per: k9999}}}}")
    assert [finding.code for finding in error.value.diagnostics] == ["RG501"]


def test_a_flood_of_mistakes_ends(tmp_path: Path) -> None:
    """Thousands of misspelt grants among thousands of permissions: the first thousand are told."""
    names = "".join(f"  a_permission_{i}_of_many: P\n" for i in range(1000))
    grants = "".join(f"- a_premission_{i}_of_mnay\n" for i in range(1500))
    with pytest.raises(rolegate.InvalidPolicyError) as error:
        load(
            tmp_path, catalog=f"catalog: x\npermissions:\n{names}", roles_all=f"role: all\ngrants:\n{grants}"
        )
    codes = [finding.code for finding in error.value.diagnostics]
    assert codes.count("RG301") == MAX_PROBLEMS
    assert codes.count("RG107") == 1
    assert len(str(error.value)) < 10_000


def test_many_circles_are_not_all_told(tmp_path: Path) -> None:
    """A few circles tell as much as thousands of them."""
    roles = "".join(f"  a{i}: {{extends: b{i}}}\n  b{i}: {{extends: a{i}}}\n" for i in range(3000))
    chain = "".join(
        f"  p{i}: {{requires: [{', '.join(f'p{j}' for j in range(60) if j != i)}]}}\n" for i in range(60)
    )
    domains = "".join(f"  a{i}: {{within: b{i}}}\n  b{i}: {{within: a{i}}}\n" for i in range(300))
    with pytest.raises(rolegate.InvalidPolicyError) as error:
        load(
            tmp_path,
            catalog=f"catalog: x\npermissions:\n{chain}",
            roles_all=f"roles:\n{roles}",
            domains=f"domains:\n{domains}",
        )
    codes = [finding.code for finding in error.value.diagnostics]
    assert codes.count("RG402") == 300
    assert 1 < codes.count("RG318") < 20
    assert 1 < codes.count("RG208") < 20
