"""Names that mean more by a change are refused before anybody uses them, or by whoever uses them first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from git_desk import Repository, repository
from rolegate.review.sets_diff import sets_diff

CATALOG = """\
catalog: desk
plans: [free, pro]
custom_roles: {never: ["inboxes.access[Support]"]}
scopes:
  reach: {all: All, team: {within: all}, my: {within: all}}
  wide: {all: All, my: {within: all}, team: {within: my}}
  spare: {all: All, own: {within: all, where: {owner: user.id}}}
resources:
  {inbox: Inbox, box: Box, shelf: {title: Shelf, attribute: shelf_id},
  aisle: Aisle, bay: {title: Bay, within: aisle}, bin: {title: Bin, within: aisle}}
removed: {tickets.old: {becomes: [tickets.note]}}
permissions:
  tickets:
    permissions:
      show: {title: Show, scopes: reach}
      note: Note
      secret: {title: Secret, by_name: true}
      export: {title: Export, plans: [pro], implies: [tickets.sent]}
      sent: {title: Sent, hidden: true}
  inboxes: {permissions: {access: {title: Access, per: inbox}}}
  stock:
    permissions:
      look: {title: Look, per: aisle}
      count: {title: Count, per: bay}
      sort: {title: Sort, per: bay, implies: [stock.count]}
  billing: {permissions: {pay: {title: Pay, aliases: [money]}, view: View}}
