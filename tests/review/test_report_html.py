"""A report says everything once, in the language that was asked for, and nothing of a name is HTML."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import rolegate
from plain.strategies import NOW
from reading import write
from repository import ROOT
from rolegate import Policy
from rolegate.review import report_holders, report_roles
from rolegate.review.differences import PolicySide
from rolegate.review.part_holders import part_holders


class _Outline(HTMLParser):
    """The headings, the addresses and the summaries of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [str(found["id"])] if "id" in found else []
        self.links += [str(found["href"])] if "href" in found else []
        if tag in ("h1", "h2", "h3", "summary", "dt", "dd"):
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        if self._open and tag == self._open[-1]:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open[-1]][-1] += data


@pytest.fixture(scope="module")
def responso() -> Policy:
    return rolegate.load(ROOT / "policies" / "responso", at=NOW)


def test_the_page_has_every_part_in_its_order(responso: Policy) -> None:
    """Each is in the index; the names of addresses are the same in every language."""
    outline = _Outline(rolegate.report_html(responso))
    parts = [id for id in outline.ids if id != "caption" and not re.fullmatch(r"t\d+", id)]
    names = ["matrix", "roles", "who-can", "bindings", "ending", "invariants", "expectations", "catalog"]
    assert parts == names
    assert outline.links == [f"#{part}" for part in parts]
    assert len(set(outline.ids)) == len(outline.ids)
    assert outline.texts["h2"] == [
        "Roles and permissions",
        "What each role holds",
        "Who may do what",
        "Who has what",
        "What ends soon",
        "What has to stay true",
        "Expectations",
        "Everything there is to permit",
    ]
    french = rolegate.report_html(responso, locale="fr")
    assert _Outline(french).links == outline.links
    assert '<html lang="fr" dir="ltr">' in french
    assert 'lang="en"' not in french


def test_the_page_is_about_the_moment_that_it_names(responso: Policy) -> None:
    """The same moment gives the same bytes."""
    page = rolegate.report_html(responso)
    assert "Access as of 2026-06-15 12:00 UTC" in page
    assert page == rolegate.report_html(rolegate.load(ROOT / "policies" / "responso"), at=NOW)


HOSTILE = ("<b>x", "</h2>", "<!--", "\u202eevil", "a\nb", "&lt;", "\x1b[31m", '"x" onload=y', "$title")


def desk(folder: Path, text: str) -> Policy:
    """A set in which everything that may be any text is *text*."""
    word = json.dumps(text)
    files = {
        "catalog.yaml": f"catalog: c\ntitle: {word}\nrole_kinds: {{guest: {word}}}\npermissions:\n"
        f"  a: {{title: {word}, description: {word}}}\n  b: {{title: {word}, deprecated: true}}\n",
        "domains.yaml": f"domains: {{acme: {{title: {word}, teams: {{sales: [{word}]}}}}}}\n",
        "roles/all.yaml": f"roles: {{r: {{title: {word}, description: {word}, kind: guest, grants: [a]}}}}\n",
        "roles/acme.yaml": f"role: own\ndomain: acme\ntitle: {word}\ngrants: [b]\n",
        "bindings.yaml": f"bindings:\n  - {{user: {word}, role: r, domain: acme, until: 2026-07-01}}\n"
        f"  - {{team: sales, role: own, domain: acme}}\n",
    }
    return rolegate.load(write(folder, files), at=NOW)


def test_names_are_texts(tmp_path: Path) -> None:
    """Titles, descriptions and names of people add no element, hide nothing and turn nothing around."""
    pages = [
        rolegate.report_html(desk(tmp_path / str(number), text))
        for number, text in enumerate(("x", *HOSTILE))
    ]
    assert len({tuple(re.findall(r"<[^>]*>", page)) for page in pages}) == 1
    assert not any(set("\u202e\x1b") & set(page) for page in pages)


