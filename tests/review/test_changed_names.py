"""A former or removed name that means another thing after a change is told, and is a rule of the gate."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write
from rolegate import access_diff, judge_change

CATALOG = """
catalog: desk
custom_roles: {}
plans: {basic: {renamed_from: first}, pro: {}}
addons: {small: {renamed_from: tiny}, large: {}}
domain_kinds: {shop: {renamed_from: store}, firm: {}}
resources: {inbox: {renamed_from: box}, shelf: {}}
scopes: {reach: {all: {}, my: {within: all, where: {owner: user.id}, renamed_from: mine}}}
removed: {billing.old: {becomes: [billing.view]}}
removed_names:
  roles: {helper: {becomes: viewer}}
  domains: {lyon: {becomes: acme}}
  plans: {trial: {becomes: basic}}
  scopes: {reach: {far: {becomes: my}}}
permissions:
  show: {title: Show, scopes: reach}
  billing: {permissions: {pay: Pay, view: View}}
"""
DOMAINS = """
domains:
  acme: {kind: shop, plan: basic, renamed_from: old}
  beta: {kind: shop, plan: pro}
"""
FILES = {
    "catalog": CATALOG,
    "domains": DOMAINS,
    "roles/viewer": "role: viewer\nrenamed_from: guest\ngrants: show@my\n",
    "roles/boss": "role: boss\ngrants: billing.*\n",
    "roles/own": "role: own\ndomain: beta\nrenamed_from: mate\ngrants: show@my\n",
    "roles/head": "role: head\ndomain: beta\ngrants: billing.*\n",
}
Edit = tuple[str, str, str]


def desk(folder: Path, *edits: Edit) -> rolegate.Policy:
    files = dict(FILES)
    for file, old, new in edits:
        assert old in files[file]
        files[file] = files[file].replace(old, new, 1)
    return rolegate.load(write(folder, {f"{name}.yaml": text for name, text in files.items()}))


def rules(old: rolegate.Policy, new: rolegate.Policy) -> list[str]:
    return [
        text for refusal in judge_change(old, new).refusals for text in refusal.what if refusal.kind == "rule"
    ]


CASES: list[tuple[str, list[Edit]]] = [
    (
        'former role "guest": now "boss"',
        [
            ("roles/viewer", "renamed_from: guest\n", ""),
            ("roles/boss", "role: boss\n", "role: boss\nrenamed_from: guest\n"),
        ],
    ),
    ('former role "nobody": now "boss"', [("roles/boss", "boss\n", "boss\nrenamed_from: nobody\n")]),
    (
        'former role "mate" of "beta": now "head"',
        [
            ("roles/own", "renamed_from: mate\n", ""),
            ("roles/head", "role: head\n", "role: head\nrenamed_from: mate\n"),
        ],
    ),
    (
        'former scope "reach.mine": now "all"',
        [("catalog", ", renamed_from: mine", ""), ("catalog", "{all: {}", "{all: {renamed_from: mine}")],
    ),
    (
        'former domain "old": now "beta"',
        [
            ("domains", ", renamed_from: old", ""),
            ("domains", "plan: pro", "plan: pro, renamed_from: old"),
        ],
    ),
    *(
        (
            f'former {noun} "{former}": now "{now}"',
            [
                ("catalog", f"{was}: {{renamed_from: {former}}}", f"{was}: {{}}"),
                ("catalog", f"{now}: {{}}", f"{now}: {{renamed_from: {former}}}"),
            ],
        )
        for noun, former, was, now in (
            ("plan", "first", "basic", "pro"),
            ("add-on", "tiny", "small", "large"),
            ("kind of domain", "store", "shop", "firm"),
            ("resource", "box", "inbox", "shelf"),
        )
    ),
    ('removed path "billing.old": becomes "billing.pay"', [("catalog", "[billing.view]", "[billing.pay]")]),
    (
        'removed role "guest": becomes "boss"',
        [
            ("roles/viewer", "renamed_from: guest\n", ""),
            ("catalog", "{helper: {becomes: viewer}", "{helper: {becomes: viewer}, guest: {becomes: boss}"),
        ],
    ),
    ('removed role "helper": becomes "boss"', [("catalog", "becomes: viewer", "becomes: boss")]),
    ('removed domain "lyon": becomes "beta"', [("catalog", "becomes: acme", "becomes: beta")]),
    ('removed plan "trial": becomes "pro"', [("catalog", "becomes: basic", "becomes: pro")]),
    ('removed scope "reach.far": becomes "all"', [("catalog", "becomes: my", "becomes: all")]),
]


@pytest.mark.parametrize(("rule", "edits"), CASES)
def test_a_name_that_means_another_thing_is_a_rule(tmp_path: Path, rule: str, edits: list[Edit]) -> None:
    """Nobody's access differs by the names of today, and whatever uses the other name has another one."""
    old, new = desk(tmp_path / "old"), desk(tmp_path / "new", *edits)
    assert rules(old, new) == [rule]
    (note,) = [note.text for note in access_diff(old, new).notes if note.kind == "again"]
    name, now = rule.split('"')[1], rule.split('"')[-2]
    assert f"`{name}`" in note
    assert f"means `{now}` now; before, " in note
    entry = f"approvals: [{{rules: ['{rule}'], reason: x, until: 2999-01-01}}]\n"
    (tmp_path / "new" / "approvals.yaml").write_text(entry, encoding="utf-8")
    assert judge_change(old, rolegate.load(tmp_path / "new"))
    assert rules(old, old) == []