"""
FILES: dict[str, str | None] = {
    "catalog": CATALOG,
    "domains": "domains: {acme: {plan: pro, instances: {box: [Support]}}, beta: {plan: free}}\n",
    "bindings": "bindings: [{user: ana, role: reader, domain: acme}]\n",
    "roles/reader": "role: reader\ngrants: [billing.view]\n",
    "roles/helper": "role: helper\ngrants: [billing.view]\n",
    "roles/viewer": None,
    "roles/agent": None,
    "roles/boss": None,
}
ENDS = "reason: x, until: 2999-01-01"
Edit = tuple[str, str, str | None]
"""A file, and what is written in the place of what; None removes the file."""


class Desk:
    """A repository to which commits are added; `files` are those of the last one."""

    def __init__(self, top: Path) -> None:
        self._made: Repository = repository(top)
        self.files = dict(FILES)
        self._commit(self.files)

    def _commit(self, files: dict[str, str | None]) -> None:
        self._made.write(**{name.replace("/", "__"): text for name, text in files.items()})
        self._made.commit("A change")

    def refused(self, *edits: Edit, approve: Sequence[str] = (), gains: str = "") -> list[str]:
        """What the gate refuses of a commit with *edits*, of which rules, and gains, are approved."""
        changed: dict[str, str | None] = {}
        for file, before, after in edits:
            text = changed.get(file, self.files[file])
            assert text is not None
            assert before in text
            changed[file] = None if after is None else text.replace(before, after, 1)
        named = "".join(f"  - {{rules: ['{rule}'], {ENDS}}}\n" for rule in approve) + gains
        changed["approvals"] = f"approvals:\n{named}" if named else "approvals: []\n"
        self.files |= changed
        self._commit(changed)
        (found,) = sets_diff("HEAD~1", "HEAD", gate=True).sets
        assert found.verdict is not None
        return [text for refusal in found.verdict.refusals for text in refusal.what]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(tmp_path / "work")
    monkeypatch.chdir(tmp_path / "work")
    return made


def of_catalog(before: str, after: str) -> Edit:
    return "catalog", before, after


NO_NOTE = (of_catalog("      note: Note\n", ""), of_catalog("[tickets.note]", "[billing.view]"))
NO_PAY = of_catalog("pay: {title: Pay, aliases: [money]}, ", "")
NO_ALIAS = of_catalog(", aliases: [money]", "")
NO_MY = of_catalog(", my: {within: all}", "")
NO_BOX = (of_catalog(" box: Box,", ""), ("domains", ", instances: {box: [Support]}", ""))
REMOVED = "removed_names: {%s}\nremoved:"

CASES: dict[str, tuple[Sequence[Edit], list[str]]] = {
    "what custom roles may never hold is of another kind": (
        [of_catalog("per: inbox", "per: box")],
        [
            "custom_roles: may hold inboxes.access[…] (per box)",
            "grant inboxes.access[…]: gives inboxes.access[…] (per box)",
        ],
    ),
    "a scope has another one within it": (
        [of_catalog("team: {within: all}", "team: {within: my}")],
        ["grant tickets.show@my: gives tickets.show@team (scope team)"],
    ),
    "a permission has another ladder": (
        [of_catalog("scopes: reach", "scopes: wide")],
        ["grant tickets.show@my: gives tickets.show@team (scope team)"],
    ),
    "a permission implies another one": (
        [of_catalog("note: Note", "note: {title: Note, implies: [billing.pay]}")],
        ["grant tickets.note: gives billing.pay"],
    ),
    "instances are of another kind within the same one": (
        [of_catalog("{title: Count, per: bay}", "{title: Count, per: bin}")],
        [
            "grant stock.count[…/…]: gives stock.count[…/…] (per aisle/bin)",
            "grant stock.sort[…/…]: gives stock.count[…/*] (per aisle/bin)",
        ],
    ),
    "one instance implies all of another permission": (
        [of_catalog("implies: [stock.count]", "implies: ['stock.count[*]']")],
        ["grant stock.sort[…/*]: gives stock.count[*]"],
    ),
    "a star on some instances takes in what had shorter paths": (
        [of_catalog("{title: Look, per: aisle}", "{title: Look, per: bay}")],
        ["grant stock.*[…/*]: gives stock.look[…/*] (per aisle/bay)"],
    ),
    "stars take in what they passed over": (
        [of_catalog(", by_name: true", "")],
        ["grant tickets.*: gives tickets.secret"],
    ),
    "a permission moves into a star": (
        [NO_PAY, of_catalog("note: Note", "note: Note\n      pay: {title: Pay, renamed_from: billing.pay}")],
        ["grant tickets.*: gives tickets.pay (was billing.pay)"],
    ),
    "an alias asks for another permission": (
        [
            of_catalog(", aliases: [money]", ""),
            of_catalog("note: Note", "note: {title: Note, aliases: [money]}"),
        ],
        [
            "grant tickets.note: gives money (alias of tickets.note, of billing.pay before)",
            'grant "money": gives tickets.note',
        ],
    ),
    "more domains have a permission": (
        [of_catalog("plans: [pro], implies", "implies")],
        ["permission tickets.export: in every domain"],
    ),
    "a permission is no longer hidden": (
        [of_catalog(", hidden: true", "")],
        ["permission tickets.sent: no longer hidden"],
    ),
    "a path is called as another one": (
        [*NO_NOTE, of_catalog("title: Pay,", "title: Pay, renamed_from: tickets.note,")],
        [
            'removed path "tickets.old": becomes "billing.view"',
            "grant tickets.note: gives billing.pay",
            "grant billing.pay: gives billing.pay (was tickets.note)",
        ],
    ),
    "a path that is in use becomes another one": (
        [*NO_NOTE, of_catalog("removed: {", "removed: {tickets.note: {becomes: [billing.pay]}, ")],
        [
            'removed path "tickets.note": becomes "billing.pay"',
            'removed path "tickets.old": becomes "billing.view"',
        ],
    ),
    "a group that is in use becomes another one": (
        [
            of_catalog("  inboxes: {permissions: {access: {title: Access, per: inbox}}}\n", ""),
            of_catalog('never: ["inboxes.access[Support]"]', "never: []"),
            of_catalog("removed: {", "removed: {inboxes: {becomes: [billing.*]}, "),
        ],
        [
            'custom_roles: {"where": "*", "manage": null, "may": null, "never": []}',
            'removed path "inboxes": becomes "billing.*"',
        ],
    ),
    "a role that is in use becomes another one": (
        [of_catalog("removed:", REMOVED % "roles: {helper: {becomes: reader}}"), ("roles/helper", "", None)],
        ['removed role "helper": becomes "reader"'],
    ),
    "a scope that is in use becomes another one": (
        [
            of_catalog("removed:", REMOVED % "scopes: {reach: {my: {becomes: all}}}"),
            NO_MY,
        ],
        ['removed scope "reach.my": becomes "all"'],
    ),
    "a scope is called as another one": (
        [
            of_catalog("all: All, team", "all: {renamed_from: my}, team"),
            of_catalog(", my: {within: all}", ""),
        ],
        [
            'former scope "reach.my": now "all"',
            "grant tickets.show@my: gives tickets.show@all (scope all: every record)",
        ],
    ),
    "a kind of instances that is in use becomes another one": (
        [of_catalog("removed:", REMOVED % "resources: {box: {becomes: inbox}}"), *NO_BOX],
        ['removed resource "box": becomes "inbox"'],
    ),
    "a kind of instances is called as another one": (
        [of_catalog("inbox: Inbox", "inbox: {title: Inbox, renamed_from: box}"), *NO_BOX],
        ['former resource "box": now "inbox"'],
    ),
    "a plan is called as another one": (
        [of_catalog("[free, pro]", "{pro: {title: Pro, renamed_from: free}}")],
        ['former plan "free": now "pro"', 'domain "beta": has tickets.export'],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_name_that_means_more_needs_an_approval(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody in the files gains; users of the application may, and the next change gives it by that name."""
    edits, lines = CASES[name]
    for folder, approve, refused in (("plain", [], lines), ("approved", lines, [])):
        desk = Desk(tmp_path / folder)
        monkeypatch.chdir(tmp_path / folder)
        assert desk.refused(*edits, approve=approve) == refused


