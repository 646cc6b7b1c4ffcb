"""What a change lifts is told: in domains beside an approved gain, and for people whom no file names."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from desks import NOW
from reading import write
from rolegate import GateVerdict, judge_change

CATALOG = """\
catalog: desk
plans: {free: Free, pro: Pro}
scopes: {reach: {all: All, my: {title: My, within: all, where: {owner: user.id}}}}
resources: {inbox: Inbox}
custom_roles: {}
permissions:
  tickets:
    permissions: {show: {title: Show, scopes: reach}, export: {title: Export, plans: [pro]}, note: Note}
  inboxes: {per: inbox, permissions: {access: Access}}
  billing: {permissions: {pay: Pay, view: View}}
"""
BASE = {
    "catalog.yaml": CATALOG,
    "domains.yaml": "domains: {acme: {plan: pro, teams: {sales: []}}, beta: {plan: free}}\n",
    "bindings.yaml": "bindings: []\n",
    "roles/viewer.yaml": "role: viewer\ngrants: [tickets.show@my]\n",
    "roles/boss.yaml": 'role: boss\ngrants: ["billing.*", "tickets.*"]\n',
}
NESTED = {"domains.yaml": "domains: {acme: {plan: pro}, beta: {plan: pro, within: acme}}\n"}
APART = {"domains.yaml": "domains: {acme: {plan: pro}, beta: {plan: pro}}\n"}
CAREFUL = {"roles/careful.yaml": "role: careful\ndomain: beta\nreplaces: viewer\ngrants: [tickets.show@my]\n"}
LEAD = {"roles/lead.yaml": "role: lead\ndomain: acme\ngrants: [billing.pay]\n"}
PAID_LEAD = {
    "approvals.yaml": (
        "approvals:\n  - {role: lead, domain: acme, gains: [billing.pay], reason: x, until: 2999-01-01}\n"
    )
}
NO_PAY = "restrictions: {nopay: {title: No payments, restrict: [billing.pay]}}\n"


def lines(*written: str) -> dict[str, str]:
    return {"bindings.yaml": "bindings:\n" + "".join(f"  - {{{line}}}\n" for line in written)}


def gains(gained: str) -> dict[str, str]:
    """The role of viewers with more, and an approval of that."""
    said = f"  - {{role: viewer, gains: ['{gained}'], reason: x, until: 2999-01-01}}\n"
    return {
        "roles/viewer.yaml": f"role: viewer\ngrants: [tickets.show@my, '{gained}']\n",
        "approvals.yaml": f"approvals:\n{said}",
    }


def judged(folder: Path, old: dict[str, str], new: dict[str, str]) -> GateVerdict:
    sides = (("old", {**BASE, **old}), ("new", {**BASE, **new}))
    return judge_change(
        *(rolegate.load(write(folder / name, files), at=NOW) for name, files in sides), at=NOW
    )


def told(verdict: GateVerdict, domain: str) -> set[str]:
    """The roles that are refused in a domain."""
    about = (refusal.subjects for refusal in verdict.refusals)
    return {name for one in about if one and domain in one.domains for name in one.names}


RESTRICTED = "role: viewer, restrict: [billing.pay], domain: beta"
PAY = gains("billing.pay")


@pytest.mark.parametrize(
    ("old", "new", "role"),
    [
        (lines(RESTRICTED), PAY, "viewer"),
        (lines(RESTRICTED), lines(f"{RESTRICTED}, until: 2999-01-01") | PAY, "viewer"),
        (lines(RESTRICTED), lines(f"{RESTRICTED}, from: 2999-01-01") | PAY, "viewer"),
        (CAREFUL, PAY, "viewer"),
        (
            NESTED | lines(RESTRICTED.replace("beta", "acme")),
            APART | lines(RESTRICTED.replace("beta", "acme")) | PAY,
            "viewer",
        ),
        (
            APART,
            NESTED | LEAD | PAID_LEAD,
            "lead",
        ),
        (
            {"domains.yaml": "domains: {acme: {plan: pro}, beta: {plan: free, removed: {inbox: [C]}}}\n"},
            gains("inboxes.access[*]"),
            "viewer",
        ),
        (
            {"catalog.yaml": CATALOG + NO_PAY} | lines("role: viewer, restrictions: [nopay], domain: beta"),
            {"catalog.yaml": CATALOG + NO_PAY.replace("billing.pay", "tickets.note")}
            | lines("role: viewer, restrictions: [nopay], domain: beta")
            | PAY,
            "viewer",
        ),
    ],
)
def test_what_opens_in_a_domain_is_told_beside_an_approved_gain(
    tmp_path: Path, old: dict[str, str], new: dict[str, str], role: str
) -> None:
    """The approval says what the role gains everywhere, and nothing of what the domain kept closed."""
    assert role in told(judged(tmp_path, old, new), "beta")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (lines(RESTRICTED), lines(RESTRICTED)),
        (lines(RESTRICTED), lines("role: viewer, restrict: ['billing.*'], domain: beta")),
        (lines(RESTRICTED), lines(f"{RESTRICTED}, until: 2999-01-01", f"{RESTRICTED}, from: 2999-01-01")),
        (
            {},
            {
                "catalog.yaml": CATALOG.replace("free: Free", "basic: {title: Basic, renamed_from: free}"),
                "domains.yaml": BASE["domains.yaml"].replace("plan: free", "plan: basic"),
            },
        ),
        (CAREFUL, CAREFUL),
    ],
)
def test_a_gain_everywhere_is_told_once_where_a_domain_is_as_it_was(
    tmp_path: Path, old: dict[str, str], new: dict[str, str]
) -> None:
    """A plan under another name, or a restriction written otherwise, opens nothing."""
    assert judged(tmp_path, old, new | PAY)


def test_a_renamed_kind_of_domain_opens_nothing(tmp_path: Path) -> None:
    kinds = "domain_kinds: {shop: Shop}\n"
    old = {"catalog.yaml": CATALOG + kinds, "domains.yaml": "domains: {beta: {plan: free, kind: shop}}\n"}
    new = {
        "catalog.yaml": CATALOG + kinds.replace("shop: Shop", "store: {title: Shop, renamed_from: shop}"),
        "domains.yaml": old["domains.yaml"].replace("shop", "store"),
    }
    assert judged(tmp_path, old, new | PAY)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            lines("everyone: true, restrict: [billing.pay], domain: acme"),
            {},
            '{"everyone": true, "domain": "acme", "restrict": "billing.pay"}: lifted',
        ),
        (
            lines("user: eve, restrict: [billing.pay], domain: acme"),
            {},
            '{"user": "eve", "domain": "acme", "restrict": "billing.pay"}: lifted',
        ),
        (
            lines("team: sales, restrict: [billing.pay], domain: acme"),
            {},
            '{"team": "sales", "domain": "acme", "restrict": "billing.pay"}: lifted',
        ),
        (lines(RESTRICTED), {}, '{"role": "viewer", "domain": "beta", "restrict": "billing.pay"}: lifted'),
        (
            lines(RESTRICTED),
            lines(f"{RESTRICTED}, until: 2999-01-01"),
            '{"role": "viewer", "domain": "beta", "restrict": "billing.pay"}: lifted from 2999-01-01',
        ),
        (
            lines(RESTRICTED),
            lines(f"{RESTRICTED}, from: 2999-01-01"),
            '{"role": "viewer", "domain": "beta", "restrict": "billing.pay"}: lifted until 2999-01-01',
        ),
        (
            lines("user: eve, restrict: ['tickets.show@my'], domain: acme"),
            lines("user: eve, restrict: ['tickets.show@all'], domain: acme"),
            '{"user": "eve", "domain": "acme", "restrict": "tickets.show@my"}: lifted for tickets.show@my',
        ),
        (
            {"catalog.yaml": CATALOG + NO_PAY},
            {"catalog.yaml": CATALOG + NO_PAY.replace("pay]", "view]")},
            '{"restriction": "nopay", "restrict": "billing.pay"}: lifted',
        ),
        (
            lines("user: eve, restrict: ['billing.*'], domain: acme"),
            lines("user: eve, restrict: [billing.pay, billing.view], domain: acme"),
            '{"user": "eve", "domain": "acme", "restrict": "billing.*"}: lifted for what is added later',
        ),
        (
            {"catalog.yaml": CATALOG + NO_PAY},
            {},
            '{"restriction": "nopay", "restrict": "billing.pay"}: lifted',
        ),
    ],
)
def test_a_lifted_restriction_is_a_rule(
    tmp_path: Path, old: dict[str, str], new: dict[str, str], line: str
) -> None:
    """It held for users of the application as well, whom no file gives anything; an approval names it."""
    verdict = judged(tmp_path / "one", old, new)
    assert [(one.kind, one.what) for one in verdict.refusals] == [("rule", (f"restriction {line}",))]
    named = f"approvals:\n  - {{rules: ['restriction {line}'], reason: x, until: 2999-01-01}}\n"
    assert judged(tmp_path / "two", old, new | {"approvals.yaml": named})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "user: eve, restrict: [billing.pay], domain: acme",
            "user: eve, restrict: ['billing.*'], domain: acme",
        ),
        (
            "user: eve, restrict: [billing.pay], domain: acme",
            "everyone: true, restrict: [billing.pay], domain: acme",
        ),
        (
            "user: eve, restrict: [billing.pay], domain: acme, until: 2000-01-01",
            "user: ana, role: viewer, domain: acme",
        ),
    ],
)
def test_a_restriction_that_another_one_covers_is_not_lifted(tmp_path: Path, old: str, new: str) -> None:
    """Nor is one that has ended."""
    kept = "user: ana, role: viewer, domain: acme"
    assert judged(tmp_path, lines(old, kept), lines(new, kept) if new != kept else lines(kept))


@pytest.mark.parametrize(
    ("domain", "before", "after", "gained"),
    [
        ("acme", "[billing.pay]", "", ("billing.pay",)),
        ("beta", "['tickets.*']", "", ("tickets.show@all", "tickets.note")),
        ("acme", "[billing.pay, billing.view]", "[billing.pay]", ("billing.view",)),
    ],
)
def test_whoever_gains_by_what_is_lifted_is_told_once(
    tmp_path: Path, domain: str, before: str, after: str, gained: tuple[str, ...]
) -> None:
    """Eve is told by her name, so no rule says it again; what the domain does not have is no gain."""
    boss = f"user: eve, role: boss, domain: {domain}"
    kept = [f"user: eve, restrict: {after}, domain: {domain}"] if after else []
    restricted = lines(boss, f"user: eve, restrict: {before}, domain: {domain}")
    verdict = judged(tmp_path, restricted, lines(boss, *kept))
    assert [(one.kind, one.what) for one in verdict.refusals] == [("gain", gained)]


def test_what_everybody_gains_is_told_once(tmp_path: Path) -> None:
    """Of a restriction on everyone, it is enough to say what those gain whom no line names."""
    role = "everyone: true, role: boss, domain: acme"
    restricted = lines(role, "everyone: true, restrict: [billing.pay], domain: acme")
    verdict = judged(tmp_path, restricted, lines(role))
    assert [(one.kind, one.what) for one in verdict.refusals] == [("gain", ("billing.pay",))]


def test_whoever_gains_less_than_is_lifted_is_told_of_that_as_well(tmp_path: Path) -> None:
    """Eve may see her own; the application may give her the role that sees all."""
    restricted = lines("user: eve, restrict: ['tickets.show@all'], domain: acme")
    viewer = lines("user: eve, role: viewer, domain: acme")
    said = 'restriction {"user": "eve", "domain": "acme", "restrict": "tickets.show@all"}: lifted'
    verdict = judged(tmp_path, restricted, viewer)
    assert [one.what for one in verdict.refusals] == [(said,), ("tickets.show@my",)]


def test_what_a_restriction_takes_along_is_lifted_with_the_requirement(tmp_path: Path) -> None:
    """Paying needs to see bills, which eve may not; without that, the application lets her pay.

    What the application restricts takes less as well, so the requirement is a rule of its own.
    """
    needs = {"catalog.yaml": CATALOG.replace("pay: Pay", "pay: {title: Pay, requires: [billing.view]}")}
    restricted = lines("user: eve, restrict: [billing.view], domain: acme")
    said = 'restriction {"user": "eve", "domain": "acme", "restrict": "billing.view"}: lifted for billing.pay'
    verdict = judged(tmp_path / "less", needs | restricted, restricted)
    gone = "billing.pay requires billing.view: gone"
    assert [one.what for one in verdict.refusals] == [(gone, said)]
    kept = lines("user: eve, restrict: [billing.view, billing.pay], domain: acme")
    verdict = judged(tmp_path / "kept", needs | restricted, kept)
    assert [one.what for one in verdict.refusals] == [(gone,)]


def test_a_restriction_from_instances_of_another_kind_is_lifted(tmp_path: Path) -> None:
    """One that says the same id is about another thing; one from all of them holds for these as well."""
    boxes = {"catalog.yaml": CATALOG.replace("inbox: Inbox", "box: Box").replace("per: inbox", "per: box")}
    said = 'restriction {"user": "eve", "domain": "acme", "restrict": "inboxes.access[%s]"}: lifted'
    for name, instance, lifted in (("one", "a", True), ("all", "*", False)):
        restricted = lines(f"user: eve, restrict: ['inboxes.access[{instance}]'], domain: acme")
        verdict = judged(tmp_path / name, restricted, boxes | restricted)
        told = [text for one in verdict.refusals for text in one.what if text.startswith("restriction ")]
        assert told == ([said % instance] if lifted else [])


@pytest.mark.parametrize(
    ("domains", "line", "lifted"),
    [
        ("{beta: {plan: free}}", "user: eve", "acme"),
        ("{acme: {plan: pro}, beta: {plan: free}}", "team: sales", "acme"),
    ],
)
def test_what_goes_with_a_domain_or_a_team_is_lifted(
    tmp_path: Path, domains: str, line: str, lifted: str
) -> None:
    """The next change adds the domain again; who was in the team is still there."""
    old = lines(f"{line}, restrict: [billing.pay], domain: acme")
    new = {"domains.yaml": f"domains: {domains}\n"}
    kind, name = line.split(": ")
    said = f'restriction {{"{kind}": "{name}", "domain": "{lifted}", "restrict": "billing.pay"}}: lifted'
    assert [one.what for one in judged(tmp_path, old, new).refusals] == [(said,)]


def test_a_domain_whose_name_is_kept_takes_its_restrictions_along(tmp_path: Path) -> None:
    """Nobody is in it again; a domain inside one that is gone says nothing of its own."""
    old = NESTED | lines("user: eve, restrict: [billing.pay], domain: acme")
    gone = {"domains.yaml": "domains: {other: {plan: pro}}\n"}
    assert len(judged(tmp_path / "gone", old, gone).refusals[0].what) == 1
    kept = CATALOG + "removed_names: {domains: {acme: {}, beta: {}}}\n"
    assert judged(tmp_path / "kept", old, gone | {"catalog.yaml": kept})


def test_an_approval_of_a_part_lifts_no_more(tmp_path: Path) -> None:
    """A permission leaves the star of a restriction; the next change drops the line."""
    moved = CATALOG.replace("pay: Pay, ", "") + "  money: {permissions: {pay: {renamed_from: billing.pay}}}\n"
    star = lines("user: eve, restrict: ['billing.*'], domain: acme")
    said = 'restriction {"user": "eve", "domain": "acme", "restrict": "billing.*"}: lifted'
    part = f"{said} for money.pay"
    verdict = judged(tmp_path / "moved", star, star | {"catalog.yaml": moved})
    assert [one.what for one in verdict.refusals] == [(part,)]
    named = f"approvals:\n  - {{rules: ['{part}'], reason: x, until: 2999-01-01}}\n"
    dropped = {"catalog.yaml": moved, "approvals.yaml": named}
    verdict = judged(tmp_path / "dropped", star | {"catalog.yaml": moved}, dropped)
    assert [one.what for one in verdict.refusals] == [(said,)]


def test_what_is_lifted_with_a_domain_around_is_said_where_it_held(tmp_path: Path) -> None:
    """A domain that leaves another one leaves its restrictions; within one, they are said once."""
    kept = lines("user: eve, restrict: [billing.pay], domain: acme")
    said = '{"user": "eve", "domain": "%s", "restrict": "billing.pay"}: lifted'
    for name, new, domain in (("left", APART | kept, "beta"), ("lifted", NESTED, "acme")):
        verdict = judged(tmp_path / name, NESTED | kept, new)
        assert [one.what for one in verdict.refusals] == [(f"restriction {said % domain}",)]


@pytest.mark.parametrize(
    ("restricted", "refused"), [("billing.view", True), ("billing.pay", True), ("tickets.note", False)]
)
def test_where_only_sensitive_gains_need_approvals_so_do_sensitive_restrictions(
    tmp_path: Path, restricted: str, refused: bool
) -> None:
    """Paying is sensitive, and needs to see bills: it opens with them."""
    sensitive = CATALOG.replace("pay: Pay", "pay: {title: Pay, sensitive: true, requires: [billing.view]}")
    rules = {"catalog.yaml": sensitive + NO_PAY.replace("billing.pay", restricted)}
    rules |= {"review.yaml": "approve: sensitive\n"}
    before = rules | lines(f"user: eve, restrict: [{restricted}], domain: acme")
    after = rules | {"catalog.yaml": sensitive}
    assert [len(one.what) for one in judged(tmp_path, before, after).refusals] == ([2] if refused else [])
