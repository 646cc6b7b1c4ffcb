"""The gate refuses what is not approved exactly, and says what would approve it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

import rolegate
from git_desk import FILES
from rolegate import AccessDiff, Diagnostic, GateVerdict, judge_change
from rolegate.diagnostics import RelatedSpan, Span
from rolegate.review.access_diff import ChangedSubjects
from rolegate.review.cells import Cells
from rolegate.review.differences import SubjectDifference
from rolegate.review.gate_refusal import GateRefusal, RefusalKind
from rolegate.review.gate_rules import changed_rules
from rolegate.review.verdict_text import verdict_lines, verdict_markdown

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def policy(folder: Path, **files: str) -> rolegate.Policy:
    """The desk, with other texts in some files, or with more files."""
    named = {f"{key.replace('__', '/')}.yaml": text for key, text in files.items()}
    for name, text in (FILES | named).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return rolegate.load(folder, at=NOW)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> rolegate.Policy:
    return policy(tmp_path_factory.mktemp("old"))


DAN = FILES["bindings.yaml"].replace("{user: dan, role: viewer", "{user: dan, role: boss")
"""Dan may do everything in beta."""

GAINS = "billing.pay, billing.refund, 'inboxes.access[*]', tickets.edit@all, tickets.show@all"
APPROVED = f"""\
approvals:
  - {{user: dan, domain: beta, gains: [{GAINS}], reason: He takes over., until: 2999-07-01}}
