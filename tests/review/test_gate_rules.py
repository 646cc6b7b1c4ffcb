"""What the gate judges by: rules of the older side, its invariants, and approvals of single people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import rolegate
from desks import NOW
from git_desk import FILES
from rolegate import GateVerdict, Policy, access_diff, judge_change
from rolegate.review.verdict_text import verdict_lines

WIDER = FILES["roles/agent.yaml"].replace("tickets.*@team", "tickets.*@all")
"""Agents may do at every scope what they did in their team."""


def policy(folder: Path, **files: str) -> Policy:
    """The desk, with other texts in some files, or with more files."""
    named = {f"{key.replace('__', '/')}.yaml": text for key, text in files.items()}
    for name, text in (FILES | named).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return rolegate.load(folder, at=NOW)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return policy(tmp_path_factory.mktemp("old"))


def approvals(*entries: dict[str, object]) -> str:
    return (
        f"approvals: {json.dumps([{**entry, 'reason': 'x', 'until': '2999-01-01'} for entry in entries])}\n"
    )


def refusals(verdict: GateVerdict) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Each with whom it is about, and where."""
    about = [(refusal.kind, refusal.subjects) for refusal in verdict.refusals]
    return [(kind, one.names, one.domains) for kind, one in about if one is not None]


@pytest.mark.parametrize(
    ("only", "others", "line"),
    [
        ("agent", ("boss", "lead"), "refused: 2 roles: boss, lead: only other roles may change"),
        ("boss", ("lead",), "refused: role lead: only other roles may change"),
    ],
)
def test_only_roles_names_those_that_may_not_change(
    tmp_path: Path, only: str, others: tuple[str, ...], line: str
) -> None:
    """And not the others to whom the same happens."""
    rules = f"approve: sensitive\nonly_roles: [{only}]\n"
    less = f"{FILES['roles/boss.yaml']}except: [tickets.export]\n"
    lead = "role: lead\ngrants: [tickets.export]\n"
    old = policy(tmp_path / "old", review=rules, roles__lead=lead)
    new = policy(
        tmp_path / "new",
        review=rules,
        roles__boss=less,
        roles__lead=lead.replace("[tickets.export]", "[]"),
    )
    verdict = judge_change(old, new, at=NOW)
    assert refusals(verdict) == [("role", others, ())]
    assert next(iter(verdict_lines(verdict))) == line


def test_whose_gain_is_approved_is_not_refused(desk: Policy, tmp_path: Path) -> None:
    """Of several to whom the same happens, and in several domains, only those are named whose gain is not."""
    gains = ["tickets.show@all", "tickets.edit@all"]
    said = approvals(
        {"role": "agent", "gains": gains},
        {"team": "acme/sales", "domain": ["acme", "emea"], "gains": gains},
        {"user": ["bo", "cy"], "domain": "acme", "gains": gains},
        {"user": "bo", "domain": "emea", "gains": gains[:1]},
    )
    verdict = judge_change(desk, policy(tmp_path, roles__agent=WIDER, approvals=said), at=NOW)
    assert refusals(verdict) == [("gain", ("bo",), ("emea",)), ("gain", ("cy",), ("emea",))]
    assert [refusal.what for refusal in verdict.refusals] == [("tickets.edit@all",), tuple(gains)]
    last = verdict.refusals[1].approval
    assert last == {"user": "cy", "domain": "emea", "gains": gains}
    more = said.replace("]\n", f", {json.dumps({**last, 'reason': 'x', 'until': '2999-01-01'})}]\n")
    again = judge_change(desk, policy(tmp_path, roles__agent=WIDER, approvals=more), at=NOW)
    assert refusals(again) == [("gain", ("bo",), ("emea",))]


def test_what_is_accepted_is_a_rule(desk: Policy, tmp_path: Path) -> None:
    """Whoever accepts a finding, or accepts it no longer, changes what others are told."""
    role = f"{FILES['roles/agent.yaml']}accept: {{RG117: REASON}}\n"
    new = policy(tmp_path / "new", roles__agent=role)
    text = 'accept {"code": "RG117", "file": "roles/agent.yaml", "of": "agent", "entry": ""}: '
    found = [judge_change(*sides, at=NOW).refusals for sides in ((desk, new), (new, desk))]
    assert [[refusal.what for refusal in some] for some in found] == [[(f"{text}new",)], [(f"{text}gone",)]]
    approved = {"approvals": approvals({"rules": [f"{text}new"]})}
    assert judge_change(desk, policy(tmp_path / "approved", roles__agent=role, **approved), at=NOW)
    other = role.replace("REASON", "Another.")
    assert judge_change(new, policy(tmp_path / "other", roles__agent=other), at=NOW)


