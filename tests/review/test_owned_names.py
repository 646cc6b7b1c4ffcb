"""An approval for a role or a team of one domain is none for what another domain calls the same."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from desks import NOW
from git_desk import FILES
from reading import write
from rolegate import GateVerdict, judge_change
from rolegate.review.gains import Whose
from rolegate.review.owned_names import owned_name
from rolegate.review.verdict_text import verdict_lines

DOMAINS, LINES = FILES["domains.yaml"], FILES["bindings.yaml"]
INNER = DOMAINS.replace("emea: {within: acme}", "emea: {within: acme, teams: {sales: [eve]}}")
CUSTOM = FILES["catalog.yaml"].replace("plans:", "custom_roles: {}\nplans:", 1)


def approvals(*entries: str) -> str:
    lines = "".join(f"  - {{{entry}, reason: Agreed., until: 2999-01-01}}\n" for entry in entries)
    return f"approvals:\n{lines}"


def judged(folder: Path, before: dict[str, str], after: dict[str, str]) -> GateVerdict:
    old = {**FILES, **before}
    sides = (("old", old), ("new", {**old, **after}))
    both = [rolegate.load(write(folder / name, made), at=NOW) for name, made in sides]
    return judge_change(*both, at=NOW)


def refused(verdict: GateVerdict) -> list[tuple[object, ...]]:
    """Whose gains are refused, as an approval would name them."""
    entries = [known.approval for known in verdict.refusals if known.approval is not None]
    return [
        (entry.get("team") or entry.get("role") or entry.get("user"), entry.get("domain"))
        for entry in entries
    ]


def test_a_team_is_not_the_one_of_a_domain_around(tmp_path: Path) -> None:
    """Both hold what their lines give in the inner domain, under one name."""
    lines = LINES + "  - {team: sales, role: boss, domain: emea}\n"
    entries = ["team: acme/sales, domain: emea, gains: [billing.pay, billing.refund]"]
    pays = {"roles/boss.yaml": "role: boss\ngrants: [billing.*]\n"}
    around = {"bindings.yaml": LINES + "  - {team: sales, role: boss, domain: acme}\n"}
    both = judged(tmp_path / "both", {**pays, "domains.yaml": INNER}, around)
    assert (["acme/sales"], ["acme", "emea"]) not in refused(both)
    assert refused(both) == [("acme/sales", ["acme", "emea"]), (["bo", "cy"], ["acme", "emea"])]
    given = {"bindings.yaml": lines, "approvals.yaml": approvals(*entries)}
    inner = judged(tmp_path / "inner", {**pays, "domains.yaml": INNER}, given)
    assert refused(inner) == [("sales", "emea"), ("eve", "emea")]
    assert [found.code for found in inner.findings] == ["RG713", "RG713"]


def test_the_entries_that_are_printed_approve(tmp_path: Path) -> None:
    """Each names its team or role, and nobody else's."""
    lines = (
        LINES + "  - {team: sales, role: boss, domain: acme}\n  - {team: sales, role: boss, domain: emea}\n"
    )
    lead = "role: lead\ndomain: acme\ngrants: [billing.pay]\n"
    before = {
        "domains.yaml": INNER,
        "catalog.yaml": CUSTOM,
        "roles/boss.yaml": "role: boss\ngrants: [billing.pay]\n",
    }
    after = {"bindings.yaml": lines, "roles/acme/lead.yaml": lead}
    verdict = judged(tmp_path / "first", before, after)
    said = [line.strip() for line in verdict_lines(verdict)]
    entries = [line[3:].partition(", reason:")[0] for line in said if line.startswith("- {")]
    assert [entry for entry in entries if not entry.startswith("user")] == [
        'role: "acme/lead", domain: "acme", gains: ["billing.pay"]',
        'team: "sales", domain: "acme", gains: ["billing.pay"]',
        'team: ["acme/sales", "sales"], domain: "emea", gains: ["billing.pay"]',
    ]
    assert "refused: role lead in acme gains billing.pay" in said
    assert "refused: 2 teams: acme/sales, sales in emea gain billing.pay" in said
    approved = judged(tmp_path / "second", before, {**after, "approvals.yaml": approvals(*entries)})
    assert (bool(approved), approved.findings) == (True, ())
    for number in range(len(entries)):
        some = approvals(*entries[:number], *entries[number + 1 :])
        assert not judged(tmp_path / str(number), before, {**after, "approvals.yaml": some})


def test_a_role_is_not_the_one_of_a_domain_around(tmp_path: Path) -> None:
    """Each domain has one of the name, whose gain another approval names; a default role had it before."""
    lead = "role: lead\ndomain: {0}\ngrants: [billing.pay]\n"
    inner = {"roles/emea/lead.yaml": lead.format("emea")}
    for number, said in enumerate(("lead", "acme/lead", "emea/lead")):
        entry = f"role: {said}, domain: emea, gains: billing.pay"
        files = {**inner, "approvals.yaml": approvals(entry)}
        found = judged(tmp_path / str(number), {"catalog.yaml": CUSTOM}, files)
        assert refused(found) == ([] if said == "emea/lead" else [("emea/lead", "emea")])
    around = {"roles/acme/lead.yaml": lead.format("acme"), **files}
    assert refused(judged(tmp_path / "both", {"catalog.yaml": CUSTOM}, around)) == [("acme/lead", "acme")]


def test_a_restriction_of_one_team_is_lifted_though_another_gains(tmp_path: Path) -> None:
    """What the team of the domain around gains does not tell it."""
    restrict = "  - {team: sales, restrict: [inboxes.access], domain: emea}\n"
    agent = "  - {team: sales, role: agent, domain: emea}\n"
    before = {"domains.yaml": INNER, "bindings.yaml": LINES.replace("sales, role", "none, role") + restrict}
    before["domains.yaml"] = INNER.replace(
        "teams: {sales: [bo, cy]}", "teams: {sales: [bo, cy], none: []}", 1
    )
    verdict = judged(tmp_path, before, {"bindings.yaml": LINES + "" * len(agent)})
    lifted = [what for known in verdict.refusals if known.kind == "rule" for what in known.what]
    assert lifted == ['restriction {"team": "sales", "domain": "emea", "restrict": "inboxes.access"}: lifted']


@pytest.mark.parametrize("kind", ["role", "team"])
def test_no_two_have_one_name_in_a_domain(kind: str) -> None:
    """Whatever letters are in their names: ids may have any."""
    parts = ["a", "b", "a/b", '"a', 'a"', '"a"', '"a"/"b"', "a b", ""]
    owners = parts if kind == "team" else ["", *parts]
    known: dict[str, tuple[str, str]] = {}
    for domain in ("a", "a/b"):
        for owner in filter(None, owners) if kind == "team" else owners:
            for name in filter(None, parts):
                for said in Whose(kind, name, owner, domain).names:  # type: ignore[arg-type]
                    assert known.setdefault(f"{domain}\0{said}", (owner, name)) == (owner, name)
    assert owned_name("user", "a/b", "", ("a",)) == "a/b"