MERGE = of_catalog("note: Note\n", "note: Note\n      merge: {title: Merge, %s}\n")


@pytest.mark.parametrize(
    ("prepared", "keys", "grant", "text"),
    [
        (
            of_catalog("where: {owner: user.id}", 'where: {status: "open"}'),
            "scopes: spare",
            "@own",
            'tickets.merge@own (scope own {status: "open"})',
        ),
        (
            of_catalog("own: {within: all, where: {owner: user.id}}", "own: {within: all}"),
            "scopes: spare",
            "@own",
            "tickets.merge@own (scope own)",
        ),
        (
            of_catalog("attribute: shelf_id", "attribute: any_id"),
            "per: shelf",
            "[a]",
            "tickets.merge[a] (per shelf=any_id)",
        ),
    ],
)
def test_what_no_permission_uses_is_said_by_the_first_that_does(
    desk: Desk, prepared: Edit, keys: str, grant: str, text: str
) -> None:
    """It may change before, since it means nothing; what says it for the second time is known."""
    assert desk.refused(prepared) == []
    given = ("roles/reader", "[billing.view]", f"['tickets.merge{grant}']")
    file, before, after = MERGE
    assert after is not None
    role = f"  - {{role: reader, gains: ['tickets.merge{grant}'], {ENDS}}}\n"
    refused = desk.refused((file, before, after % keys), given, gains=role)
    assert {*refused} == {text}


def test_an_invariant_about_instances_of_another_kind_is_broken(desk: Desk) -> None:
    """By the same id it is about another thing; one about all of them is about these as well."""
    invariant = "invariants: [{never: 'inboxes.access[%s]', for: users}]\n"
    desk.files["invariants"] = ""
    for instance, told in (("a", ["it is about other instances of `inboxes.access`"]), ("*", [])):
        desk.refused(("invariants", desk.files["invariants"] or "", invariant % instance))
        refused = desk.refused(of_catalog("per: inbox", "per: box"))
        assert [text.split(": ", 1)[1] for text in refused if "never" in text.split(":")[0]] == told
        desk.refused(of_catalog("per: box", "per: inbox"))
