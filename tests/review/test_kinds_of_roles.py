"""What roles of a kind may hold is compared by what its words mean, not only as words."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from rolegate import GateVerdict, judge_change

SET = {
    "catalog.yaml": """\
catalog: desk
scopes:
  reach: {all: All, my: {title: My, within: all}}
resources: {inbox: Inbox}
permissions:
  tickets: {permissions: {show: {title: Show, scopes: reach}, note: {title: Note, by_name: true}}}
  inboxes: {per: inbox, permissions: {access: Access}}
  billing: {permissions: {pay: Pay, view: View}}
""",
    "domains.yaml": "domains: {acme: {}}\n",
    "roles/lead.yaml": "role: lead\ngrants: [billing.view]\n",
}
MONEY = "  money: {permissions: {pay: {title: Pay, renamed_from: billing.pay}}}\n"
ALIAS = "{title: Pay, aliases: ['edit:roles']}"


def judged(folder: Path, before: str, after: str, approvals: str = "") -> GateVerdict:
    """The verdict on a catalog that becomes another one."""
    sides = []
    for name, catalog, said in (("old", before, ""), ("new", after, approvals)):
        for file, text in {
            **SET,
            "catalog.yaml": catalog,
            "approvals.yaml": said or "approvals: []\n",
        }.items():
            path = folder / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        sides.append(rolegate.load(folder / name))
    return judge_change(*sides)


def rules(verdict: GateVerdict) -> list[str]:
    """What is refused of kinds of roles, beside grants that give more."""
    said = [text for refusal in verdict.refusals if refusal.kind == "rule" for text in refusal.what]
    return [text for text in said if not text.startswith("grant ")]


def catalog(kinds: str, *changes: tuple[str, str], more: str = "") -> str:
    text = SET["catalog.yaml"]
    for was, now in changes:
        assert was in text
        text = text.replace(was, now)
    return f"{text}{more}{kinds}\n"


NEVER = "custom_roles: {never: [billing.*]}"
MAY = "role_kinds: {t: {title: T, may: [tickets.*]}}"
PAY_GONE = ("{pay: Pay, view: View}", "{view: View}")
EDIT = ("note: {", "edit: {title: Edit, scopes: reach}, note: {")
TO_TICKETS = ("note: {", "pay: {title: Pay, renamed_from: billing.pay}, note: {")


@pytest.mark.parametrize(
    ("kinds", "before", "after", "said"),
    [
        (NEVER, [], [PAY_GONE, MONEY], ["custom_roles: may hold money.pay (was billing.pay)"]),
        (MAY, [], [PAY_GONE, TO_TICKETS], ["role_kinds t: may hold tickets.pay (was billing.pay)"]),
        (MAY, [], [(", by_name: true", "")], ["role_kinds t: may hold tickets.note"]),
        (
            "custom_roles: {never: ['edit:roles']}",
            [("pay: Pay", f"pay: {ALIAS}")],
            [("view: View", f"view: {ALIAS}")],
            ["custom_roles: may hold billing.pay"],
        ),
        (
            "custom_roles: {manage: 'edit:roles'}",
            [("pay: Pay", f"pay: {ALIAS}")],
            [("view: View", f"view: {ALIAS}")],
            [
                'custom_roles: {"where": "*", "manage": "edit:roles (alias of billing.view)", "may": null, '
                '"never": []}'
            ],
        ),
        (
            "custom_roles: {never: [billing.pay]}",
            [("view: View", "view: {title: View, implies: [billing.pay]}")],
            [],
            ["custom_roles: may hold billing.view"],
        ),
        (
            "custom_roles: {never: ['*@my']}",
            [EDIT],
            [
                EDIT,
                ("within: all}}", "within: all}}\n  other: {whole: Whole}"),
                ("show: {title: Show, scopes: reach", "show: {title: Show, scopes: other"),
            ],
            [
                "custom_roles: may hold tickets.show@whole (scope whole: every record)",
                "permission tickets.show: scope my is gone",
            ],
        ),
    ],
)
def test_what_a_kind_may_hold_by_the_same_words_is_a_rule(
    tmp_path: Path,
    kinds: str,
    before: list[tuple[str, str]],
    after: list[tuple[str, str] | str],
    said: list[str],
) -> None:
    """Nobody's access changes by it; the next change is judged by the kind as it is then."""
    changes = [change for change in after if isinstance(change, tuple)]
    more = "".join(change for change in after if isinstance(change, str))
    sides = (catalog(kinds, *before), catalog(kinds, *changes, more=more))
    assert rules(judged(tmp_path / "plain", *sides)) == said
    quoted = ", ".join(f"'{text}'" for text in said)
    approved = f"approvals: [{{rules: [{quoted}], reason: Agreed., until: 2999-01-01}}]\n"
    assert rules(judged(tmp_path / "approved", *sides, approved)) == []


