"""A diff says once that something is renamed, and what changes about it beside."""

from __future__ import annotations

from pathlib import Path

import pytest

from desks import NOW, changed, policy
from git_desk import FILES
from rolegate import AccessDiff, Policy, access_diff, judge_change
from rolegate.review.diff_text import diff_lines


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return policy(tmp_path_factory.mktemp("old"))


def text(diff: AccessDiff) -> str:
    return "\n".join(line.split("  /")[0] for line in diff_lines(diff, reasons=False))


HELPER = FILES["roles/agent.yaml"].replace("role: agent", "role: helper\nrenamed_from: agent")


def test_a_renamed_role_is_no_loss_and_no_gain(desk: Policy, tmp_path: Path) -> None:
    """Neither for it nor for who has it, with lines that name it as before or as now; one note says so."""
    note = "nobody's access changes\n\nnote: role agent is helper now; its access does not change"
    for number, line in enumerate((("", ""), ("role: agent", "role: helper"))):
        after = policy(
            tmp_path / str(number), roles__agent=(FILES["roles/agent.yaml"], HELPER), bindings=line
        )
        diff = access_diff(desk, after, at=NOW)
        assert not diff
        assert text(diff) == note
        assert text(access_diff(after, desk, at=NOW)) == note.replace("agent is helper", "helper is agent")


def test_what_changes_beside_the_name_is_told_of_the_new_one(desk: Policy, tmp_path: Path) -> None:
    """With the old one, and without what is the same; the question is put to each side in its words."""
    after = HELPER.replace("@team", "@all")
    diff = changed(desk, tmp_path, roles__agent=(FILES["roles/agent.yaml"], after))
    assert text(diff) == (
        "role helper\n"
        "team sales in acme, emea\n"
        "2 users: bo, cy in acme, emea\n"
        "  ↑ tickets.{show, edit}  @team → @all\n\n"
        "note: role agent is helper now"
    )
    role = diff.subjects[0]
    assert (role.names, role.was) == (("helper",), ("agent",))
    (reason,) = role.reasons
    assert [line.text for line in reason.lines] == ["role `helper` grants `tickets.*@all`"]
    assert (reason.question.before.role, reason.question.question.role) == ("agent", "helper")


def test_two_roles_that_became_one_are_both_told(desk: Policy, tmp_path: Path) -> None:
    """Each gains what only the other one had; nothing is said of a new role."""
    both = HELPER.replace("renamed_from: agent", "renamed_from: [agent, boss]")
    changes = (("agent", both.replace("'inboxes", "billing.pay, 'inboxes")), ("boss", "roles: {}\n"))
    files = {f"roles__{name}": (FILES[f"roles/{name}.yaml"], made) for name, made in changes}
    diff = access_diff(desk, policy(tmp_path, **files), at=NOW)
    told = {known.was: [change.verb for change in known.changes] for known in diff.subjects if known.was}
    assert told[("agent",)] == ["gained"]
    assert set(told[("boss",)]) == {"narrowed", "lost"}


def test_a_lock_that_goes_with_a_rename_is_a_rule_that_changes(tmp_path: Path) -> None:
    """The role is the same one for the gate."""
    kept = FILES["roles/agent.yaml"]
    old = policy(tmp_path / "old", roles__agent=(kept, f"{kept}locked: true\n"))
    new = policy(tmp_path / "new", roles__agent=(kept, HELPER))
    verdict = judge_change(old, new, at=NOW)
    assert [refusal.what for refusal in verdict.refusals] == [("role helper: not locked",)]


def test_an_approval_of_a_gain_names_what_the_role_was(desk: Policy, tmp_path: Path) -> None:
    """One for another role that was to be called so approves nothing."""
    after = HELPER.replace("'inboxes", "billing.refund, 'inboxes")
    new = policy(tmp_path, roles__agent=(FILES["roles/agent.yaml"], after))
    verdict = judge_change(desk, new, at=NOW)
    (role,) = [known for known in verdict.refusals if known.subjects and known.subjects.kind == "role"]
    assert role.what == ("billing.refund (role was agent)",)


def test_an_approval_of_a_gain_names_what_the_domain_was(desk: Policy, tmp_path: Path) -> None:
    """One for the people of a domain that was to be called so approves nothing."""
    domains = ("  beta: {plan", "  shop: {renamed_from: beta, plan")
    new = policy(
        tmp_path, domains=domains, bindings=("role: viewer, domain: beta", "role: boss, domain: beta")
    )
    verdict = judge_change(desk, new, at=NOW)
    gains = [what for known in verdict.refusals for what in known.what]
    assert gains
    assert all(what.endswith(" (domain was beta)") for what in gains)
