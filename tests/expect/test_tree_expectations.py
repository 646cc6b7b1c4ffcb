"""Expectations of trees: what the boxes show, and what is said where they show something else."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from command_line import rolegate as command
from drawing import examples
from plain.loading import sound
from plain.strategies import NOW, Files, policy_sets
from reading import write
from rolegate.diagnostics import Report
from rolegate.documents.capture import read_files
from rolegate.expect.read_expectations import read_expectations_of
from rolegate.review.shown_boxes import shown_boxes
from rolegate.review.tree_results import tree_there

DESK = {
    "catalog.yaml": """
catalog: desk
plans: [free, pro]
scopes: {reach: [all, team, my]}
resources: {inbox: Inbox}
permissions:
  tickets:
    permissions:
      show: {title: Show, scopes: reach}
      reply: {title: Reply, scopes: reach}
      export: {title: Export, plans: [pro]}
      erase: {title: Erase, by_name: true}
      secret: {title: Secret, hidden: true}
      audit: {title: Audit, implies: tickets.secret}
  paid: {plans: [pro], permissions: {print: Print, see: {title: See, scopes: reach}}}
  rota: {by_name: true, permissions: {join: Join}}
  inboxes:
    permissions:
      open: {title: 'Open "{inbox}"', per: inbox, every: Open all}
""",
    "roles/all.yaml": """
roles:
  agent: {grants: [tickets.show@team, "inboxes.open[Default]"]}
  admin: {grants: "*"}
""",
    "domains.yaml": """
domains:
  acme: {plan: pro, instances: {inbox: [Default, Sales]}}
  beta: {plan: free}
""",
    "bindings.yaml": """
bindings:
  - {user: ana, role: admin, domain: acme}
  - {user: bo, role: agent, domain: acme, until: 2030-01-01}
  - {user: bo, restrict: tickets.show@team, domain: acme, from: 2029-01-01}
  - {user: eli, role: admin, domain: beta}