def test_what_there_is_too_much_of_is_counted(responso: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Roles of the matrix, boxes of roles, and people."""
    monkeypatch.setattr(report_roles, "COLUMNS", 3)
    monkeypatch.setattr(report_roles, "BOXES", 60)
    monkeypatch.setattr(report_holders, "NAMED", 2)
    page = rolegate.report_html(responso)
    roles = len(responso.roles)
    assert f"The first 3 of {roles} roles." in page
    shown = page.count('<details class="role"')
    assert f"{roles - shown} more roles are not shown." in page
    assert "There are too many boxes to show them here." in page
    found = part_holders(PolicySide.of(responso.snapshot()))
    for path, lines in found.items():
        part = page.partition('<section id="who-can">')[2].partition(f"<code>{path}</code>")[2]
        part = part.partition("</dl>")[0]
        holders = sum(len(here.holders) + len(here.but_not) for here in lines)
        cut = sum(map(int, re.findall(r"and (\d+) more", part)))
        assert cut + part.count("<li>") == holders or not lines


ROOMY = {
    "catalog.yaml": "catalog: c\npermissions:\n" + "".join(f"  p{number}: P\n" for number in range(30)),
    "roles/all.yaml": "roles:\n  everything: {grants: ['*']}\n  nothing: {grants: []}\n",
}


def test_a_role_with_too_many_boxes_is_not_one_that_holds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where its tree is too large to draw, the page says so; nobody reads `none` about who holds all."""
    policy = rolegate.load(write(tmp_path, ROOMY), at=NOW)
    drawn = rolegate.report_html(policy)
    monkeypatch.setattr("rolegate.tree.draw_boxes.MAX_BOXES", 20)
    with pytest.raises(rolegate.TreeTooLargeError):
        policy.tree(role="everything")
    for page, expected in ((drawn, 0), (rolegate.report_html(policy), 2)):
        part = page.partition('<section id="roles">')[2].partition("</section>")[0]
        everything = part.partition("<code>everything</code>")[2].partition("</details>")[0]
        assert ">none<" not in everything
        assert part.count("There are too many boxes to show them here.") == expected


RULED = {
    "catalog.yaml": """
catalog: desk
scopes: {reach: {all: {}, team: {within: all}}}
permissions:
  tickets:
    permissions: {show: {title: Show, scopes: reach}, purge: Purge}
  contacts:
    permissions: {see: See}
    fields: {name: Name, card: Card}
""",
    "domains.yaml": "domains: {acme: {title: Acme Ltd, teams: {sales: [ana]}}}\n",
    "roles/all.yaml": "roles:\n"
    "  agent:\n    title: Agent\n"
    "    grants: ['tickets.show@team', contacts.fields.name@edit, contacts.fields.card@view]\n"
    "  boss: {title: Boss, grants: ['*']}\n",
    "bindings.yaml": """
bindings:
  - {team: sales, role: agent, domain: acme, until: 2026-07-01}
  - {user: cy, role: boss, domain: acme, until: 2026-08-30}
  - {user: cy, restrict: [tickets.purge], domain: acme}
  - {user: dan, role: boss, domain: acme, from: 2026-06-20, until: 2026-06-25}
""",
    "invariants.yaml": """
invariants:
  - {never: [tickets.purge], for: [role:agent], note: Agents keep tickets}
  - {never: [tickets.purge], for: [users]}
""",
    "tests/holds.yaml": """
who_can:
  - {permission: tickets.purge, domain: acme, users: [cy]}
access:
  - {user: ana, domain: acme, allow: ['tickets.show@team'], deny: [tickets.purge]}
""",
}


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page, in words alone: an empty line is where an element begins or ends."""
    folder = write(tmp_path_factory.mktemp("ruled"), RULED)
    run = rolegate.run_expectations(folder, at=NOW, coverage=True)
    page = rolegate.report_html(run.policy, run)
    words = re.sub(r"<[^>]*>", "|", page.partition("</nav>")[2])
    index = re.findall(r'href="#([\w-]+)">[^<]*</a> <span>([^<]*)<', page)
    assert ("invariants", "1 of 2 broken") in index
    assert ("expectations", "1 of 2 not met") in index
    assert page.count("<li class=alarm>") == 2
    return re.sub(r"[|\s]*\|[|\s]*", "|", words)


def test_bindings_say_who_has_what_until_when_and_where_it_is_written(ruled: str) -> None:
    """What is given, what is taken away, and in order what ends within 30 days, lines to come included."""
    for words in ("|team|sales|Agent|until 2026-07-01|", "|cy|takes away|tickets.purge|"):
        assert words in ruled.partition("What ends soon")[0]
    ending = ruled.partition("What ends soon")[2].partition("What has to stay true")[0]
    first, second = ending.index("|dan|"), ending.index("|sales|")
    assert first < second
    assert "from 2026-06-20 on|until 2026-06-25" in ending
    assert "|cy|" not in ending
    assert "bindings.yaml:3|" in ending


def test_fields_say_which_roles_see_and_edit_them(ruled: str) -> None:
    """Who edits a field is not named again as one who sees it."""
    fields = ruled.partition("Who sees and edits fields")[2].partition("Who may do what")[0]
    assert "Name|name|Edit|Agent|Boss|Card|card|Edit|Boss|View|Agent|" in fields


def test_invariants_and_expectations_say_what_is_wrong(ruled: str) -> None:
    """A broken invariant with a witness, an answer that is another one, and what nobody asks about."""
    rules = ruled.partition("What has to stay true")[2].partition("Everything there is")[0]
    assert "|holds|never tickets.purge for role:agent|Agents keep tickets|" in rules
    assert "|broken|never tickets.purge for users|user|dan|in|acme|holds|tickets.purge|(from " in rules
    assert "|not met|" in rules
    assert re.search(r"Of \d+ answers, \d+ make an expectation fail", rules)
    assert "no expectation is about the subject|" in rules


@pytest.mark.parametrize(
    ("locale", "number", "said"),
    [
        ("en", 1, ("1 holds", "1 is met")),
        ("en", 4, ("all 4 hold", "all 4 are met")),
        ("fr", 1, ("1 respecté", "1 vérifiée")),
        ("fr", 4, ("les 4 sont respectés", "les 4 sont vérifiées")),
    ],
)
def test_what_is_all_right_is_said_in_a_sentence(
    locale: str, number: int, said: tuple[str, str], tmp_path: Path
) -> None:
    """In the index, of one invariant or expectation as well as of several."""
    files = {
        "catalog.yaml": "catalog: c\nlocale: fr\npermissions: {a: A, b: B}\n".replace("fr", locale),
        "roles/all.yaml": "roles: {r: {grants: [a]}}\n",
        "bindings.yaml": "bindings: [{user: ana, role: r}]\n",
        "invariants.yaml": "invariants:\n"
        + "".join(f"  - {{never: [b], for: [role:r], note: '{n}'}}\n" for n in range(number)),
        "tests/holds.yaml": "access:\n"
        + "".join(f"  - {{name: '{n}', user: ana, allow: [a]}}\n" for n in range(number)),
    }
    folder = write(tmp_path, files)
    run = rolegate.run_expectations(folder, at=NOW)
    page = rolegate.report_html(run.policy, run)
    index = dict(re.findall(r'href="#([\w-]+)">[^<]*</a> <span>([^<]*)<', page))
    assert (index["invariants"], index["expectations"]) == said


def test_an_invariant_that_cannot_be_read_is_not_left_out(tmp_path: Path) -> None:
    """There is no page without it."""
    broken = {"invariants.yaml": "invariants: [{never: [b], for: [role:nobody]}]\n"}
    with pytest.raises(rolegate.InvalidPolicyError, match="nobody"):
        rolegate.report_html(rolegate.load(write(tmp_path, broken)))


def test_the_page_is_the_same_from_wherever_the_set_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places are seen from the set, so that no folder of a machine is on a page that is sent around."""
    folder = ROOT / "policies" / "livechat"
    away = rolegate.report_html(rolegate.load(folder, at=NOW))
    monkeypatch.chdir(folder.parent)
    assert away == rolegate.report_html(rolegate.load("livechat", at=NOW))
    assert str(ROOT) not in away
    assert "<code>bindings.yaml:" in away
