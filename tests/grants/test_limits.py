"""Small texts that multiply are read or refused in proportion to the text and to what is counted.

What is counted here are calls, not seconds, with limits a hundredth of the real ones, so that the sets can be
small too. `python -m benchmarks` measures nothing of this; see `adversarial` for the largest sizes.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import rolegate
from adversarial import SETS, write
from counting import calls, executed
from rolegate import Diagnostic, Limits, Question
from rolegate.documents import limits
from rolegate.texts import spelling

LINES, STEPS, EFFORT = 2_500, 20_000, 60_000
"""What stands here for the real limits."""


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundredth of the limits."""
    monkeypatch.setattr(limits, "ORDINARY", Limits(lines=LINES, steps=STEPS))
    monkeypatch.setattr(spelling, "EFFORT", EFFORT)


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize("name", SETS)
def test_work_is_bounded_by_the_text_and_the_limits(name: str, tmp_path: Path) -> None:
    """Each letter, each finding and each thing that is counted costs a number of calls, whatever multiplies.

    The sets that need most stay an eighth below it: one with a finding every eight letters, and one whose
    nested domains each have roles of one name.
    """
    make, largest = SETS[name]
    rolegate.validate([write(tmp_path / "small", make(2))])  # imports are not counted
    files = make(max(min(largest // 50, 400), min(largest, 40)))
    folder = write(tmp_path / "set", files)
    letters = sum(map(len, files.values()))
    found: list[Diagnostic] = []
    called = calls(lambda: found.extend(rolegate.validate([folder]).diagnostics))
    assert called < 10 * letters + 450 * len(found) + 3 * STEPS + 30 * LINES


REFUSED = (
    "nested_domains_with_a_team_each",
    "a_role_for_all_in_the_outermost_of_many_domains",
    "custom_roles_in_the_outermost_of_many_domains",
    "roles_that_extend_each_other_with_a_star_each",
    "a_long_ladder_and_many_permissions",
    "permissions_and_instances",
    "only_of_many_instances",
    "lines_that_each_switch_on_many_restrictions",
    "grants_on_many_lines",
    "a_dense_graph_and_a_ladder",
)


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_too_large_is_refused_once(name: str, tmp_path: Path) -> None:
    """One finding, which names what brings most, where it is written, and says what to do."""
    make, _ = SETS[name]
    found = rolegate.validate([write(tmp_path, make(400))]).diagnostics
    large = [finding for finding in found if finding.code in ("RG502", "RG503")]
    assert len(large) == 1
    assert large[0].line > 1
    assert "most " in large[0].message and large[0].help
    assert [finding for finding in found if finding.severity == "error"] == large


def test_each_instance_of_only_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of a role takes work even if it holds a single right."""
    monkeypatch.setattr(limits, "ORDINARY", Limits(steps=2_500))
    make, _ = SETS["only_of_instances_that_each_keep_one_right"]
    assert rolegate.validate([write(tmp_path / "few", make(100))]).ok
    (found,) = rolegate.validate([write(tmp_path / "many", make(200))]).diagnostics
    assert found.code == "RG503"
    assert "role `r` limited by `only`" in found.message


def test_a_large_set_is_not_refused(tmp_path: Path) -> None:
    """A hundred thousand lines of custom roles and bindings are well within the limits."""
    domains = "".join(f"  d{i}: {{}}\n" for i in range(100))
    roles = "".join(f'  r{i}x{j}: {{domain: d{i}, grants: "*"}}\n' for i in range(100) for j in range(10))
    files = {
        "catalog.yaml": "catalog: x\npermissions:\n" + "".join(f"  p{i}: P\n" for i in range(100)),
        "domains.yaml": f"domains:\n{domains}",
        "roles/all.yaml": f"roles:\n{roles}",
    }
    assert rolegate.validate([write(tmp_path, files)]).diagnostics == ()


def test_lines_that_copies_share_count_once(tmp_path: Path) -> None:
    """Thousands of users, each with the role on an inbox of their own and the rest kept."""
    count = 3000
    files = {
        "catalog.yaml": "catalog: x\nresources: {inbox: Inbox}\npermissions:\n  access: {per: inbox}\n"
        + "".join(f"  p{i}: P\n" for i in range(100)),
        "roles/r.yaml": 'role: r\ngrants: ["*"]\n',
        "bindings.yaml": "bindings:\n"
        + "".join(f"- {{user: u{i}, role: r, only: {{inbox: i{i}}}, rest: keep}}\n" for i in range(count)),
    }
    policy = rolegate.load(write(tmp_path, files))
    assert policy.decide(Question("access", user="u7", on="i7")).allowed
    assert not policy.decide(Question("access", user="u7", on="i8")).allowed
    assert policy.decide(Question("p99", user="u7")).allowed
    assert len(policy.compile().p) == count + 2 * 100 + 1 + 1


def test_the_right_name_is_found_among_thousands(tmp_path: Path) -> None:
    """Among 8,000 names that are much alike, each of the first mistakes gets the name that was meant."""
    words = ("invoice", "ticket", "contact", "report", "widget", "domain", "subject", "policy")
    names = [f"{word}_{other}{i}" for word in words for other in words for i in range(125)]
    meant = names[3::137][:50]
    wrong = [f"{name[:4]}{name[5]}{name[4]}{name[6:]}" for name in meant]
    files = {
        "catalog.yaml": "catalog: x\npermissions:\n" + "".join(f"  {name}: P\n" for name in names),
        "roles/r.yaml": f"role: r\ngrants: [{', '.join(wrong)}]\n",
    }
    found = rolegate.validate([write(tmp_path, files)]).diagnostics
    assert [finding.help.split("`")[1] for finding in found] == meant


def test_mistakes_without_number_are_reported_without_suggestions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the allowance is spent, the findings are the same, less the names."""
    monkeypatch.setattr(spelling, "EFFORT", 50_000)
    make, _ = SETS["misspelt_grants"]
    found = rolegate.validate([write(tmp_path, make(400))]).diagnostics
    assert [finding.code for finding in found] == ["RG301"] * 400
    assert found[0].help.startswith("did you mean `area0_item0`")
    assert found[-1].help == "permissions are declared in catalog.yaml"


@pytest.mark.parametrize("period", ["", ", until: 2099-01-01"])
def test_who_can_is_linear(tmp_path: Path, period: str) -> None:
    """Twice the users take twice the lines of code, and every user is listed with the way it holds."""

    def count(users: int) -> int:
        lines = "".join(f"- {{user: u{i}, role: maker{period}}}\n" for i in range(users))
        files = {
            "catalog.yaml": "catalog: t\npermissions: {create: C}\n",
            "roles/r.yaml": "role: maker\ngrants: create\n",
            "bindings.yaml": f"bindings:\n{lines}",
        }
        policy = rolegate.load(write(tmp_path / str(users), files))
        policy.who_can("create")
        found = policy.who_can("create")
        assert [holder.via for holder in found if holder.kind == "user"] == [
            f"user `u{i}` has role `maker`; role `maker` grants `create`"
            for i in sorted(range(users), key=str)
        ]
        return executed(lambda: policy.who_can("create"))

    assert count(400) < 2.2 * count(200)


def test_who_can_looks_at_users_of_the_domain_alone(tmp_path: Path) -> None:
    """Fifty domains with ten users each: 500 questions and not 25,000; who is listed takes 682 calls."""
    domains = "".join(f"  d{i}: {{}}\n" for i in range(50))
    lines = "".join(f"- {{user: u{i}x{j}, role: r, domain: d{i}}}\n" for i in range(50) for j in range(10))
    files = {
        "catalog.yaml": "catalog: t\npermissions: {create: C}\n",
        "roles/r.yaml": "role: r\ngrants: create\n",
        "domains.yaml": f"domains:\n{domains}",
        "bindings.yaml": f"bindings:\n{lines}",
    }
    policy = rolegate.load(write(tmp_path, files))
    assert len(policy.who_can("create")) == 50 * (10 + 1)
    assert calls(lambda: policy.who_can("create")) < 50 * (10 + 1) * 700


COLLECTOR = """
import gc, sys
before = gc.get_threshold()
import rolegate
rolegate.validate([sys.argv[2]])
assert gc.get_threshold() == before and gc.get_freeze_count() == 0
from rolegate_cli.__main__ import main
try:
    main()
except SystemExit as end:
    assert end.code == 0
    assert gc.isenabled() and gc.get_threshold()[0] > 100 * before[0] and gc.get_freeze_count() > 0
    print("as it should be")
"""


def test_the_collector_is_set_by_the_command_line_alone(tmp_path: Path) -> None:
    """The command has its process to itself; the library leaves the collector of its host as it is."""
    write(tmp_path, {"catalog.yaml": "catalog: x\npermissions: {a: A}\n"})
    command = [sys.executable, "-c", COLLECTOR, "validate", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.stdout.endswith("as it should be\n"), run.stderr


def test_each_instance_that_a_grant_names_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is compared with those that look alike and with those that the domain knows."""
    monkeypatch.setattr(limits, "ORDINARY", Limits(steps=5_000))
    make, _ = SETS["instances_that_nobody_knows"]
    assert rolegate.validate([write(tmp_path / "few", make(100))]).ok
    (found,) = (
        found
        for found in rolegate.validate([write(tmp_path / "many", make(200))]).diagnostics
        if found.severity == "error"
    )
    assert found.code == "RG503"