INVARIANT = {"invariants": "invariants: [{never: tickets.show@all, for: 'user:bo'}]\n"}
RULES = {"review": "approve: sensitive\n"}


def test_an_invariant_of_the_older_side_holds_for_the_newer_one(tmp_path: Path) -> None:
    """It does not help to leave it out, unless that is approved; the witness is named."""
    old = policy(tmp_path / "old", **INVARIANT, **RULES)
    broken = judge_change(old, policy(tmp_path / "new", roles__agent=WIDER, **INVARIANT, **RULES), at=NOW)
    said = "`never tickets.show@all for user:bo`: user `bo` in `acme` holds `tickets.show`"
    assert [(refusal.kind, refusal.what) for refusal in broken.refusals] == [("invariant", (said,))]
    dropped = judge_change(old, policy(tmp_path / "dropped", roles__agent=WIDER, **RULES), at=NOW)
    assert [refusal.kind for refusal in dropped.refusals] == ["rule", "invariant"]
    gone = approvals({"rules": list(dropped.refusals[0].what)})
    assert judge_change(old, policy(tmp_path / "gone", roles__agent=WIDER, approvals=gone, **RULES), at=NOW)
    kept = policy(tmp_path / "kept", roles__agent=WIDER, approvals=gone, **INVARIANT, **RULES)
    assert [refusal.kind for refusal in judge_change(old, kept, at=NOW).refusals] == ["invariant"]


@pytest.mark.parametrize("rule", ["never: billing.*, for: 'role:agent'", "only: billing.*, for: 'role:boss'"])
def test_what_an_invariant_names_is_not_moved_out_of_it(tmp_path: Path, rule: str) -> None:
    """Its words are the same, and would no longer judge what they were written for."""
    sides = [tmp_path / "old", tmp_path / "new"]
    pay = "{title: Pay, renamed_from: billing.pay}"
    moved = f"desk: {{permissions: {{pay: {pay}}}}}, billing: {{permissions: {{see: See}}}}"
    kept = "desk: {permissions: {show: Show}}, billing: {permissions: {pay: Pay, see: See}}"
    for folder, permissions in zip(sides, (kept, moved), strict=True):
        (folder / "roles").mkdir(parents=True)
        files = {
            "catalog": f"catalog: c\npermissions: {{{permissions}}}\n",
            "roles/all": "roles: {agent: {grants: [desk.*]}, boss: {grants: ['*']}}\n",
            "review": "approve: sensitive\n",
            "invariants": f"invariants: [{{{rule}}}]\n",
        }
        for name, text in files.items():
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    (refusal,) = judge_change(*map(rolegate.load, sides), at=NOW).refusals
    (said,) = refusal.what
    assert said.endswith("it is no longer about `billing.pay`, which is `desk.pay` now")


def test_a_domain_is_not_moved_out_of_an_invariant(tmp_path: Path) -> None:
    """What is bound in it would no longer be judged."""
    rules = {
        "invariants": "invariants: [{never: billing.*, for: users, in: acme}]\n",
        "bindings": "bindings: []\n",
    }
    within = "domains: {acme: {}, emea: {within: acme}, beta: {}}\n"
    alone = within.replace("within: acme", "")
    old = policy(tmp_path / "old", domains=within, **rules)
    new = policy(tmp_path / "new", domains=alone, **rules)
    whats = [
        refusal.what for refusal in judge_change(old, new, at=NOW).refusals if refusal.kind == "invariant"
    ]
    assert whats == [("`never billing.* for users in acme`: it is no longer about domain `emea`",)]
    assert not [r for r in judge_change(new, old, at=NOW).refusals if r.kind == "invariant"]


def test_an_invariant_that_was_broken_before_refuses_nothing(tmp_path: Path) -> None:
    """Unless it is broken from an earlier day on."""
    old = policy(tmp_path / "old", roles__agent=WIDER, **INVARIANT, **RULES)
    more = FILES["catalog.yaml"].replace("title: Desk", "title: Other")
    new = policy(tmp_path / "new", roles__agent=WIDER, catalog=more, **INVARIANT, **RULES)
    assert judge_change(old, new, at=NOW)
    line = "  - {user: bo, grants: [tickets.show@all], domain: beta, from: DAY}\n"
    later, sooner = (
        policy(
            tmp_path / day,
            bindings=FILES["bindings.yaml"] + line.replace("DAY", day),
            **INVARIANT,
            **RULES,
        )
        for day in ("2099-01-01", "2098-01-01")
    )
    assert [refusal.kind for refusal in judge_change(later, sooner, at=NOW).refusals] == ["invariant"]
    assert judge_change(sooner, later, at=NOW)


