"""What a change of files does to people, in words: each of these is a pull request."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from desks import NOW, changed, policy
from git_desk import FILES
from reading import write
from rolegate import AccessDiff, access_diff, judge_change
from rolegate.review.change_groups import change_groups, headline
from rolegate.review.diff_text import change_lines, diff_lines


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> rolegate.Policy:
    return policy(tmp_path_factory.mktemp("old"))


def text(diff: AccessDiff) -> str:
    return "\n".join(diff_lines(diff, reasons=False))


def test_the_same_set_has_no_difference(desk: rolegate.Policy, tmp_path: Path) -> None:
    """It is false, and said so."""
    diff = changed(desk, tmp_path)
    assert not diff
    assert text(diff) == "nobody's access changes"


def test_a_scope_that_is_widened_reaches_the_members_of_a_team(desk: rolegate.Policy, tmp_path: Path) -> None:
    """Who has a role through a team is named, where the role holds: in inner domains as well."""
    diff = changed(desk, tmp_path, roles__agent=("tickets.*@team", "tickets.*@all"))
    assert diff.gains
    assert text(diff) == (
        "role agent\n"
        "team sales in acme, emea\n"
        "2 users: bo, cy in acme, emea\n"
        "  ↑ tickets.{show, edit}  @team → @all"
    )


def test_permissions_outside_of_groups_are_told_together(tmp_path: Path) -> None:
    """Without the dot of a group that is not there."""
    files = {"catalog.yaml": "catalog: x\npermissions: {show: Show, edit: Edit, pay: Pay}\n"}
    sides = [
        rolegate.load(write(tmp_path / grants, {**files, "roles/r.yaml": f"role: r\ngrants: [{grants}]\n"}))
        for grants in ("pay", "show, edit")
    ]
    assert text(rolegate.access_diff(*sides)) == "role r\n  + show, edit\n  - pay"


def test_a_restriction_that_is_dropped_is_a_gain_of_one_instance(
    desk: rolegate.Policy, tmp_path: Path
) -> None:
    """All inboxes but one become all of them."""
    diff = changed(
        desk,
        tmp_path,
        bindings=("  - {user: cy, restrict: ['inboxes.access[Complaints]'], domain: acme}\n", ""),
    )
    assert text(diff) == ("user cy in acme, emea\n  ↑ inboxes.access  [* but Complaints] → [*]")


def test_an_end_says_from_when_access_is_lost(desk: rolegate.Policy, tmp_path: Path) -> None:
    """Until then nothing is different."""
    diff = changed(
        desk,
        tmp_path,
        bindings=("role: viewer, domain: beta", "role: viewer, domain: beta, until: 2027-01-01"),
    )
    assert text(diff) == "user dan in beta from 2027-01-01\n  - tickets.show  @my"
    assert not diff.gains


def test_what_is_given_for_a_time_says_until_when(desk: rolegate.Policy, tmp_path: Path) -> None:
    """A line that has an end of its own."""
    line = "  - {user: eve, role: viewer, domain: beta, until: 2026-07-01}\n"
    diff = changed(desk, tmp_path, bindings=("bindings:\n", f"bindings:\n{line}"))
    assert text(diff) == "user eve in beta until 2026-07-01\n  + tickets.show  @my"


def test_a_lower_plan_takes_from_roles_and_people_of_the_domain(
    desk: rolegate.Policy, tmp_path: Path
) -> None:
    """Also from whoever has the role from the application; elsewhere the role still has it."""
    diff = changed(desk, tmp_path, domains=("acme: {plan: pro", "acme: {plan: free"))
    assert text(diff) == "role boss in acme, emea\nuser ana in acme, emea\n  - tickets.export"


def test_a_rename_into_a_star_is_a_gain(desk: rolegate.Policy, tmp_path: Path) -> None:
    """`renamed_from` keeps the name, and a star of the new group takes in what came from another one."""
    moved = (
        FILES["catalog.yaml"]
        .replace(", refund: Refund", "")
        .replace(
            "      export:", "      refund: {title: Refund, renamed_from: billing.refund}\n      export:"
        )
    )
    old = policy(tmp_path / "old", roles__agent=("tickets.*@team, ", "tickets.*, "))
    new = policy(
        tmp_path / "new",
        catalog=(FILES["catalog.yaml"], moved),
        roles__agent=("tickets.*@team, ", "tickets.*, "),
    )
    found = text(access_diff(old, new, at=NOW))
    who = "role agent\nteam sales in acme, emea\n2 users: bo, cy in acme, emea\n"
    assert found.startswith(f"{who}  + tickets.refund\n\n")
    assert "user ana" not in found  # the boss has it under either name


def test_a_rename_alone_changes_nothing(desk: rolegate.Policy, tmp_path: Path) -> None:
    """Computed, and not assumed: who held the former path holds the new one."""
    moved = FILES["catalog.yaml"].replace(
        "refund: Refund", "repay: {title: Repay, renamed_from: billing.refund}"
    )
    assert not changed(desk, tmp_path, catalog=(FILES["catalog.yaml"], moved))


def test_a_permission_that_gets_scopes_is_the_same_access(desk: rolegate.Policy, tmp_path: Path) -> None:
    """Whoever held all of it holds it at the broadest scope, and so at the others."""
    scoped = ("{pay: Pay", "{pay: {title: Pay, scopes: reach}")
    assert not changed(desk, tmp_path, catalog=scoped)


def test_a_scope_above_the_broadest_takes_the_question_without_one(
    desk: rolegate.Policy, tmp_path: Path
) -> None:
    """Nobody of the desk holds exactly `@all`, and which records a scope has is said nowhere."""
    diff = changed(desk, tmp_path, catalog=("[all, team, my]", "[world, all, team, my]"))
    assert not diff  # the star of the boss takes in the new scope


def test_everybody_else_is_counted_once(desk: rolegate.Policy, tmp_path: Path) -> None:
    """Users whom no file names gain with a line for everyone."""
    line = "  - {everyone: true, grants: [tickets.show@my], domain: beta}\n"
    diff = changed(desk, tmp_path, bindings=("bindings:\n", f"bindings:\n{line}"))
    assert text(diff) == "everybody else in beta\n  + tickets.show  @my"


def test_a_comment_and_another_order_change_nothing(desk: rolegate.Policy, tmp_path: Path) -> None:
    """Only what files mean is compared."""
    assert not changed(desk, tmp_path, roles__agent=("role: agent\n", "# who answers\nrole: agent\n"))


def test_json_has_every_change_with_both_sides(desk: rolegate.Policy, tmp_path: Path) -> None:
    """Times and former paths are left out where there are none."""
    diff = changed(desk, tmp_path, roles__agent=("'inboxes.access[*]'", "'inboxes.access[Support]'"))
    first = diff.to_dict()["subjects"][0]
    assert first["changes"] == [
        {
            "permission": "inboxes.access",
            "change": "narrowed",
            "severity": "narrowed",
            "before": ["[*]"],
            "after": ["[Support]"],
        }
    ]
    assert (first["kind"], first["names"], first["domains"]) == ("role", ["agent"], [])
    assert diff.to_dict()["gains"] is False


def test_names_cannot_end_a_line_or_be_obeyed_by_a_terminal(desk: rolegate.Policy, tmp_path: Path) -> None:
    """Whoever chooses an id does not choose what a reviewer reads."""
    id = r"eve\e[31m\nrole boss\n  + billing.pay\u202e, ana"
    line = f'  - {{user: "{id}", grants: ["inboxes.access[x\\e[0m\\n+ y]"], domain: beta}}\n'
    shown = list(diff_lines(changed(desk, tmp_path, bindings=("bindings:\n", f"bindings:\n{line}"))))
    assert all(text.isprintable() for text in shown)
    assert shown[0] == r"user `eve\x1b[31m\nrole boss\n  + billing.pay\u202e, ana` in beta"
    assert shown[1] == r"  + inboxes.access  [x\x1b[0m\n+ y]"


def test_a_hidden_permission_implied_on_one_instance_is_gained_there(tmp_path: Path) -> None:
    """No line names the instance: a hidden permission is asked as what implies it."""
    files = {
        "catalog.yaml": """\
