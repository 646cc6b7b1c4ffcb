"""The history of access: which commit gave it, and which took it away, in real repositories."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from git_desk import FILES, Repository, repository
from rolegate import load
from rolegate.errors import PolicyNotFoundError, RevisionError, UnknownNameError
from rolegate.review.access_diff import AccessDiff, access_diff
from rolegate.review.access_history import access_history
from rolegate.review.asked_access import AskedAccess, AskedKind
from rolegate.review.history_text import history_lines
from told_histories import told

HERE = "policies/desk"
AGENT = FILES["bindings.yaml"].replace("user: dan, role: viewer", "user: dan, role: agent")
WIDER = "role: viewer\ngrants: [tickets.show@team]\n"
BROKEN = "role: viewer\ngrants: [tickets.shwo@my]\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = repository(tmp_path / "top")
    monkeypatch.chdir(made.top)
    return made


def asked(kind: AskedKind, name: str, permission: str | None = None) -> AskedAccess:
    return AskedAccess(kind, name, permission=permission)


def changes(diff: AccessDiff) -> set[tuple[str, str, str, str, tuple[object, ...]]]:
    """Each change of each subject in each domain, with the text of what it was and is."""
    return {
        (known.kind, name, domain, change.permission.path, (change.verb, change.before, change.after))
        for known in diff.subjects
        for name in known.names
        for domain in known.domains or ("",)
        for change in known.changes
    }


DAN = asked("user", "dan")


def test_each_commit_that_changed_the_access_is_told(desk: Repository) -> None:
    """The newest first, to the one with which the set came; others are not."""
    desk.write(bindings=AGENT)
    desk.commit("Dan is an agent")
    desk.write(roles__boss="role: boss\ngrants: [tickets.*]\n")
    desk.commit("The boss has less")
    desk.write(bindings=FILES["bindings.yaml"])
    history = access_history(HERE, DAN)
    assert told(history) == [("changed", ""), ("changed", "Dan is an agent"), ("new", "A desk")]
    lines = list(history_lines(history))
    assert lines[:4] == [
        "not committed yet",
        "  user dan in beta",
        "    ↓ tickets.show  @team → @my",
        "    - tickets.edit  @team",
    ]
    assert lines[-6].endswith("  Ops  A desk")
    assert lines[-5:-2] == ["  the policy set is new", "  user dan in beta", "    + tickets.show  @my"]
    assert lines[-1].endswith(f":{HERE}/roles/viewer.yaml:2")
    assert told(access_history(HERE, asked("role", "boss", "billing.pay"))) == [
        ("changed", "The boss has less"),
        ("new", "A desk"),
    ]
    assert told(access_history(f"HEAD~1:{HERE}", AskedAccess(permission="tickets.edit"))) == [
        ("changed", "Dan is an agent"),
        ("new", "A desk"),
    ]


def test_part_of_a_history_says_that_it_is_one(desk: Repository) -> None:
    """With a number, a revision or a date, what is older is compared with and not told."""
    desk.write(bindings=AGENT)
    first = desk.commit("Dan is an agent")
    desk.write(roles__viewer=WIDER, bindings=FILES["bindings.yaml"])
    desk.commit("Dan is a viewer")
    some = access_history(HERE, DAN, limit=1)
    assert (told(some), some.more) == ([("changed", "Dan is a viewer")], True)
    since = access_history(HERE, DAN, since=first)
    assert (told(since), since.more) == ([("changed", "Dan is a viewer")], True)
    assert len(access_history(HERE, DAN, since="2020-01-01").steps) == 3
    later = access_history(HERE, DAN, since="2100-01-01")
    assert list(history_lines(later)) == [
        "no commit changes this access in the part that was looked at",
        "",
        "older commits were not looked at",
    ]
    with pytest.raises(RevisionError, match="there is no revision `gone`"):
        access_history(HERE, DAN, since="gone")


def test_commits_that_do_not_load_are_told_and_bridged(desk: Repository) -> None:
    """The change is told with the next commit that loads, and says that it may be one of the others."""
    desk.write(roles__viewer=BROKEN)
    desk.commit("Broken")
    desk.write(roles__viewer=WIDER)
    desk.commit("Mended")
    history = access_history(HERE, DAN)
    assert told(history) == [("changed", "Mended"), ("broken", "Broken"), ("new", "A desk")]
    assert [commit.title for commit in history.steps[0].bridged] == ["Broken"]
    text = "\n".join(history_lines(history))
    assert "or by one that does not load: " in text
    assert "roles/viewer.yaml:2: RG301: unknown permission `tickets.shwo`" in text
    bridged = access_history(HERE, DAN, since="HEAD~1")
    assert told(bridged) == [("changed", "Mended")]
    assert [change.verb for change in bridged.steps[0].diff.subjects[0].changes] == ["widened"]


def test_a_merge_is_told_with_what_it_brought(desk: Repository) -> None:
    """What was in force on the branch changed with the merge."""
    desk.git("checkout", "--quiet", "-b", "side")
    desk.write(bindings=AGENT)
    desk.commit("Dan is an agent")
    desk.git("checkout", "--quiet", "main")
    desk.write(roles__boss="role: boss\ngrants: [tickets.*]\n")
    desk.commit("The boss has less")
    desk.git("merge", "--quiet", "--no-ff", "--message", "Merge side", "side")
    history = access_history(HERE, DAN)
    assert told(history) == [("changed", "Merge side"), ("new", "A desk")]
    assert [commit.title for commit in history.steps[0].brought] == ["Dan is an agent"]


def test_a_folder_is_followed_to_where_it_was(desk: Repository) -> None:
    """The history goes on in the former folder; a set that is gone and comes back has its own steps."""
    desk.git("mv", HERE, "policies/front")
    desk.commit("Moved")
    history = access_history("policies/front", DAN)
    assert told(history) == [("changed", "Moved"), ("new", "A desk")]
    assert "  the policy set moved here from policies/desk" in list(history_lines(history))
    shutil.rmtree(desk.top / "policies")
    desk.commit("Gone")
    assert told(access_history("HEAD~1:policies/front", DAN)) == told(history)
    assert told(access_history("HEAD:policies/front", DAN))[0] == ("gone", "Gone")


def test_a_shallow_clone_never_gives_half_an_answer(desk: Repository, tmp_path: Path) -> None:
    """It says from where on the history is not here, and the help that it gives works."""
    desk.write(bindings=AGENT)
    desk.commit("Dan is an agent")
    first = desk.git("rev-parse", "--short", "HEAD")
    desk.write(roles__viewer=WIDER, bindings=FILES["bindings.yaml"])
    desk.commit("Dan is a viewer")
    clone = tmp_path / "clone"
    desk.git("clone", "--quiet", "--depth", "2", f"file://{desk.top}", str(clone))
    there = str(clone / HERE)
    with pytest.raises(RevisionError, match=f"the history before `{first}` is not here.*--since {first}`$"):
        access_history(there, DAN)
    assert told(access_history(there, DAN, since=first)) == [("changed", "Dan is a viewer")]


def test_what_has_no_history_says_so(desk: Repository, tmp_path: Path) -> None:
    """A folder outside of git, one that no commit has, one that is no set."""
    outside = tmp_path / "outside"
    shutil.copytree(desk.folder, outside)
    with pytest.raises(RevisionError, match="is not in a git repository, so there is no history of it"):
        access_history(str(outside), DAN)
    shutil.copytree(desk.folder, desk.top / "fresh")
    near = "no commit of `HEAD` has a policy set .*; there are policy sets in `policies/desk`"
    for source in ("fresh", "HEAD:fresh", "HEAD:policies"):
        with pytest.raises(RevisionError, match=near):
            access_history(source, DAN)
    with pytest.raises(RevisionError, match="`main` is a revision: write `main:FOLDER`"):
        access_history("main", DAN)
    with pytest.raises(PolicyNotFoundError):
        access_history("policies/nothing", DAN)
    new = tmp_path / "new"
    shutil.copytree(desk.folder, new / "set")
    subprocess.run(["git", "init", "--quiet", new], check=True)
    with pytest.raises(RevisionError, match="there is no revision `HEAD`"):
        access_history(str(new / "set"), DAN)


def test_names_are_those_of_any_state(desk: Repository) -> None:
    """A permission that is gone can be asked about; a name that never was is refused."""
    desk.write(catalog=FILES["catalog.yaml"].replace(", refund: Refund", ""))
    desk.commit("No refunds")
    history = access_history(HERE, asked("role", "boss", "billing.refund"))
    assert told(history) == [("changed", "No refunds"), ("new", "A desk")]
    desk.write(bindings=FILES["bindings.yaml"].replace("user: dan", "user: eve"))
    desk.commit("Eve and not Dan")
    assert told(access_history(HERE, DAN)) == [("changed", "Eve and not Dan"), ("new", "A desk")]
    assert told(access_history(HERE, asked("user", "eve", "billing.refund"))) == []
    for wrong, near in (
        (AskedAccess(permission="billing.refnd"), "billing.refund"),
        (asked("role", "bos"), "boss"),
        (AskedAccess(domain="acne"), "acme"),
        (asked("team", "sale"), "sales"),
        (asked("user", "dann"), "dan"),
        (asked("user", "evve"), "eve"),
    ):
        with pytest.raises(UnknownNameError, match=f"^unknown .*; did you mean `{near}`"):
            access_history(HERE, wrong)
        with pytest.raises(UnknownNameError, match=r"^no revision that was .*; or look further"):
            access_history(HERE, wrong, since="HEAD")


def test_a_renamed_permission_is_followed(desk: Repository) -> None:
    """Under the name that it has now, with the one that it had before."""
    desk.write(
        catalog=FILES["catalog.yaml"].replace(
            "refund: Refund", "repay: {title: Repay, renamed_from: [billing.refund]}"
        )
    )
    desk.commit("Renamed")
    history = access_history(HERE, asked("role", "boss", "billing.repay"))
    assert told(history) == [("changed", "Renamed"), ("new", "A desk")]
    assert "  called before: boss, billing.refund" in list(history_lines(history))


def test_a_renamed_domain_is_followed(desk: Repository) -> None:
    """With the teams and the roles in it, though no access changes with the rename."""
    desk.write(bindings=AGENT)
    desk.commit("Dan is an agent")
    names = FILES["domains.yaml"].replace("beta: {", "gamma: {renamed_from: beta, ")
    desk.write(domains=names, bindings=AGENT.replace("beta", "gamma"))
    desk.commit("Renamed")
    history = access_history(HERE, AskedAccess("user", "dan", "gamma"))
    assert told(history) == [("changed", "Renamed"), ("changed", "Dan is an agent"), ("new", "A desk")]
    assert "  called before: dan, beta" in list(history_lines(history))
    assert history.to_dict()["steps"][0]["was"] == {"name": "dan", "domain": "beta", "permission": None}


def test_an_alias_is_asked_about_as_its_permission(desk: Repository) -> None:
    """Whether the newest state has the alias, or only older ones: then the commit that took it is told."""
    plain, aliased = "refund: Refund", "refund: {title: Refund, aliases: [repay]}"
    desk.write(catalog=FILES["catalog.yaml"].replace(plain, aliased))
    desk.commit("An alias")
    repay = asked("role", "boss", "repay")
    assert told(access_history(HERE, repay)) == [("new", "A desk")]
    desk.write(roles__boss="role: boss\ngrants: [tickets.*]\n")
    desk.commit("Less")
    assert told(access_history(HERE, repay)) == [("changed", "Less"), ("new", "A desk")]
    desk.write(catalog=FILES["catalog.yaml"])
    desk.commit("No alias")
    history = access_history(HERE, repay)
    assert told(history) == [("changed", "No alias"), ("changed", "Less"), ("new", "A desk")]
    assert "  called before: boss, billing.refund" in list(history_lines(history))


@pytest.mark.parametrize("domain", [None, "beta"])
def test_a_renamed_custom_role_is_followed(desk: Repository, domain: str | None) -> None:
    """Whether its domain is asked about or all; a role of another domain with the former name is another."""
    chief = "role: chief\ndomain: beta\ngrants: [%s]\n"
    desk.write(
        roles__chief=chief % "tickets.show@my", roles__other=chief.replace("beta", "acme") % "billing.pay"
    )
    desk.commit("Two chiefs")
    desk.write(roles__chief=chief % "tickets.show@team")
    desk.commit("A wider chief")
    desk.write(roles__other=chief.replace("beta", "acme") % "billing.refund")
    desk.commit("Another other chief")
    desk.write(roles__chief=chief.replace("chief", "head\nrenamed_from: chief") % "tickets.show@team")
    desk.commit("Renamed")
    history = access_history(HERE, AskedAccess("role", "head", domain))
    assert told(history) == [("changed", title) for title in ("Renamed", "A wider chief", "Two chiefs")]
    called = "chief, beta" if domain else "head, chief in beta"
    assert f"  called before: {called}" in list(history_lines(history))
    assert [step.was is None for step in history.steps] == [False, True, True]


def test_roles_that_became_one_are_both_followed(desk: Repository) -> None:
    """What either of them gained and lost is in the history of the role."""
    desk.write(roles__lead="role: lead\ngrants: [billing.pay]\n")
    desk.commit("A lead")
    desk.write(roles__viewer=WIDER)
    desk.commit("A wider viewer")
    one = "role: viewer\nrenamed_from: lead\ngrants: [tickets.show@team]\n"
    desk.write(roles__viewer=one, roles__lead=None)
    desk.commit("One")
    assert told(access_history(HERE, asked("role", "viewer"))) == [
        ("changed", "One"),
        ("changed", "A wider viewer"),
        ("changed", "A lead"),
        ("new", "A desk"),
    ]


def test_a_tag_with_the_name_of_a_commit_changes_no_history(desk: Repository) -> None:
    """A state is read by its full id, and messages call it as git does in short."""
    desk.write(roles__viewer=WIDER)
    desk.commit("Wider")
    before = [step.to_dict() for step in access_history(HERE, DAN).steps]
    desk.git("tag", desk.git("rev-parse", "--short", "HEAD"), "HEAD~1")
    assert [step.to_dict() for step in access_history(HERE, DAN).steps] == before


def test_a_user_whom_no_line_names_has_what_everybody_has(desk: Repository) -> None:
    """So a line for everyone is in the history of each user, and of those with lines under their own name."""
    desk.write(bindings=FILES["bindings.yaml"] + "  - {everyone: true, role: viewer, domain: beta}\n")
    desk.commit("Everyone")
    stranger = access_history(HERE, asked("user", "zoe"))
    assert told(stranger) == [("changed", "Everyone")]
    assert stranger.steps[0].diff.subjects[0].kind == "everybody else"
    assert next(history_lines(stranger)) == ("no revision names user `zoe`: this is what everybody else has")
    assert access_history(HERE, asked("user", "danny")).to_dict()["note"] == (
        "no revision names user `danny`: did you mean `dan`?"
    )
    assert access_history(HERE, DAN).note == ""
    assert told(access_history(HERE, DAN)) == [("new", "A desk")]


def test_what_is_asked_about_is_a_part_of_the_whole_difference(desk: Repository) -> None:
    """For each subject and permission that a diff names, the part has the same changes, and others none."""
    old = load(desk.folder)
    desk.write(
        bindings=AGENT.replace("role: boss", "role: agent")
        + "  - {user: eve, role: boss, domain: beta, until: 2099-01-01}\n",
        roles__viewer="role: viewer\ngrants: [tickets.show@all]\n",
        domains=FILES["domains.yaml"].replace("bo, cy", "bo"),
    )
    sides, now = (old, load(desk.folder)), datetime.now(UTC)
    said = changes(access_diff(*sides, at=now))
    assert {kind for kind, *_ in said} == {"user", "team", "role"}
    kinds: tuple[AskedKind, ...] = ("user", "team", "role")
    for kind in kinds:
        for name in {known[1] for known in said if known[0] == kind}:
            part = changes(AskedAccess(kind, name).between(*sides, now))
            assert part == {known for known in said if known[:2] == (kind, name)}
    for path in ("tickets.edit", "inboxes"):
        part = changes(AskedAccess(permission=path).between(*sides, now))
        assert part == {known for known in said if f"{known[3]}.".startswith(f"{path}.")}
        assert part


def test_records_that_a_condition_adds_are_in_the_history_of_holders(desk: Repository) -> None:
    """And not in that of others."""
    ladder = "{reach: {all: {}, team: {within: all, where: {team: 1}}, my: {within: team, where: %s}}}"
    for where in ("{team: 1, owner: 2}", "{team: 1}"):
        text = FILES["catalog.yaml"].replace("{reach: [all, team, my]}", ladder % where)
        desk.write(catalog=text)
        desk.commit(where)
    assert told(access_history(HERE, DAN, limit=1)) == [("changed", "{team: 1}")]
    assert access_history(HERE, DAN, limit=1).steps[0].diff.conditions
    assert told(access_history(HERE, asked("role", "viewer", "billing"))) == []


def test_places_are_those_of_the_commit_that_is_told(desk: Repository) -> None:
    """Also where a later commit has the same files: it may have them elsewhere, and at another time."""
    desk.write(bindings=AGENT)
    desk.commit("Dan is an agent")
    desk.write(bindings=FILES["bindings.yaml"])
    desk.commit("Dan is none")
    desk.git("mv", HERE, "policies/help")
    desk.commit("Elsewhere")
    history = access_history("policies/help", DAN)
    assert [title for _, title in told(history)] == ["Elsewhere", "Dan is none", "Dan is an agent", "A desk"]
    for step in history.steps[1:]:
        assert step.commit is not None
        files = {
            line.file
            for known in step.diff.subjects
            for reason in known.reasons
            for line in (*reason.lines, *reason.blocked)
            if line.side == "new" and line.file
        }
        assert all(file.startswith(f"{step.commit.short}:{HERE}/") for file in files), (step, files)
        assert files or step.commit.title == "Dan is none"