"""


def codes(verdict: GateVerdict) -> list[str]:
    return [found.code for found in verdict.findings]


def test_without_a_file_every_gain_needs_an_approval(desk: rolegate.Policy, tmp_path: Path) -> None:
    """What is refused is said with the entry that would approve it, ready to be completed."""
    verdict = judge_change(desk, policy(tmp_path, bindings=DAN), at=NOW)
    assert not verdict
    assert list(verdict_lines(verdict)) == [
        "refused: user dan in beta gains tickets.show@all, tickets.edit@all, inboxes.access[*], "
        "billing.pay, billing.refund",
        "  to approve it, write this under `approvals:` into approvals.yaml of the set, "
        "with the reason and a date:",
        '  - {user: "dan", domain: "beta", gains: ["tickets.show@all", "tickets.edit@all", '
        '"inboxes.access[*]", "billing.pay", "billing.refund"], reason: …, until: …}',
    ]


def test_an_exact_approval_allows_the_change(desk: rolegate.Policy, tmp_path: Path) -> None:
    """It arrives with the change; nothing is found wrong with it."""
    verdict = judge_change(desk, policy(tmp_path, bindings=DAN, approvals=APPROVED), at=NOW)
    assert verdict
    assert verdict.findings == ()


def test_a_loss_needs_no_approval(desk: rolegate.Policy, tmp_path: Path) -> None:
    """Taking away is allowed."""
    less = FILES["bindings.yaml"].replace("  - {user: dan, role: viewer, domain: beta}\n", "")
    assert judge_change(desk, policy(tmp_path, bindings=less), at=NOW)


ATTACKS = {
    "another domain": ("domain: beta", "domain: acme"),
    "a domain too few": ("domain: beta, ", ""),
    "another user": ("user: dan", "user: ana"),
    "a role of that name": ("user: dan", "role: dan"),
    "a team of that name": ("user: dan", "team: dan"),
    "everyone": ("user: dan", "everyone: true"),
    "a narrower scope": ("tickets.edit@all", "tickets.edit@team"),
    "one instance": ("'inboxes.access[*]'", "'inboxes.access[Support]'"),
    "no instance": ("'inboxes.access[*]'", "inboxes.access"),
    "a gain too few": ("billing.refund, ", ""),
    "ended": ("2999-07-01", "2026-06-15"),
    "ended long ago": ("2999-07-01", "0001-01-01T00:00:00+14:00"),
    "a former case": ("billing.refund", "Billing.refund"),
    "a blank": ("tickets.edit@all", '"tickets.edit@all "'),
    "rules": (f"user: dan, domain: beta, gains: [{GAINS}]", f"rules: [{GAINS}]"),
}


@pytest.mark.parametrize(("before", "after"), ATTACKS.values(), ids=ATTACKS)
def test_an_approval_of_something_else_approves_nothing(
    desk: rolegate.Policy, tmp_path: Path, before: str, after: str
) -> None:
    """Whatever is nearly right is refused, and found to be of no use."""
    assert before in APPROVED
    changed = policy(tmp_path, bindings=DAN, approvals=APPROVED.replace(before, after))
    verdict = judge_change(desk, changed, at=NOW)
    assert not verdict
    assert set(codes(verdict)) <= {"RG713", "RG714"}
    assert codes(verdict) or before == "billing.refund, "


BROKEN = {
    "a star over a group": (GAINS, "tickets.*@all", "RG710"),
    "a star over everything": (GAINS, "'*'", "RG710"),
    "no gains": (f"gains: [{GAINS}], ", "", "RG711"),
    "gains and rules": ("user: dan, ", "user: dan, rules: [x], ", "RG711"),
    "two of whom": ("user: dan", "user: dan, role: viewer", "RG711"),
    "nobody": ("user: dan, ", "", "RG711"),
    "everyone: false": ("user: dan", "everyone: false", "RG711"),
    "a rule with a domain": (
        f"user: dan, domain: beta, gains: [{GAINS}]",
        "domain: beta, rules: [x]",
        "RG711",
    ),
    "an empty reason": ("He takes over.", "' '", "RG711"),
    "no end": (", until: 2999-07-01", "", "RG113"),
    "no YAML": ("gains: [", "gains: [[", "RG104"),
    "an unknown key": ("reason:", "because:", "RG112"),
}


@pytest.mark.parametrize(("before", "after", "code"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_of_approvals_stops_no_policy_and_passes_no_gate(
    desk: rolegate.Policy, tmp_path: Path, before: str, after: str, code: str
) -> None:
    """It is a finding of `validate`; nothing is judged by half of a file."""
    broken = policy(tmp_path, bindings=DAN, approvals=APPROVED.replace(before, after, 1))
    assert broken.check("dan", "billing.pay", domain="beta")
    found = rolegate.validate([tmp_path], at=NOW)
    assert code in {finding.code for finding in found.diagnostics}
    assert not found.ok
    verdict = judge_change(desk, broken, at=NOW)
    assert verdict.refusals[0].kind == "unread"
    assert verdict.refusals[0].approval is None
    assert code in codes(verdict)


BROKEN_RULES = {"review": "approve: nothing\n", "invariants": "invariants: [{never: {}}]\n"}


@pytest.mark.parametrize("file", BROKEN_RULES)
def test_broken_rules_stop_no_policy_and_pass_no_gate(
    desk: rolegate.Policy, tmp_path: Path, file: str
) -> None:
    """What mends them needs an approval, since nobody knows what they were."""
    broken = policy(tmp_path / "broken", **{file: BROKEN_RULES[file]})
    assert not rolegate.validate([tmp_path / "broken"], at=NOW).ok
    assert [refusal.kind for refusal in judge_change(desk, broken, at=NOW).refusals] == ["unread"]
    verdict = judge_change(broken, desk, at=NOW)
    assert [refusal.what for refusal in verdict.refusals] == [(f"{file}.yaml: has errors before",)]
    rule = f"approvals: [{{rules: '{file}.yaml: has errors before', reason: Mended., until: 2999-01-01}}]\n"
    assert judge_change(broken, policy(tmp_path / "mended", approvals=rule), at=NOW)


def test_an_approval_that_has_ended_is_not_woken_by_a_time_in_the_past(
    desk: rolegate.Policy, tmp_path: Path
) -> None:
    """Whoever chooses the time of a review does not choose what is approved."""
    ended = policy(tmp_path, bindings=DAN, approvals=APPROVED.replace("2999-07-01", "2026-07-01"))
    verdict = judge_change(desk, ended, at=NOW)
    assert not verdict
    assert codes(verdict) == ["RG714"]


def test_what_is_approved_twice_or_needlessly_is_found(desk: rolegate.Policy, tmp_path: Path) -> None:
    """At its place; the change is allowed all the same."""
    twice = APPROVED + APPROVED.removeprefix("approvals:\n").replace(GAINS, "billing.pay, tickets.export")
    verdict = judge_change(desk, policy(tmp_path, bindings=DAN, approvals=twice), at=NOW)
    assert verdict
    assert [(found.code, found.line, found.column) for found in verdict.findings] == [
        ("RG713", 3, 39),
        ("RG713", 3, 52),
    ]


def test_an_approval_says_names_of_today(tmp_path: Path) -> None:
    """A former name approves nothing, and the finding says what it is called now."""
    domains = "domains: {inc: {renamed_from: acme}}\n"
    roles = {"roles__helper": "role: porter\nrenamed_from: helper\ngrants: tickets.show@my\n"}
    entry = "{{{}, gains: tickets.export, reason: x, until: 2999-01-01}}"
    rules = "approvals:\n" + "".join(
        f"  - {entry.format(about)}\n"
        for about in ("user: dan, domain: acme", "role: helper", "role: porter")
    )
    new = policy(tmp_path, domains=domains, bindings="bindings: []\n", approvals=rules, **roles)
    asked = "an approval has to write the name of today"
    assert [(found.code, found.help) for found in judge_change(new, new, at=NOW).findings][:2] == [
        ("RG713", f"it names the domain `acme`, which is called `inc` now: {asked}"),
        ("RG713", f"it names the role `helper`, which is called `porter` now: {asked}"),
    ]
    assert "rolegate diff --gate" in judge_change(new, new, at=NOW).findings[2].help


def test_rules_are_those_of_the_older_side(desk: rolegate.Policy, tmp_path: Path) -> None:
    """A change that relaxes them, or is the first to bring any, is refused, and judged by what was."""
    relaxed = policy(tmp_path / "new", bindings=DAN, review="approve: sensitive\nonly_roles: [boss]\n")
    verdict = judge_change(desk, relaxed, at=NOW)
    assert [(refusal.kind, refusal.what[0]) for refusal in verdict.refusals] == [
        ("rule", "approve: sensitive"),
        ("gain", "tickets.show@all"),
    ]
    rules = "['approve: sensitive', 'only_roles: [\"boss\"]']"
    approvals = f"approvals:\n  - {{rules: {rules}, reason: x, until: 2999-01-01}}\n"
    approved = policy(
        tmp_path / "next", approvals=approvals, review="approve: sensitive\nonly_roles: [boss]\n"
    )
    assert judge_change(desk, approved, at=NOW)
    assert not judge_change(approved, desk, at=NOW), "the file is removed"


def test_what_is_sensitive_is_named_and_the_rest_is_counted(tmp_path: Path) -> None:
    """No gain is called sensitive that is not; the entry approves all of them."""
    marked = FILES["catalog.yaml"].replace("refund: Refund", "refund: {title: Refund, sensitive: true}")
    old = policy(tmp_path / "old", catalog=marked)
    new = policy(tmp_path / "new", catalog=marked, bindings=DAN)
    refused, _, entry = verdict_lines(judge_change(old, new, at=NOW))
    assert refused == "refused: user dan in beta gains what is sensitive: billing.refund, and 4 other gains"
    assert 'gains: ["billing.refund", "tickets.show@all", ' in entry


def test_only_some_roles_may_change(tmp_path: Path) -> None:
    """Losses of other roles included; an approval does not change that."""
    rules = "approve: sensitive\nonly_roles: [viewer]\n"
    old = policy(tmp_path / "old", review=rules)
    viewer = policy(tmp_path / "viewer", review=rules, roles__viewer="role: viewer\ngrants: []\n")
    verdict = judge_change(old, viewer, at=NOW)
    assert [refusal.kind for refusal in verdict.refusals] == []
    agent = "role: agent\nextends: viewer\ngrants: [tickets.*@team]\n"
    verdict = judge_change(old, policy(tmp_path / "agent", review=rules, roles__agent=agent), at=NOW)
    assert [(refusal.kind, refusal.what) for refusal in verdict.refusals] == [("role", ("agent",))]
    assert "refused: role agent: only other roles may change" in list(verdict_lines(verdict))


def test_what_is_set_aside_cannot_be_judged(desk: rolegate.Policy, tmp_path: Path) -> None:
    """A custom role with an error grants nothing now; what it will grant is not known."""
    catalog = FILES["catalog.yaml"].replace(
        "plans: [free, pro]", "plans: [free, pro]\ncustom_roles: {plans: [pro]}"
    )
    broken = policy(tmp_path, catalog=catalog, roles__acme__own="grants: [tickets.shwo@my]\n")
    assert broken.set_aside
    verdict = judge_change(desk, broken, at=NOW)
    assert "aside" in [refusal.kind for refusal in verdict.refusals]


def test_more_records_are_a_gain(tmp_path: Path) -> None:
    """A condition that is wider, or changed without a direction, is refused until the new one is approved."""
    catalog = FILES["catalog.yaml"].replace(
        "scopes: {reach: [all, team, my]}",
        "scopes: {reach: {all: {}, team: {within: all}, my: {within: team, where: CONDITION}}}",
    )
    catalog = catalog.replace("resources:", "records: {separate: true}\nresources:")
    old = policy(tmp_path / "old", catalog=catalog.replace("CONDITION", "{owner: user.id}"))
    wider = catalog.replace("CONDITION", "{any_of: [{owner: user.id}, {helper: user.id}]}")
    verdict = judge_change(old, policy(tmp_path / "new", catalog=wider), at=NOW)
    assert [refusal.kind for refusal in verdict.refusals] == ["records"]
    entry = {**(verdict.refusals[0].approval or {}), "reason": "x", "until": "2999-01-01"}
    approvals = f"approvals: {json.dumps([entry])}\n"
    assert judge_change(old, policy(tmp_path / "approved", catalog=wider, approvals=approvals), at=NOW)


def test_an_invariant_is_a_rule(tmp_path: Path) -> None:
    """To remove one, or to write it otherwise, needs an approval; another note does not."""
    kept = "invariants:\n  - {never: billing.refund, for: 'user:cy', note: A}\n"
    old = policy(tmp_path / "old", invariants=kept)
    assert judge_change(old, policy(tmp_path / "note", invariants=kept.replace("A}", "B}")), at=NOW)
    gone = judge_change(old, policy(tmp_path / "gone", invariants="invariants: []\n"), at=NOW)
    text = 'invariant {"never": ["billing.refund"], "for": ["user:cy"]}: '
    assert [(refusal.kind, refusal.what) for refusal in gone.refusals] == [("rule", (f"{text}gone",))]
    changed = judge_change(old, policy(tmp_path / "changed", invariants=kept.replace("cy", "bo")), at=NOW)
    assert [len(refusal.what) for refusal in changed.refusals] == [2]
    approvals = (
        f"approvals: {json.dumps([{'rules': [f'{text}gone'], 'reason': 'x', 'until': '2999-01-01'}])}\n"
    )
    approved = policy(tmp_path / "approved", invariants="invariants: []\n", approvals=approvals)
    assert judge_change(old, approved, at=NOW)


def test_what_is_gained_while_something_is_lost_is_refused(tmp_path: Path) -> None:
    """One inbox in the place of another is a gain of the new one."""
    viewer = "role: viewer\ngrants: ['inboxes.access[Support]']\n"
    old = policy(tmp_path / "old", roles__viewer=viewer)
    swapped = viewer.replace("Support", "Complaints")
    verdict = judge_change(old, policy(tmp_path / "new", roles__viewer=swapped), at=NOW)
    assert {refusal.what for refusal in verdict.refusals} == {("inboxes.access[Complaints]",)}
    assert any(refusal.subjects and "viewer" in refusal.subjects.names for refusal in verdict.refusals)


def approving(verdict: GateVerdict, without: str = "$^") -> str:
    """The approvals that a verdict asks for, with what matches *without* left out of their texts."""
    entries = [dict(refusal.approval or {}) for refusal in verdict.refusals]
    for entry in entries:
        for key in {"gains", "rules"} & entry.keys():
            entry[key] = [re.sub(without, "", text) for text in entry[key]]
        entry |= {"reason": "x", "until": "2999-01-01"}
    return f"approvals: {json.dumps(entries)}\n"


OTHERWISE = {
    "another permission has the path": (
        {"catalog": "{pay: Pay, refund: Refund}"},
        {"catalog": "{refund: {title: Refund, renamed_from: billing.pay}}"},
        "grants: [billing.refund]",
        "billing.refund (was billing.pay)",
    ),
    "the ladder is turned": (
        {"catalog": "[all, team, my]"},
        {"catalog": "[my, team, all]"},
        "grants: [tickets.show@my]",
        "tickets.show@my (scope my: every record)",
    ),
    "a scope is another one": (
        {"catalog": "[all, team, my]"},
        {"catalog": "[all, my]"},
        "grants: [tickets.show@all]",
        "tickets.show@all (scope all: every record)",
    ),
    "there are no instances any more": (
        {"catalog": "{title: 'Access to {inbox}', per: inbox}"},
        {"catalog": "{title: Access}"},
        "grants: [inboxes.access]",
        "inboxes.access (not per instance)",
    ),
}


@pytest.mark.parametrize(("before", "after", "grants", "text"), OTHERWISE.values(), ids=OTHERWISE)
def test_an_approval_does_not_come_to_mean_more(
    tmp_path: Path, before: dict[str, str], after: dict[str, str], grants: str, text: str
) -> None:
    """Where the permission is not the same on both sides, only an approval that says so approves its gain."""
    assert before["catalog"] in FILES["catalog.yaml"]
    catalog = FILES["catalog.yaml"].replace(before["catalog"], after["catalog"])
    kept = {
        "roles__agent": "role: agent\ngrants: []\n",
        "bindings": "bindings:\n  - {user: dan, role: viewer, domain: beta}\n",
    }
    old = policy(tmp_path / "old", **kept)
    new = {**kept, "catalog": catalog, "roles__viewer": f"role: viewer\n{grants}\n"}
    verdict = judge_change(old, policy(tmp_path / "new", **new), at=NOW)
    dan = [refusal for refusal in verdict.refusals if refusal.subjects and "dan" in refusal.subjects.names]
    assert text in [said for refusal in dan for said in refusal.what]
    former = policy(tmp_path / "former", **new, approvals=approving(verdict, r" \(.*\)$"))
    assert not judge_change(old, former, at=NOW)
    said = policy(tmp_path / "said", **new, approvals=approving(verdict))
    assert judge_change(old, said, at=NOW)


def test_records_of_another_permission_need_an_approval_that_says_so(tmp_path: Path) -> None:
    """The records of a path are approved for the permission that had it, not for one that takes it over."""
    catalog = "catalog: d\nrecords: {separate: true}\nscopes: {r: {all: {}, my: {within: all, where: IS}}}\n"
    shows = "permissions: {t: {title: T, permissions: {show: {title: S, scopes: r}}}}\n"
    moved = "permissions: {t: {title: T, permissions: {view: {title: S, scopes: r, renamed_from: t.show}}}}\n"
    kept = {"domains": "domains: {acme: {}, beta: {}, emea: {}}\n", "bindings": "bindings: []\n"}
    kept |= {f"roles__{name}": f"role: {name}\ngrants: []\n" for name in ("viewer", "agent", "boss")}
    kept |= {
        "roles__viewer": "role: viewer\ngrants: [t.show@my]\n",
        "bindings": "bindings:\n  - {user: dan, role: viewer, domain: beta}\n",
    }
    old = policy(tmp_path / "old", catalog=catalog.replace("IS", "{owner: user.id}") + shows, **kept)
    wider = catalog.replace("IS", "{any_of: [{owner: user.id}, {helper: user.id}]}") + moved
    verdict = judge_change(old, policy(tmp_path / "new", catalog=wider, **kept), at=NOW)
    assert [text.partition(":")[0] for refusal in verdict.refusals for text in refusal.what] == [
        "records of t.view@my (was t.show)"
    ]
    former = approving(verdict, r" \(was t.show\)")
    assert not judge_change(old, policy(tmp_path / "former", catalog=wider, approvals=former, **kept), at=NOW)
    said = policy(tmp_path / "said", catalog=wider, approvals=approving(verdict), **kept)
    assert judge_change(old, said, at=NOW)


RULES = {
    "a role called any": ("", "only_roles: [any]", 'only_roles: ["any"]'),
    "no rule any more": ("only_roles: [any]", "", "only_roles: any"),
    "one role in the place of two": ("only_roles: [a, b]", "only_roles: ['a, b']", 'only_roles: ["a, b"]'),
    "two roles in the place of one": ("only_roles: ['a, b']", "only_roles: [a, b]", 'only_roles: ["a", "b"]'),
    "nobody": ("only_roles: [any]", "only_roles: []", "only_roles: []"),
}


@pytest.mark.parametrize(("before", "after", "text"), RULES.values(), ids=RULES)
def test_rules_are_compared_by_what_they_are(tmp_path: Path, before: str, after: str, text: str) -> None:
    """No name of a role makes two rules alike, and what is said of them is not alike either."""
    roles = {"roles__a": "role: a\ngrants: []\n", "roles__b": "role: b\ngrants: []\n"}
    roles |= {"roles__any": "role: any\ngrants: []\n", "roles__both": "role: 'a, b'\ngrants: []\n"}
    old, new = (
        policy(tmp_path / side, **roles, review=f"approve: gains\n{rule}\n").resolved
        for side, rule in (("old", before), ("new", after))
    )
    assert list(changed_rules(old, new, ())) == [text]
    assert list(changed_rules(new, new, ())) == []


def test_a_mark_is_not_a_rule(tmp_path: Path) -> None:
    """A permission called `approve` that becomes sensitive does not approve another rule."""
    catalog = "catalog: d\npermissions: {approve: A, other: O}\n"
    kept = {"domains": "domains: {acme: {}, beta: {}, emea: {}}\n", "bindings": "bindings: []\n"}
    kept |= {f"roles__{name}": f"role: {name}\ngrants: []\n" for name in ("viewer", "agent", "boss")}
    old = policy(tmp_path / "old", catalog=catalog, **kept)
    marked = catalog.replace("approve: A", "approve: {title: A, sensitive: true}")
    new = policy(tmp_path / "new", catalog=marked, review="approve: sensitive\n", **kept)
    verdict = judge_change(old, new, at=NOW)
    assert [refusal.what for refusal in verdict.refusals] == [
        ("approve: sensitive", "mark of approve: sensitive")
    ]


def test_all_entries_are_one_block_below_one_sentence() -> None:
    """They are copied at once; what has to be merged first is apart, and what cannot be approved is said."""
    gone = "policy set `a`: gone from `a`"
    refusals = (
        GateRefusal("gain", ("t.a",), None, {"role": "r"}),
        GateRefusal("rule", (gone,), None, {"rules": [gone]}),
        GateRefusal("invariant", ("never t.a",), None, None),
        GateRefusal("gain", ("t.b",), None, {"role": "s"}),
    )
    verdict = GateVerdict(AccessDiff(()), refusals, ())
    lines = list(verdict_lines(verdict))
    told = [
        "gains t.a",
        f"this needs an approval: {gone}",
        "an invariant from before the change breaks: never t.a",
    ]
    assert lines[:3] == [f"refused: {text}" for text in told]
    assert lines[3].startswith("  make it hold again, ")
    assert lines[4] == "refused: gains t.b"
    assert lines[5].startswith("  to approve them, write this ")
    assert [line[:15] for line in lines[6:8]] == ['  - {role: "r",', '  - {role: "s",']
    assert lines[8].startswith("  to approve it, first merge this ")
    assert lines[9:] == [f'  - {{rules: ["{gone}"], reason: …, until: …}}']
    shown = "\n".join(verdict_markdown(verdict))
    assert "what to do: make it hold again, " in shown
    assert f'\n# {lines[8].strip()}\n- {{rules: ["{gone}"]' in shown


def test_no_id_forges_a_line(desk: rolegate.Policy) -> None:
    """Ends of lines and orders to a terminal are shown as escapes, wherever they are."""
    evil = "a\n::error::x\x1b[2J"
    span = Span("approvals.yaml", 1, 1)
    found = Diagnostic("RG713", span, evil, evil, (RelatedSpan(span, evil),))
    nothing = SubjectDifference("", "", 0, 0, Cells((), (desk.catalog, desk.catalog), frozenset()), ("", ""))
    subject = ChangedSubjects("user", (evil,), (evil,), (), None, None, nothing)
    refusals = [
        GateRefusal(kind, (evil, evil), about, {"rules": [evil]})
        for kind in get_args(RefusalKind)
        for about in (None, subject)
    ]
    lines = list(verdict_lines(GateVerdict(AccessDiff(()), tuple(refusals), (found,))))
    assert len(lines) == 2 * len(refusals) + 1 + 3
    assert all(line.isprintable() for line in lines)
    starts = (
        "refused: ",
        "  to approve them",
        "  - {",
        "approvals.yaml:1:1: ",
        "  approvals.yaml:",
        "  help: ",
    )
    assert all(line.startswith(starts) for line in lines)


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (
            "{manage: billing.pay, never: [billing.*]}",
            "{manage: tickets.export, never: [billing.*]}",
            'custom_roles: {"where": "*", "manage": "tickets.export", "may": null, "never": ["billing.*"]}',
        ),
        (
            "{manage: billing.pay, never: [billing.*], plans: [pro]}",
            "{manage: billing.pay, never: [billing.pay]}",
            'custom_roles: {"where": "*", "manage": "billing.pay", "may": null, "never": ["billing.pay"]}',
        ),
    ],
)
def test_who_edits_roles_is_a_rule(tmp_path: Path, before: str, after: str, text: str) -> None:
    """Nobody's access changes by it, and soon everybody's may."""
    catalogs = [f"{FILES['catalog.yaml']}custom_roles: {kind}\n" for kind in (before, after)]
    old, new = (policy(tmp_path / str(side), catalog=catalog) for side, catalog in enumerate(catalogs))
    verdict = judge_change(old, new, at=NOW)
    assert [(refusal.kind, refusal.what) for refusal in verdict.refusals] == [("rule", (text,))]
    approval = f"approvals:\n  - {{rules: ['{text}'], reason: Agreed., until: 2999-07-01}}\n"
    assert judge_change(old, policy(tmp_path / "approved", catalog=catalogs[1], approvals=approval), at=NOW)


def test_a_role_that_is_no_longer_locked_is_a_rule(tmp_path: Path) -> None:
    """Whoever may edit roles may edit it then."""
    role = FILES["roles/boss.yaml"]
    folder = tmp_path / "old"
    policy(folder)
    (folder / "roles/boss.yaml").write_text(f"{role}locked: true\n", encoding="utf-8")
    verdict = judge_change(rolegate.load(folder, at=NOW), policy(tmp_path / "new"), at=NOW)
    assert [refusal.what for refusal in verdict.refusals] == [("role boss: not locked",)]


@pytest.mark.parametrize(("domain", "kind"), [("", "lax"), ("", None), ("acme", "lax"), ("acme", None)])
def test_another_kind_of_a_role_is_a_rule(tmp_path: Path, domain: str, kind: str | None) -> None:
    """It says who edits the role, and what it may come to hold."""
    sides = []
    for side, named in enumerate(("strict", kind)):
        folder = tmp_path / str(side)
        for name in ("roles/acme", "domains"):
            (folder / name).mkdir(parents=True)
        (folder / "catalog.yaml").write_text(
            "catalog: c\npermissions: {a: A, edit: Edit}\ncustom_roles: {manage: edit}\n"
            "role_kinds: {strict: {title: Strict, manage: edit}, lax: {title: Lax, manage: edit}}\n",
            encoding="utf-8",
        )
        (folder / "domains/acme.yaml").write_text("{}\n", encoding="utf-8")
        said = f"kind: {named}\n" if named else ""
        where = folder / "roles" / domain / "lead.yaml"
        where.write_text(f"role: lead\n{said}grants: [edit]\n", encoding="utf-8")
        sides.append(rolegate.load(folder))
    verdict = judge_change(*sides, at=NOW)
    of = f" of {domain}" if domain else ""
    line = f"role lead{of}: {'no kind' if kind is None else f'kind {kind}'}"
    assert [refusal.what for refusal in verdict.refusals] == [(line,)]


def test_a_rule_about_one_role_is_not_about_another_one(tmp_path: Path) -> None:
    """A default role may have a name that reads like a role of a domain; only the one is approved."""
    catalog = "catalog: c\npermissions: {a: A, edit: Edit}\ncustom_roles: {manage: edit}\n"
    whats = []
    for side, open_role in enumerate(("lead of acme", "lead")):
        sides = []
        for locked in (True, False):
            folder = tmp_path / f"{side}{locked}"
            (folder / "roles").mkdir(parents=True)
            (folder / "catalog.yaml").write_text(catalog, encoding="utf-8")
            (folder / "domains.yaml").write_text("domains: {acme: {}}\n", encoding="utf-8")
            roles: dict[str, dict[str, object]] = {"lead of acme": {}, "lead": {"domain": "acme"}}
            for name, role in roles.items():
                role |= {"grants": ["a"], "locked": locked or name != open_role}
            (folder / "roles/all.yaml").write_text(json.dumps({"roles": roles}), encoding="utf-8")
            sides.append(rolegate.load(folder))
        whats += [refusal.what for refusal in judge_change(*sides, at=NOW).refusals]
    assert whats == [('role "lead of acme": not locked',), ("role lead of acme: not locked",)]