def test_other_words_do_not_hide_what_moves_beside_them(tmp_path: Path) -> None:
    """An approval of the words is none of what the same change moves into them."""
    wider = MAY.replace("[tickets.*]", "[tickets.*, billing.view]")
    sides = (catalog(MAY), catalog(wider, PAY_GONE, TO_TICKETS))
    words = 'role_kinds t: {"where": "*", "manage": null, "may": ["billing.view", "tickets.*"], "never": []}'
    assert rules(judged(tmp_path / "moved", *sides)) == [
        words,
        "role_kinds t: may hold tickets.pay (was billing.pay)",
    ]
    assert rules(judged(tmp_path / "alone", catalog(MAY), catalog(wider))) == [words]


def test_words_that_the_older_side_does_not_know_are_told_by_what_they_give(tmp_path: Path) -> None:
    """Nobody could read there what they mean: of a kind that is new, and of one that is not."""
    fresh = MAY.replace("[tickets.*]", "[tickets.*, money.*]")
    moved = catalog(fresh, PAY_GONE, more=MONEY)
    words, *gained = rules(judged(tmp_path / "new", catalog(""), moved))
    assert words.startswith("role_kinds t: {")
    assert gained == ["role_kinds t: may hold money.pay (was billing.pay)"]
    kept = catalog("custom_roles: {never: [money.*]}", PAY_GONE, more=MONEY)
    words, *gained = rules(judged(tmp_path / "kept", catalog(NEVER), kept))
    assert words.startswith("custom_roles: {")
    assert gained == ["custom_roles: may hold billing.view"]


@pytest.mark.parametrize(
    ("kinds", "per", "said"),
    [
        ("{may: ['inboxes.access[a]'], title: T}", "box: Box", ["may hold inboxes.access[a] (per box)"]),
        ("{may: ['inboxes.access[a]'], title: T}", "box: {title: Box, renamed_from: inbox}", []),
    ],
)
def test_instances_of_another_kind_are_other_things(
    tmp_path: Path, kinds: str, per: str, said: list[str]
) -> None:
    """Whatever their ids; a kind of instances that has another name is the same."""
    named = f"role_kinds: {{t: {kinds}}}"
    sides = (catalog(named), catalog(named, ("{inbox: Inbox}", f"{{{per}}}"), ("per: inbox", "per: box")))
    assert rules(judged(tmp_path, *sides)) == [f"role_kinds t: {text}" for text in said]


def test_what_is_never_held_of_an_inner_kind_is_told_below_the_same_outer_one(tmp_path: Path) -> None:
    """`never` goes on naming the id of an account, which is a shelf now."""
    named = "custom_roles: {never: ['inboxes.access[a/b]']}"
    kinds = (
        "{inbox: Inbox}",
        "{inbox: Inbox, box: {title: Box, within: inbox}, bin: {title: Bin, within: inbox}}",
    )
    sides = (catalog(named, kinds, ("per: inbox", f"per: {inner}")) for inner in ("box", "bin"))
    assert rules(judged(tmp_path, *sides)) == ["custom_roles: may hold inboxes.access[a/…] (per inbox/bin)"]


@pytest.mark.parametrize("kinds", [NEVER, MAY, "custom_roles: {}", "custom_roles: {manage: billing.pay}"])
def test_what_is_new_and_what_is_less_are_no_rules(tmp_path: Path, kinds: str) -> None:
    """The words of the older side said of each later permission whether such roles may hold it."""
    more = catalog(kinds, ("note: {", "fresh: Fresh, note: {"), more="  sales: {permissions: {see: See}}\n")
    assert rules(judged(tmp_path / "new", catalog(kinds), more)) == []
    less = catalog(kinds, (", by_name: true", ""))
    assert rules(judged(tmp_path / "less", less, catalog(kinds))) == []


def test_a_permission_that_is_renamed_is_edited_as_before(tmp_path: Path) -> None:
    """Its former name, and an alias, stand for it as they did."""
    kinds = "custom_roles: {manage: 'edit:roles', never: ['edit:roles']}"
    before = catalog(kinds, ("pay: Pay", f"pay: {ALIAS}"))
    after = catalog(kinds, ("pay: Pay", f"paid: {ALIAS[:-1]}, renamed_from: billing.pay}}"))
    assert rules(judged(tmp_path, before, after)) == []