""",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("desk"), DESK)


def unmet(desk: Path, entry: str) -> list[str]:
    """What is not as expected in one entry of trees."""
    write(desk, {**DESK, "tests/x.yaml": f"trees:\n  - {{{entry}}}\n"})
    (result,) = rolegate.run_expectations(desk).results
    return [answer.message.partition(":")[0] for answer in result.unmet]


MET = [
    "role: agent, ticked: [tickets.show@team, tickets.show@my], partly: [tickets, tickets.show]",
    "role: agent, unticked: [tickets.show@all, tickets.reply, tickets.*@all, tickets.export]",
    "user: bo, domain: acme, ticked: 'inboxes.open[Default]', "
    "unticked: ['inboxes.open[*]', 'inboxes.open[Sales]']",
    "user: bo, domain: acme, at: 2029-06-01, unticked: tickets.show@team, ticked: tickets.show@my",
    "user: bo, domain: acme, at: 2031-01-01, unticked: '*'",
    "everyone: true, domain: acme, unticked: ['*', inboxes.open]",
    "user: eli, domain: beta, ticked: ['*', tickets.*, inboxes.*], unticked: [tickets.export, tickets.erase]",
    "user: ana, domain: acme, ticked: [tickets, tickets.*@my, inboxes.open, 'inboxes.*[Sales]']",
]


@pytest.mark.parametrize("entry", MET)
def test_boxes_are_as_a_tree_shows_them(entry: str, desk: Path) -> None:
    """At scopes, on instances and for whole parts, at the time and in the domain of the entry."""
    assert unmet(desk, entry) == []


UNMET: Mapping[str, list[str]] = {
    "role: agent, ticked: tickets.show": ["`tickets.show` is partly, and should be ticked"],
    "role: agent, unticked: tickets": ["`tickets` is partly, and should be unticked"],
    "role: agent, partly: tickets.reply": ["`tickets.reply` is unticked, and should be partly"],
    "role: agent, ticked: tickets.show@all": ["`tickets.show@all` is unticked, and should be ticked"],
    "role: agent, unticked: tickets.*@my": ["`tickets.show@my` is ticked, and should be unticked"],
    "role: agent, unticked: tickets.*": ["`tickets.show` is partly, and should be unticked"],
    "user: bo, domain: acme, unticked: inboxes.open": [
        "`inboxes.open[Default]` is ticked, and should be unticked"
    ],
    "user: bo, domain: acme, unticked: 'inboxes.open[Nope]'": [
        "there is no box `inboxes.open[Nope]` in this tree"
    ],
    "user: eli, domain: beta, ticked: paid.*": ["no box of `paid.*` can be ticked by a star"],
    "user: ana, domain: acme, ticked: rota.*": ["no box of `rota.*` can be ticked by a star"],
    "user: eli, domain: beta, ticked: paid.*@my": ["no box of `paid.*@my` can be ticked by a star"],
    "user: eli, domain: beta, ticked: tickets.export": ["`tickets.export` is unticked, and should be ticked"],
}


@pytest.mark.parametrize("entry", UNMET)
def test_what_a_box_shows_is_said(entry: str, desk: Path) -> None:
    """Of a part, the boxes of permissions are told; a box that is not there meets nothing."""
    assert unmet(desk, entry) == UNMET[entry]


BROKEN: Mapping[str, list[str]] = {
    "role: agent, ticked: tickets.shwo": ["RG720 `tickets.shwo`"],
    "role: agent, ticked: ticket.*": ["RG720 `ticket.*`"],
    "role: agent, ticked: tickets.show@mine": ["RG720 `tickets.show`"],
    "role: agent, ticked: tickets.export@my": ["RG720 `tickets.export`"],
    "role: agent, ticked: 'tickets.show[Default]'": ["RG720 `tickets.show`"],
    "role: agent, ticked: tickets@my": ["RG720 `tickets@my`"],
    "role: agent, ticked: tickets.*@mine": ["RG720 `tickets.*@mine`"],
    "role: agent, ticked: tickets.secret": ["RG720 `tickets.secret`"],
    "role: agnet, ticked: tickets": ["RG720 `agnet`"],
    "user: anna, domain: acme, ticked: tickets": ["RG721 `anna`"],
    "user: ana, ticked: tickets": ["RG720 "],
    "role: agent": ["RG722 "],
    "role: agent, user: ana, domain: acme, ticked: tickets": ["RG722 "],
    "role: agent, ticked: tickets, unticked: tickets": ["RG722 `tickets`"],
    "role: agent, partly: tickets.*": ["RG722 `tickets.*`"],
    "role: agent, partly: tickets.show@my": ["RG722 `tickets.show@my`"],
}


@pytest.mark.parametrize("entry", BROKEN)
def test_what_cannot_be_a_box_is_an_error(entry: str, desk: Path) -> None:
    """With its code and the text: else a misspelt box would be unticked for ever."""
    with pytest.raises(rolegate.InvalidExpectationsError) as raised:
        unmet(desk, entry)
    found = raised.value.diagnostics
    assert [found[0].code] == [wanted.split()[0] for wanted in BROKEN[entry]]
    (wanted,) = BROKEN[entry]
    assert wanted.partition(" ")[2] in found[0].message
    assert found[0].help or found[0].related


def test_trees_are_results_as_others_are(desk: Path) -> None:
    """In text with the reason, in JSON with the section, in JUnit and TAP by name; a star is one answer."""
    entry = "{name: screens, role: agent, ticked: tickets.show@all, unticked: inboxes.*}"
    write(desk, {**DESK, "tests/x.yaml": f"trees:\n  - {entry}\n"})
    text = command("test", desk).out
    assert "`inboxes.open[Default]` is ticked, and should be unticked" in text
    assert "· role `agent` grants `inboxes.open[Default]`" in text
    assert "`tickets.show@all` is unticked, and should be ticked: no grant covers it" in text
    (one,) = command("test", desk, "--format", "json").json["sets"][0]["expectations"]
    assert (one["section"], one["asked"], len(one["unmet"])) == ("trees", 2, 2)
    assert 'testcase name="screens"' in command("test", desk, "--format", "junit").out
    assert "not ok 1 - screens" in command("test", desk, "--format", "tap").out


def test_trees_notice_mistakes(desk: Path) -> None:
    """A mutant that changes a box is killed by it, and the answers that boxes show are covered."""
    lists = "ticked: tickets.show@team, partly: [tickets, tickets.show], unticked: tickets.*@all"
    write(desk, {**DESK, "tests/x.yaml": f"trees:\n  - {{name: boxes, role: agent, {lists}}}\n"})
    run = rolegate.run_expectations(desk, coverage=True, mutants=True)
    by = {mutant.what: mutant.by for mutant in run.mutants or () if mutant.outcome == "killed"}
    assert by == {
        "drop the grant `tickets.show@team`": "boxes",
        "widen `tickets.show@team` to `tickets.show@all`": "boxes",
    }
    assert run.coverage is not None
    (agent,) = (one for one in run.coverage.subjects if (one.name, one.domain) == ("agent", None))
    left = {part.permission: part.parts for part in agent.uncovered}
    assert left["tickets.show"] == ("@my",)
    assert "tickets.export" in left


def test_a_heading_covers_what_decides_what_it_shows(desk: Path) -> None:
    """It is partly ticked by one box alone, or by none any more; of an unticked one, each box counts."""
    covered = {}
    for entry in ("partly: inboxes", "unticked: inboxes", "ticked: inboxes"):
        role = "admin" if entry.startswith("ticked") else "agent"
        who = "everyone: true" if entry.startswith("unticked") else f"role: {role}"
        write(desk, {**DESK, "tests/x.yaml": f"trees:\n  - {{{who}, domain: acme, {entry}}}\n"})
        run = rolegate.run_expectations(desk, coverage=True)
        assert (run.ok, run.coverage is not None) == (True, True)
        covered[entry] = run.coverage.covered if run.coverage is not None else 0
    assert covered == {"partly: inboxes": 1, "unticked: inboxes": 3, "ticked: inboxes": 3}


def test_a_ticked_star_over_nothing_is_written_as_its_boxes_are(desk: Path) -> None:
    """What no star ticks is in the list of what it shows."""
    text = "trees:\n  - {user: eli, domain: beta, ticked: [paid.*, rota.*, tickets.*]}\n"
    folder = write(desk.parent / "written", {**DESK, "tests/x.yaml": text})
    rolegate.write_expectations(folder)
    written = yaml.safe_load((folder / "tests" / "x.yaml").read_text("utf-8"))["trees"]
    assert written == [
        {"user": "eli", "domain": "beta", "ticked": ["tickets.*"], "unticked": ["paid.*", "rota.*"]}
    ]
    assert rolegate.run_expectations(folder).ok


@examples(10)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_boxes_that_are_written_are_met_and_name_the_whole_tree(files: Files, seed: int) -> None:
    """Whatever a list said of everything before; what is written once stays as it is."""
    draw = random.Random(seed)
    with TemporaryDirectory() as name:
        folder = Path(name)
        sound(files, folder)
        policy = rolegate.load(folder, at=NOW)
        asked: list[dict[str, str]] = [{"role": n} for owner, n in policy.resolved.roles if owner is None]
        for domain in policy.domains if policy.needs_domain else ():
            asked += [{"user": user, "domain": domain} for user in policy.users]
            asked += [{"role": role, "domain": domain} for role in policy.roles_of(domain)]
        trees = [{**one, "unticked": "*"} for one in draw.sample(asked, min(4, len(asked)))]
        (folder / "tests").mkdir(exist_ok=True)
        text = yaml.safe_dump({"at": NOW.isoformat(), "trees": trees})
        (folder / "tests" / "x.yaml").write_text(text, "utf-8")
        rolegate.write_expectations(folder)
        assert rolegate.run_expectations(folder).ok
        assert rolegate.write_expectations(folder) == rolegate.WrittenLists((), 0)
        found = read_expectations_of(read_files(folder, beside=True), policy, Report())
        for tree in (one.tree for one in found if one.tree is not None):
            root = tree_there(tree, policy, NOW)
            told = {node.id for box in tree.boxes for node, _ in shown_boxes(box, root)}
            assert told >= {
                node.id
                for node in root.walk()
                if node.kind == "permission" and not node.template and node.available
                and not node.deprecated and not node.by_name
            }  # fmt: skip