def test_a_domain_that_is_set_aside_is_not_gone(tmp_path: Path) -> None:
    """It is told once, and invariants that name it, or what it declares, are not at fault."""
    rules = {
        "invariants": "invariants: [{never: billing.pay, in: gamma}, {never: billing.pay, for: 'team:ops'}]\n"
    }
    sound = policy(tmp_path / "old", domains__gamma="plan: free\nteams: {ops: [eve]}\n", **rules)
    aside = policy(tmp_path / "new", domains__gamma="plan: gold\nteams: {ops: [eve]}\n", **rules)
    notes = [note.text for note in access_diff(sound, aside, at=NOW).notes]
    assert [text.partition(":")[0] for text in notes] == ["domain `gamma` is set aside now"]
    found = rolegate.validate([tmp_path / "new"], at=NOW).diagnostics
    assert {finding.file.rpartition("/")[2] for finding in found} == {"gamma.yaml"}


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("{pay: {title: Pay, sensitive: true}, refund: {title: Refund, sensitive: true}}", "billing.pay", 13),
        ("{pay: Pay, refund: Refund}, sensitive: true", "billing", 13),
    ],
)
def test_a_mark_is_told_where_it_is_written(
    desk: Policy, tmp_path: Path, text: str, path: str, line: int
) -> None:
    """That all permissions of a group are marked is not a mark of the group, which takes in later ones."""
    catalog = FILES["catalog.yaml"].replace("{pay: Pay, refund: Refund}", text)
    marks = access_diff(desk, policy(tmp_path, catalog=catalog), at=NOW).marks
    assert (marks[0].path, marks[0].line) == (path, line)
    assert len(marks) == (2 if path == "billing.pay" else 1)


ONLY_VIEWER = {"review": "approve: sensitive\nonly_roles: [viewer]\n"}


def test_a_role_does_not_become_one_that_may_change_by_its_name(tmp_path: Path) -> None:
    """Both names have to be listed; otherwise any role could be changed under a name that is."""
    lead = "role: lead\ngrants: [tickets.export]\n"
    more = "role: NAME\nrenamed_from: OLD\ngrants: [tickets.export, billing.pay]\n"
    taken = more.replace("NAME", "viewer").replace("OLD", "lead")
    left = more.replace("NAME", "reader").replace("OLD", "viewer")
    plain = {"roles__agent": "role: agent\ngrants: []\n", "bindings": "bindings: []\n"}
    for only, kinds in (("[viewer]", ["role"]), ("[lead]", ["role"]), ("[viewer, lead]", [])):
        rules = {"review": f"approve: sensitive\nonly_roles: {only}\n"}
        old = policy(tmp_path / "old", roles__lead=lead, roles__viewer="role: porter\n", **plain, **rules)
        new = policy(tmp_path / "new", roles__viewer="role: porter\n", roles__lead=taken, **plain, **rules)
        assert [refusal.kind for refusal in judge_change(old, new, at=NOW).refusals] == kinds
    old = policy(tmp_path / "before", **plain, **ONLY_VIEWER)
    new = policy(tmp_path / "after", roles__viewer=left, **plain, **ONLY_VIEWER)
    assert refusals(judge_change(old, new, at=NOW)) == [("role", ("reader",), ())]


def test_a_role_of_a_tenant_does_not_pass_by_the_name_of_another(tmp_path: Path) -> None:
    """`only_roles` names default roles."""
    plans = "plans: [free, pro]\n"
    catalog = FILES["catalog.yaml"].replace(plans, f"{plans}custom_roles: {{plans: [pro]}}\n")
    plain = {"roles__agent": "role: agent\ngrants: []\n", "bindings": "bindings: []\n", "catalog": catalog}
    own = {"roles__acme__helper": "role: helper\ngrants: [billing.refund]\n"}
    less = {"roles__acme__helper": "role: helper\ngrants: []\n"}
    rules = {"review": "approve: sensitive\nonly_roles: [helper]\n"}
    old = policy(tmp_path / "old", **plain, **rules, **less)
    new = policy(tmp_path / "new", **plain, **rules, **own)
    verdict = judge_change(old, new, at=NOW)
    assert refusals(verdict) == [("role", ("helper",), ("acme",))]
    assert "it names default roles" in list(verdict_lines(verdict))[1]