catalog: hooks
resources: {box: Box}
permissions: {call: {title: Call, per: box, hidden: true}, use: {title: Use, implies: ["call[one]"]}}
""",
        "roles/user.yaml": "role: user\ngrants: [use]\n",
    }
    sides = []
    for side, line in enumerate(("[]", "[{user: ana, role: user}]")):
        folder = tmp_path / str(side)
        for name, content in {**files, "bindings.yaml": f"bindings: {line}\n"}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content, encoding="utf-8")
        sides.append(rolegate.load(folder))
    (ana,) = access_diff(*sides, at=NOW).subjects
    assert [(change.permission.path, change.after) for change in ana.changes] == [
        ("call", ("[one]",)),
        ("use", ("",)),
    ]


def test_a_role_gains_in_one_domain_what_was_forbidden_there(desk: rolegate.Policy, tmp_path: Path) -> None:
    """Whoever has the role from the application is in no file."""
    line = "bindings:\n  - {role: viewer, restrict: [tickets.show], domain: beta}\n"
    old = policy(tmp_path / "old", bindings=("bindings:\n", line))
    found = text(access_diff(old, desk, at=NOW))
    assert found.startswith("role viewer in beta\nuser dan in beta\n  + tickets.show  @my")


def test_a_comma_in_an_id_does_not_make_two_of_it(desk: rolegate.Policy, tmp_path: Path) -> None:
    """Two instances and one with a comma read differently."""
    line = '  - {user: dan, grants: ["inboxes.access[*]"], domain: beta}\n'
    taken = '  - {user: dan, restrict: ["inboxes.access[A, B]"], domain: beta}\n'
    beta = (
        "beta: {plan: free, instances: {inbox: [Support",
        "beta: {plan: free, instances: {inbox: ['A, B', Support",
    )
    diff = changed(desk, tmp_path, domains=beta, bindings=("bindings:\n", f"bindings:\n{line}{taken}"))
    assert "inboxes.access  [* but A%2C B]" in text(diff)


def test_instances_of_another_kind_are_other_things(tmp_path: Path) -> None:
    """Ids say nothing of that: who had an inbox has a box now; who had all of them has all of them."""
    line = "bindings:\n  - {user: dan, grants: ['inboxes.access[Support]'], domain: beta}\n"
    catalog = FILES["catalog.yaml"]
    boxes = catalog.replace("{inbox: Inbox}", "{box: Box}").replace("per: inbox", "per: box")
    old = policy(tmp_path / "old", bindings=("bindings:\n", line))
    new = policy(
        tmp_path / "new",
        catalog=(catalog, boxes.replace("{inbox}", "{box}")),
        domains=(FILES["domains.yaml"], FILES["domains.yaml"].replace("inbox:", "box:")),
        bindings=("bindings:\n", line),
    )
    diff = access_diff(old, new, at=NOW)
    dan = next(known for known in diff.subjects if known.names == ("dan",))
    assert [(change.verb, change.before, change.after) for change in dan.changes] == [
        ("lost", ("[Support]",), ()),
        ("gained", (), ("[Support]",)),
    ]
    said = "permission `inboxes.access` is held per `box`; before, held per `inbox`"
    assert [[line.text for line in reason.lines] for reason in dan.reasons] == [[said], [said]]
    assert not any("agent" in known.names or "boss" in known.names for known in diff.subjects)
    refused = [refusal.what for refusal in judge_change(old, new, at=NOW).refusals if refusal.subjects]
    assert ("inboxes.access[Support] (per box)",) in refused


LEAD = "role: lead\ntitle: Lead\ndomain: DOMAIN\ngrants: [tickets.show@my]\n"


@pytest.mark.parametrize(("before", "after", "mark"), [("acme", "emea", "-"), ("emea", "acme", "+")])
def test_a_role_that_moves_between_nested_domains_changes_where_it_is_no_more(
    tmp_path: Path, before: str, after: str, mark: str
) -> None:
    """Where its name means it on both sides, nothing changes for the role, or for whoever has it."""
    sides = []
    for side, domain in (("old", before), ("new", after)):
        folder = tmp_path / side
        policy(folder, bindings=("bindings:\n", "bindings:\n  - {user: eve, role: viewer, domain: emea}\n"))
        (folder / "roles/lead.yaml").write_text(LEAD.replace("DOMAIN", domain), encoding="utf-8")
        lines = (folder / "bindings.yaml").read_text("utf-8").replace("eve, role: viewer", "eve, role: lead")
        (folder / "bindings.yaml").write_text(lines, encoding="utf-8")
        sides.append(rolegate.load(folder))
    diff = access_diff(*sides, at=NOW)
    assert text(diff) == f"role lead in acme\n  {mark} tickets.show  @my"
    assert [bool(subjects.reasons) for subjects in diff.subjects] == [True]


def test_a_team_that_moves_between_nested_domains_is_the_same_inside(
    desk: rolegate.Policy, tmp_path: Path
) -> None:
    """Its members have what they had there, and lose what they had around it."""
    teams = "teams: {sales: [bo, cy]}"
    around = (
        FILES["domains.yaml"]
        .replace(f"{teams}, ", "")
        .replace("{within: acme}", f"{{within: acme, {teams}}}")
    )
    inner = (FILES["domains.yaml"], around)
    diff = changed(
        desk,
        tmp_path,
        domains=inner,
        bindings=("sales, role: agent, domain: acme", "sales, role: agent, domain: emea"),
    )
    assert {(known.kind, known.names, known.domains) for known in diff.subjects} == {
        ("team", ("sales",), ("acme",)),
        ("user", ("bo",), ("acme",)),
        ("user", ("cy",), ("acme",)),
    }


def test_a_default_role_is_one_role_in_every_domain(desk: rolegate.Policy, tmp_path: Path) -> None:
    """However many lines are about it."""
    lines = "".join(
        f"  - {{role: boss, restrict: [{path}], domain: {domain}}}\n"
        for path, domain in (("billing.pay", "acme"), ("billing.refund", "beta"))
    )
    diff = changed(desk, tmp_path, bindings=("bindings:\n", f"bindings:\n{lines}"))
    assert [known.names for known in diff.subjects if known.kind == "role"] == [("boss",), ("boss",)]
    assert headline(change_groups(diff)) == "1 role and 1 person lose access"


@pytest.mark.parametrize(
    ("ladder", "grant", "line"),
    [
        ("[world, all, team, my]", "all", "↓ show  @all with @world → @all without @world"),
        ("[all, my, team]", "team", "↓ show  @team with @my → @team without @my"),
        ("[all, my, team]", "my", "↑ show  @my without @team → @my with @team"),
        ("[all, team, my]", "all", ""),
    ],
)
def test_a_scope_that_means_another_thing_is_told(tmp_path: Path, ladder: str, grant: str, line: str) -> None:
    """Both sides call it alike, so the words say what is in it on one side; what is held is its name."""
    files = {
        "catalog.yaml": "catalog: x\nscopes: {reach: [all, team, my]}\n"
        "permissions: {show: {title: Show, scopes: reach}}\n",
        "roles/r.yaml": f"role: r\ngrants: [show@{grant}]\n",
    }
    catalog = files["catalog.yaml"].replace("[all, team, my]", ladder)
    sides = (files, {**files, "catalog.yaml": catalog})
    old, new = (rolegate.load(write(tmp_path / str(number), one)) for number, one in enumerate(sides))
    for pair, swapped in (((old, new), False), ((new, old), True)):
        diff = rolegate.access_diff(*pair)
        told = [text for subjects in diff.subjects for text in change_lines(subjects.changes)]
        if swapped:
            before, _, after = line[8:].partition(" → ")
            line = line and f"{'↑' if line[0] == '↓' else '↓'} show  {after} → {before}"
        assert told == [line] * bool(line)
        assert all(
            change.before == change.after == (f"@{grant}",)
            for subjects in diff.subjects
            for change in subjects.changes
        )
