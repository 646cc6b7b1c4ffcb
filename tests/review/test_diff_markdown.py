"""The comment on a pull request: short where little changes, folded where much does, and harmless."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

import rolegate
from git_desk import FILES
from rolegate import AccessDiff, access_diff
from rolegate.review.catalog_notes import ChangeNote
from rolegate.review.changed_conditions import ChangedCondition, ConditionHolder
from rolegate.review.diff_html import diff_html
from rolegate.review.diff_markdown import LIMIT, diff_markdown
from rolegate.review.diff_text import diff_lines

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
HOLDERS = (ConditionHolder("role", "agent", None),)


def policy(folder: Path, **changed: tuple[str, str]) -> rolegate.Policy:
    """The desk, with one text in the place of another in some files."""
    for name, text in FILES.items():
        before, after = changed.get(name.removesuffix(".yaml").replace("/", "__"), ("", ""))
        assert before in text
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(before, after), encoding="utf-8")
    return rolegate.load(folder)


@pytest.fixture(scope="module")
def widened(tmp_path_factory: pytest.TempPathFactory) -> AccessDiff:
    """Agents reach every ticket."""
    old = policy(tmp_path_factory.mktemp("old"))
    new = policy(tmp_path_factory.mktemp("new"), roles__agent=("tickets.*@team", "tickets.*@all"))
    return access_diff(old, new, at=NOW)


def many(diff: AccessDiff, number: int) -> AccessDiff:
    """*diff* with its first line *number* times, each about another user and another moment."""
    first = diff.subjects[0]
    subjects = tuple(
        replace(first, kind="user", names=(f"u{n}",), since=NOW.replace(year=2027 + n)) for n in range(number)
    )
    return replace(diff, subjects=subjects)


def test_those_to_whom_the_same_happens_are_together(widened: AccessDiff) -> None:
    """Who has a role through a team is named beside it, and what changes is said once."""
    shown = re.sub(r"/\S+/new\d*", "desk", diff_markdown(widened))
    assert shown == (
        "**Access: 1 role, 1 team and 2 people gain access.**\n\n"
        "**role agent**\n\n"
        "The same for\n\n"
        "- team sales in acme, emea\n"
        "- 2 users: bo, cy in acme, emea\n\n"
        "```diff\n"
        "+ tickets.{show, edit}  @team → @all\n"
        "```\n\n"
        "- ``now: role `agent` grants `tickets.*@all`  desk/roles/agent.yaml:3``\n"
        "- `try: rolegate check desk tickets.show --role agent --at 2026-06-15T12:00Z  no → yes`\n"
    )


def test_without_a_change_it_says_so(widened: AccessDiff) -> None:
    """One line is the whole comment."""
    nothing = replace(widened, subjects=())
    assert diff_markdown(nothing) == "**Access: nobody's access changes.**\n"


def test_few_groups_are_open_and_many_are_folded(widened: AccessDiff) -> None:
    """What a folded group is about can be read without opening it."""
    assert "<details>" not in diff_markdown(many(widened, 5))
    folded = diff_markdown(many(widened, 300))
    assert folded.count("<details>") == folded.count("</details>") == 300
    assert "<summary><b>user u7</b> from 2034-06-15 12:00:00 UTC: " not in folded
    assert "<summary><b>user u7 from 2034-06-15 12:00:00 UTC</b>: 2 widened</summary>" in folded


def test_a_comment_that_would_be_too_long_says_what_it_leaves_out(widened: AccessDiff) -> None:
    """Whole groups are left out; how many gain is said of all of them, and of those that are missing."""
    text = diff_markdown(many(widened, 2000), elsewhere="rolegate diff main:desk HEAD:desk")
    assert len(text) <= LIMIT
    shown = text.count("<details>")
    assert 200 < shown == text.count("</details>")
    assert text.startswith("**Access: 2000 people gain access.**")
    left = 2000 - shown
    assert text.endswith(
        f"**{2 * left} more changes are not shown here: {left} people gain access.** "
        "To see all of it: `rolegate diff main:desk HEAD:desk`\n"
    )


def test_of_many_places_the_first_are_listed_and_the_people_in_others_counted(widened: AccessDiff) -> None:
    """One change for everybody is told, however many domains there are."""
    first = widened.subjects[0]
    others = [replace(first, kind="user", names=(f"u{n}",), domains=(f"d{n}",)) for n in range(3000)]
    shown = diff_markdown(replace(widened, subjects=(first, *others)))
    listed = [line for line in shown.splitlines() if line.startswith("- user") or " more: " in line]
    assert listed[1:] == [
        *(f"- user u{n} in d{n}" for n in range(20)),
        "- and 2980 more: 2980 people",
    ]
    assert "+ tickets.{show, edit}  @team → @all" in shown


def test_one_more_is_named_and_not_counted(widened: AccessDiff) -> None:
    """Twenty names and one fit into the same line; of twenty-two, two are counted."""
    first = replace(widened.subjects[0], kind="user")
    for number, last in ((20, "u19"), (21, "u20"), (22, "u19 and 2 more")):
        names = tuple(f"u{n}" for n in range(number))
        shown = diff_markdown(replace(widened, subjects=(replace(first, names=names),)))
        assert f"**{number} users: u0, " in shown
        assert f", {last}**" in shown
        lines = list(diff_lines(replace(widened, subjects=(replace(first, names=names),))))
        assert lines[0].endswith(f", {last}")


def test_who_has_a_reason_of_their_own_is_told_it(tmp_path: Path) -> None:
    """A new role, and a line that gives it to somebody: the comment names the line as well."""
    old = policy(tmp_path / "old")
    line = "  - {user: dan, role: clerk, domain: beta}\n"
    (tmp_path / "new" / "roles").mkdir(parents=True)
    (tmp_path / "new" / "roles" / "clerk.yaml").write_text("role: clerk\ngrants: [billing.pay]\n")
    new = policy(tmp_path / "new", bindings=("bindings:\n", f"bindings:\n{line}"))
    diff = access_diff(old, new, at=NOW)
    for shown in (diff_markdown(diff), "\n".join(diff_lines(diff)), diff_html(diff)):
        bare = unescape(re.sub(r"</?(?:code|bdi)>|`", "", shown)).replace("<li>", "\n").replace("</li>", "\n")
        assert re.findall(r"(now: .*?|for user .*?)(?:  /.*)?$", bare, re.MULTILINE) == [
            "now: role clerk grants billing.pay",
            "for user dan in beta:",
            "now: user dan has role clerk",
        ]


HOSTILE = [
    "@octocat",
    "a|b",
    "``` \n# done",
    "<img src=x onerror=alert(1)>",
    "<!-- hidden",
    "</details>",
    "::error::x",
    "\u202eevil",
    "#12",
    "[x](https://x.example)",
    "\x1b[31mred",
    "](javascript:x)",
    "&lt;b&gt;",
    "deadbeef",
    "https://x.example",
    "a\u2028b",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_code_and_cannot_end_it(widened: AccessDiff, text: str) -> None:
    """Names of people, domains and instances reach nobody, and stay on their line, folded or open."""
    first = widened.subjects[0]
    change = replace(first.changes[0], before=(f"[{text}]",), after=(f"[{text}]@all",))
    subjects = replace(first, kind="user", names=(text, text), domains=(text,), changes=(change,))
    for number in (1, 40):
        others = tuple(replace(subjects, since=NOW.replace(year=2027 + n)) for n in range(number))
        shown = diff_markdown(replace(widened, subjects=others))
        bare = without_code(shown)
        # The elements of the comment itself are left, and nothing of the name.
        assert set(re.findall(r"<[^>]*>?", bare)) <= {
            "<details>",
            "</details>",
            "<summary>",
            "</summary>",
            "<b>",
            "</b>",
        }
        assert bare.count("<details>") == (number > 1) * number
        for mark in (
            "@",
            "#",
            "::",
            "\u202e",
            "\x1b",
            "](",
            "deadbeef",
            "https",
            "\u2028",
            "octocat",
            "evil",
        ):
            assert mark not in bare, (mark, bare)


def without_code(markdown: str) -> str:
    """*markdown* less its code, as a host finds it: blocks first, then spans, then the code of HTML."""
    bare: list[str] = []
    fence = ""
    for line in markdown.split("\n"):
        opening = re.match(r"`{3,}", line)
        if fence:
            fence = "" if line == fence else fence
        elif opening and "`" not in line[opening.end() :]:
            fence = opening[0]
        else:
            bare.append(line)
    assert not fence
    text = re.sub(r"<code>[^<]*</code>|&#124;", "", "\n".join(bare))
    return re.sub(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", "", text)


def test_long_conditions_are_shown_where_they_differ(widened: AccessDiff) -> None:
    """However late that is: two texts that are cut never look alike, in whatever direction they differ."""
    same = " and ".join(f"attribute_{n} is one of the values of user.depots" for n in range(30))
    for before, after in ((f"{same} or a", f"{same} or b"), (same, f"{same} or b"), (f"x {same}", same)):
        change = ChangedCondition("tickets.show", "team", "changed", before, after, HOLDERS)
        said = diff_markdown(replace(widened, conditions=(change,)))
        (line,) = [line for line in said.splitlines() if "records of tickets" in line]
        was, now = line.partition("records of")[2].replace("\\", "").split(" → ")
        assert was.split("@team")[1].strip() != now.strip()
        assert ("or b" in now) is after.endswith("or b")
        assert len(line) < 600


def test_what_has_to_be_known_is_in_a_comment(widened: AccessDiff) -> None:
    """A name that comes again, and what compiled files do not say; other notes are in the text alone."""
    notes = (ChangeNote("again", "acme <b>again</b>", "", 0), ChangeNote("gone", "pay is gone", "", 0))
    said = diff_markdown(replace(widened, notes=notes))
    assert "**To know:**\n\n- `acme <b>again</b>`\n" in said
    assert "pay is gone" not in said