def test_a_name_that_follows_what_it_meant_is_no_rule(tmp_path: Path) -> None:
    """Everything has another name; former names, and what removed names become, mean the same things."""
    edits = (
        ("roles/viewer", "viewer\nrenamed_from: guest", "reader\nrenamed_from: [guest, viewer]"),
        ("catalog", "becomes: viewer", "becomes: reader"),
        ("catalog", "basic: {renamed_from: first}", "plain: {renamed_from: [first, basic]}"),
        ("catalog", "becomes: basic", "becomes: plain"),
        ("domains", "acme: {", "corp: {"),
        ("domains", "basic, renamed_from: old", "plain, renamed_from: [acme, old]"),
        ("catalog", "becomes: acme", "becomes: corp"),
        ("catalog", "{reach: {all: {}, my: {", "{span: {renamed_from: reach, all: {}, own: {"),
        ("catalog", "renamed_from: mine", "renamed_from: [mine, my]"),
        ("catalog", "{reach: {far: {becomes: my", "{span: {far: {becomes: own"),
        ("catalog", "scopes: reach", "scopes: span"),
        ("catalog", "view: View", "look: {title: Look, renamed_from: billing.view}"),
        ("catalog", "[billing.view]", "[billing.look]"),
    )
    assert rules(desk(tmp_path / "old"), desk(tmp_path / "new", *edits)) == []


def test_a_former_name_whose_new_name_is_taken_back_is_no_rule(tmp_path: Path) -> None:
    """A role is called again as it was before; the name between the two is a former one then."""
    back = ("roles/viewer", "viewer\nrenamed_from: guest", "guest\nrenamed_from: viewer")
    kept = ("catalog", "becomes: viewer", "becomes: guest")
    assert rules(desk(tmp_path / "old"), desk(tmp_path / "new", back, kept)) == []


def test_what_has_its_former_name_again_keeps_the_others(tmp_path: Path) -> None:
    """Though nothing says what it was called in between."""
    two = ("catalog", "renamed_from: first", "renamed_from: [first, zeroth]")
    again = (
        ("catalog", "basic: {renamed_from: first", "first: {renamed_from: zeroth"),
        ("catalog", "becomes: basic", "becomes: first"),
        ("domains", "plan: basic", "plan: first"),
    )
    assert rules(desk(tmp_path / "old", two), desk(tmp_path / "new", *again)) == []


def test_a_former_name_of_something_new_is_no_rule(tmp_path: Path) -> None:
    """All that it gives is told of what is new."""
    new = desk(tmp_path / "new", ("roles/boss", "role: boss", "role: chief\nrenamed_from: manager"))
    assert not [text for text in rules(desk(tmp_path / "old"), new) if text.startswith("former")]


def test_who_asks_by_the_former_name_gets_no_more_unseen(tmp_path: Path) -> None:
    """The answers do differ, which is why it is told."""
    old, new = desk(tmp_path / "old"), desk(tmp_path / "new", *CASES[0][1])
    guests = [rolegate.Gate(side).subject("u", domain="acme", roles=["guest"]) for side in (old, new)]
    assert [guest.can("billing.pay") for guest in guests] == [False, True]


def test_a_permission_that_is_split_is_told_as_one_that_is_removed(tmp_path: Path) -> None:
    """It meant itself before, so that is not said."""
    catalog = "catalog: x\npermissions: {clean: Clean}\n"
    split = "catalog: x\nremoved: {clean: {becomes: [tidy, look]}}\npermissions: {tidy: Tidy, look: Look}\n"
    sides = [
        rolegate.load(write(tmp_path / n, {"catalog.yaml": t})) for n, t in (("a", catalog), ("b", split))
    ]
    notes = [note.text for note in access_diff(sides[0], sides[1]).notes if note.kind == "again"]
    assert notes == ["the path `clean` is removed, and has become `look, tidy`"]
