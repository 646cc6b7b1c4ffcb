"""`tree`, `matrix`, `check --list` and `who-can`: what people and other tools look at."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from command_line import POLICIES, SMALL, rolegate, starter, write_set
from rolegate import load

HOSTILE = {
    "catalog.yaml": "catalog: c\n"
    'title: "<script>alert(1)</script>"\n'
    "permissions:\n"
    '  sum: "=SUM(A1)|`*_[x](y)"\n'
    '  plus: "+1"\n'
    '  minus: "-1"\n'
    '  at: "@x"\n'
    '  tab: "\\t=1"\n'
    '  bold: "[bold]x[/bold] [x] [red]"\n'
    '  turn: "a\\u202eb\\x1b[31m\\nnew"\n'
    '  html: "<img src=x onerror=alert(1)> & \\"quoted\\" $title"\n',
    "roles/r.yaml": "roles:\n"
    '  "=cmd": {title: "=cmd|x", grants: [sum]}\n'
    '  "<b>": {title: "<b>&", grants: ["*"]}\n',
}


@pytest.fixture(name="helpdesk", scope="module")
def _helpdesk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return starter(tmp_path_factory.mktemp("helpdesk"))


@pytest.fixture(name="hostile", scope="module")
def _hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_set(tmp_path_factory.mktemp("hostile"), HOSTILE)


def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node["children"]:
        yield from walk(child)


def test_the_tree_shows_boxes_scopes_and_stars(helpdesk: Path) -> None:
    """On, off and partial; each scope with its own box; what grows is starred."""
    lines = [
        " ".join(line.split()) for line in rolegate("tree", helpdesk, "--role", "agent").out.splitlines()
    ]
    assert lines[0] == "▣ Helpdesk"
    assert any("▣ Show tickets ☐ all ☑ team ☑ my tickets.show" in line for line in lines)
    assert any("☐ Edit roles settings.roles" in line for line in lines)
    assert any("☑ Access to all inboxes inboxes.access[*] ★ new ones included" in line for line in lines)
    admin = rolegate("tree", helpdesk, "--role", "admin").out.splitlines()[0]
    assert " ".join(admin.split()) == "☑ Helpdesk ★ new ones included"


def test_the_tree_of_nobody_has_no_boxes(helpdesk: Path) -> None:
    """Without a subject it shows what there is to tick."""
    run = rolegate("tree", helpdesk)
    assert run.code == 0
    assert "(all · team · my)" in run.out
    assert not any(mark in run.out for mark in "☑☐▣★")


def test_the_tree_of_a_user_is_of_a_domain(helpdesk: Path) -> None:
    """Instances the domain knows are shown, and what its plan lacks is marked."""
    run = rolegate("tree", helpdesk, "--user", "bo", "--domain", "acme")
    assert '☐ Access to "Support"' in run.out
    assert '☑ Access to "Sales"' in run.out
    admin = rolegate("tree", helpdesk, "--role", "admin", "--domain", "beta").out
    assert "☐ Export all tickets tickets.export not available here" in " ".join(admin.split())
    assert rolegate("tree", helpdesk, "--team", "sales", "--domain", "acme").code == 0


@pytest.mark.parametrize(
    "command", [("tree",), ("tree", "contacts.fields"), ("check", "inboxes.access", "--list")]
)
def test_what_nobody_holds_is_shown_with_a_word_about_the_user(
    command: tuple[str, ...], helpdesk: Path
) -> None:
    """A name that is misspelt is not taken for a user without rights; whoever is bound gets no word."""
    asked = ("--domain", "acme", "--user")
    run = rolegate(command[0], helpdesk, *command[1:], *asked, "nobody")
    assert run.err == "RG602: nothing is bound to user `nobody`\n  help: bind a role in bindings.yaml\n"
    assert "help: did you mean `bo`?" in rolegate(command[0], helpdesk, *command[1:], *asked, "BO").err
    assert rolegate(command[0], helpdesk, *command[1:], *asked, "bo").err == ""
    assert rolegate(command[0], helpdesk, *command[1:], *asked[:2], "--role", "agent").err == ""


def test_the_word_about_a_user_is_in_the_language_that_was_asked_for(helpdesk: Path) -> None:
    """With its quotes, which are set off by spaces that do not break."""
    run = rolegate("tree", helpdesk, "--domain", "acme", "--user", "nobody", "--locale", "fr")
    said = "RG602: rien n'est attribué à l'utilisateur « nobody »\n"
    assert run.err == f"{said}  aide : attribuer un rôle dans bindings.yaml\n"


def test_a_word_about_the_question_is_in_its_language(helpdesk: Path) -> None:
    """What `tree` says of the user, and `check` of an instance that is not listed."""
    tree = rolegate("tree", helpdesk, "--user", "BO", "--domain", "acme", "--locale", "fr")
    assert "rien n'est attribué à" in tree.err
    asked = ("inboxes.access", "--user", "cy", "--domain", "acme", "--on", "sales", "--locale", "fr")
    assert "vouliez-vous dire `Sales` ?" in rolegate("check", helpdesk, *asked).out


def test_the_tree_speaks_the_language_asked_for(helpdesk: Path) -> None:
    """Titles of permissions and scopes; an unknown language names the known ones."""
    french = rolegate("tree", helpdesk, "--role", "agent", "--locale", "fr").out
    assert re.search("Répondre +☐ Tous  ☑ Équipe  ☑ Les miens", french)
    run = rolegate("tree", helpdesk, "--locale", "xx")
    assert (run.code, run.out) == (2, "")
    assert "`fr`" in run.err


def test_the_tree_of_a_role_says_its_kind(tmp_path: Path) -> None:
    """By its title in the language asked for; a role without a kind, and other subjects, have none."""
    catalog = "catalog: desk\nrole_kinds: {guest: {title: Guests}}\npermissions: {see: See}\n"
    files = {
        "catalog.yaml": catalog,
        "domains.yaml": "domains: {acme: {}}\n",
        "roles/x.yaml": "roles: {a: {kind: guest, grants: [see]}, b: {grants: [see]}}\n",
        "roles/acme/c.yaml": "role: c\nkind: guest\ngrants: [see]\n",
        "labels/fr.yaml": "locale: fr\nrole_kinds: {guest: Invités}\n",
    }
    folder = write_set(tmp_path, files)
    for asked, kind in [
        (("--role", "a"), "Guests"),
        (("--role", "a", "--locale", "fr"), "Invités"),
        (("--role", "c", "--domain", "acme"), "Guests"),
    ]:
        run = rolegate("tree", folder, *asked)
        assert kind in run.out.splitlines()[0], run.err
    assert "Guests" not in rolegate("tree", folder, "--role", "b").out + rolegate("tree", folder).out


def test_the_tree_as_json_has_the_documented_keys(helpdesk: Path) -> None:
    """Every node has id, title, state and children; ids are unique."""
    root = rolegate("tree", helpdesk, "--role", "agent", "--format", "json").json
    nodes = list(walk(root))
    for node in nodes:
        assert {"id", "title", "state", "children"} <= set(node)
        assert node["state"] in ("on", "off", "partial")
    assert len({node["id"] for node in nodes}) == len(nodes)


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.name)
def test_real_sets_are_shown(path: Path) -> None:
    """Every set has a tree and a matrix in every format, and no row is lost between them."""
    assert rolegate("tree", path).code == 0
    matrix = rolegate("matrix", path, "--format", "json").json
    permissions = [row for row in matrix["rows"] if not row["group"]]
    assert permissions
    records = list(csv.reader(io.StringIO(rolegate("matrix", path, "--format", "csv").out)))
    stars = [record for record in records if record[0].endswith("*")]
    assert len(records) == len(permissions) + len(stars) + 1
    assert {len(record) for record in records} == {len(matrix["roles"]) + 2}
    markdown = rolegate("matrix", path, "--format", "markdown").out.splitlines()
    assert len([line for line in markdown if line.startswith("|")]) == len(matrix["rows"]) + 2
    html = rolegate("matrix", path, "--format", "html").out
    assert html.partition("</table>")[0].count("<tr") == len(matrix["rows"]) + 1
    assert rolegate("matrix", path).code == 0


def test_responso_is_shown_in_french() -> None:
    """The headings and labels of the French document are in the tree."""
    path = next(folder for folder in POLICIES if folder.name == "responso")
    french = rolegate("tree", path, "--locale", "fr", "--format", "json").json
    english = rolegate("tree", path, "--locale", "en", "--format", "json").json
    assert len(french["children"]) == len(english["children"]) == 26
    assert [node["id"] for node in walk(french)] == [node["id"] for node in walk(english)]
    assert [node["title"] for node in french["children"]] != [node["title"] for node in english["children"]]


def test_a_wide_matrix_is_shown_in_parts(tmp_path: Path) -> None:
    """Where the roles do not fit side by side, no line is wider than the terminal, and no role is lost."""
    roles = "".join(f"  role_number_{number}: {{grants: [read]}}\n" for number in range(20))
    path = write_set(tmp_path, {"catalog.yaml": SMALL["catalog.yaml"], "roles/all.yaml": "roles:\n" + roles})
    run = rolegate("matrix", path, env={"COLUMNS": "80"})
    assert max(map(len, run.out.splitlines())) <= 80
    assert all(f"role_number_{number}" in run.out for number in range(20))
    assert run.out.count("Permission") > 1
    assert rolegate("matrix", path).out.count("Permission") == 1


def test_a_spreadsheet_gets_no_formula(hostile: Path) -> None:
    """No cell of the CSV begins as a formula does."""
    records = list(csv.reader(io.StringIO(rolegate("matrix", hostile, "--format", "csv").out)))
    cells = [cell for record in records for cell in record]
    assert not [cell for cell in cells if cell.lstrip()[:1] in ("=", "+", "-", "@")]
    assert "'=SUM(A1)|`*_[x](y)" in cells
    assert "'=cmd" in records[0]


class Tags(HTMLParser):
    """What a browser would see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_holds_nothing_but_itself(hostile: Path) -> None:
    """Everything from outside is text; nothing is loaded, nothing runs."""
    html = rolegate("matrix", hostile, "--format", "html").out
    seen = Tags(html)
    assert not {"img", "link", "iframe"} & set(seen.tags)
    assert seen.tags.count("script") == 1
    assert not [name for name, _ in seen.attributes if name.startswith("on") or name in ("src", "href")]
    assert '<img src=x onerror=alert(1)> & "quoted" $title' in seen.text
    assert "\u202e" not in html
    assert "default-src 'none'; style-src 'sha256-" in html


def test_the_page_is_accessible(helpdesk: Path) -> None:
    """A language, a caption, headers with a scope, and a word wherever something is held."""
    html = rolegate("matrix", helpdesk, "--format", "html").out
    seen = Tags(html)
    assert ("lang", "en") in seen.attributes
    assert {"caption", "h1", "main"} <= set(seen.tags)
    assert html.count("<th ") == seen.attributes.count(("scope", "col")) + seen.attributes.count(
        ("scope", "row")
    )
    cells = re.findall(r"<td(?: class=(\w+))?>([^<\n]*)", html)
    assert {"yes", ""} < {word for _, word in cells}
    assert all(word for kind, word in cells if kind)
    assert ("lang", "fr") in Tags(
        rolegate("matrix", helpdesk, "--format", "html", "--locale", "fr").out
    ).attributes


def test_markdown_is_one_row_a_line(hostile: Path) -> None:
    """A bar in a title does not make a column, and no title is read as Markdown or HTML."""
    lines = rolegate("matrix", hostile, "--format", "markdown").out.splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {4}
    assert not any("<img" in re.sub("`[^`]*`", "", line) for line in lines)


def test_page_of_a_role_is_called_by_the_title_of_the_role(helpdesk: Path) -> None:
    """In the language of the page; `-o` says how to write the page into a file."""
    page = rolegate("tree", helpdesk, "--role", "viewer", "--format", "html", "--locale", "fr").out
    assert "<h1><bdi>Assistance: Lecteur</bdi></h1>" in page


@pytest.mark.parametrize("format", ["text", "markdown", "csv", "html", "json"])
def test_no_title_reaches_the_terminal_raw(format: str, hostile: Path) -> None:
    """Titles from files cannot move the cursor or turn the text round; brackets are just brackets."""
    for arguments in (["matrix"], ["tree"]) if format in ("text", "html", "json") else (["matrix"],):
        run = rolegate(*arguments, hostile, "--format", format)
        assert run.code == 0
        assert all(line.isprintable() for line in run.out.split("\n"))
    if format == "text":
        assert "[bold]x[/bold] [x] [red]" in rolegate("tree", hostile).out
        assert "[bold]x[/bold] [x] [red]" in rolegate("matrix", hostile).out


def test_who_can_lists_holders(helpdesk: Path) -> None:
    """Users, teams and roles, each with the way it holds; nobody is exit 1."""
    question = ("tickets.reply", "--domain", "acme", "--scope", "team")
    run = rolegate("who-can", helpdesk, *question, "--format", "json")
    assert run.code == 0
    assert {"permission", "domain", "on", "scope", "any", "holders"} == set(run.json)
    found = {(holder["kind"], holder["name"]) for holder in run.json["holders"]}
    assert {("user", "ana"), ("user", "bo"), ("team", "sales"), ("role", "agent")} <= found
    assert all(set(holder) == {"kind", "name", "domain", "via", "grant"} for holder in run.json["holders"])
    text = rolegate("who-can", helpdesk, *question)
    assert (text.code, text.err) == (0, "")
    assert "bo" in text.out


def test_nobody_is_exit_1(tmp_path: Path) -> None:
    """An empty list is a no."""
    path = write_set(tmp_path, SMALL)
    run = rolegate("who-can", path, "write")
    assert (run.code, run.out) == (1, "nobody has `write`\n")
    run = rolegate("who-can", path, "write", "--format", "json")
    assert (run.code, run.json["holders"]) == (1, [])


def test_instances_say_whether_new_ones_are_included(helpdesk: Path) -> None:
    """The known ones held, one a line, and a star for those to come."""
    run = rolegate("check", helpdesk, "inboxes.access", "--list", "--user", "bo", "--domain", "acme")
    assert (run.code, run.out) == (0, "Sales\n")
    run = rolegate("check", helpdesk, "inboxes.access", "--list", "--user", "ana", "--domain", "acme")
    assert run.out == "Support\nSales\n★ new ones included\n"
    run = rolegate(
        "check", helpdesk, "inboxes.access", "--list", "--user", "ana", "--domain", "acme", "--format", "json"
    )
    assert run.json == {"permission": "inboxes.access", "instances": ["Support", "Sales"], "every": True}
    run = rolegate("check", helpdesk, "inboxes.access", "--list", "--user", "nobody", "--domain", "acme")
    assert (run.code, run.out) == (1, "none\n")


def test_boxes_of_fields_say_edit_view_or_hidden(helpdesk: Path) -> None:
    """The states a form needs; a part of the tree is named by its path."""
    asked = ("contacts.fields", "--user", "cy", "--domain", "acme")
    root = rolegate("tree", helpdesk, *asked, "--format", "json").json
    states = {node["path"]: node.get("field") for node in walk(root)}
    assert states == {
        "contacts.fields": None,
        "contacts.fields.name": "edit",
        "contacts.fields.phone": "view",
        "contacts.fields.card_number": "hidden",
    }
    assert "▣ Phone ☒ Edit ☑ View" in " ".join(rolegate("tree", helpdesk, *asked).out.split())


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.name)
def test_boxes_of_fields_say_what_a_program_gets(path: Path) -> None:
    """For every role and user, in each domain, the box of a field is what `Policy.fields` answers."""
    policy = load(path)
    asked: list[dict[str, str]] = [{"role": name} for owner, name in policy.resolved.roles if owner is None]
    for domain in policy.domains:
        for user in policy.users:
            asked.append({"user": user, "domain": domain})
        for role in policy.roles_of(domain):
            asked.append({"role": role, "domain": domain})
    groups = [name for name, node in policy.catalog.nodes.items() if getattr(node, "holds_fields", False)]
    for subject in asked if groups else ():
        boxes = {node.path: node.field for node in policy.tree(**subject).walk() if node.field}  # type: ignore[arg-type]
        said = {
            f"{group}.{name}": state
            for group in groups
            for name, state in policy.fields(group.removesuffix(".fields"), **subject).items()  # type: ignore[arg-type]
        }
        assert boxes == {name: state for name, state in said.items() if name in boxes}
        assert boxes or not any(state != "hidden" for state in said.values())


@pytest.mark.parametrize(
    "arguments",
    [
        ("who-can", "tickets.shwo"),
        ("who-can", "tickets.show", "--domain", "acne"),
        ("who-can", "tickets.show", "--scope", "mine"),
        ("check", "inboxes.acces", "--list", "--role", "agent"),
        ("check", "inboxes.access", "--list", "--role", "agnet"),
        ("check", "inboxes.access", "--list", "--user", "ana", "--domain", "acne"),
        ("check", "inboxes.access", "--list"),
        ("check", "inboxes.access", "--list", "--user", "ana"),
        ("check", "inboxes.access", "--list", "--on", "Sales", "--role", "agent"),
        ("check", "inboxes.access", "--list", "--any", "--role", "agent"),
        ("check", "--list", "--batch", "-"),
        ("check", "--list", "--role", "agent"),
        ("tree", "contact", "--role", "agent"),
        ("tree", "--role", "agnet"),
        ("tree", "--user", "ana"),
        ("tree", "--user", "ana", "--domain", "acne"),
        ("tree", "--team", "slaes", "--domain", "acme"),
        ("tree", "--domain", "acne"),
        ("matrix", "--domain", "acne"),
        ("matrix", "--locale", "xx"),
        ("who-can", "--role", "agnet"),
        ("who-can", "--domain", "acne"),
        ("who-can", "--scope", "my"),
        ("who-can", "tickets.show", "--role", "agent"),
        ("who-can", "tickets.show", "--ends-before", "2030-01-01"),
        ("lint", "--labels", "xx"),
        ("lint", "--labels", "fr", "--fix"),
        ("lint", "--labels", "fr", "--format", "sarif"),
    ],
    ids=" ".join,
)
def test_lists_about_something_unknown_are_exit_2(arguments: tuple[str, ...], helpdesk: Path) -> None:
    """An empty list would look like an answer."""
    run = rolegate(arguments[0], helpdesk, *arguments[1:])
    assert (run.code, run.out) == (2, "")
    assert run.err
    assert "internal" not in run.err


def test_the_lines_of_bindings_say_who_has_what(helpdesk: Path) -> None:
    """One line each, with what `only` leaves and where it is written; JSON has the members of a team."""
    run = rolegate("who-can", helpdesk, "--role", "agent")
    assert (run.code, run.out.split()[:4]) == (0, ["team", "sales", "in", "acme"])
    assert "role agent, only inbox Sales (rest: keep)" in run.out
    (line,) = rolegate("who-can", helpdesk, "--role", "agent", "--format", "json").json["lines"]
    assert line["users"] == ["bo", "cy"]
    none = rolegate("who-can", helpdesk, "--ends-before", "2020-01-01")
    assert (none.code, none.out) == (1, "no line\n")


def test_missing_labels_are_listed_with_what_is_shown_now(tmp_path: Path) -> None:
    """As a translator needs it."""
    files = {**SMALL, "labels/fr.yaml": "locale: fr\ntitle: Petit\n"}
    folder = write_set(tmp_path / "one", files)
    run = rolegate("lint", folder, "--labels", "fr")
    assert run.code == 1
    assert run.out.startswith("permissions")
    whole = write_set(tmp_path / "two", {**files, "labels/en.yaml": "locale: en\n"})
    assert (rolegate("lint", whole, "--labels", "en").code, run.err) == (0, "")
    both = rolegate("lint", tmp_path, "--labels", "fr")
    heads = [line for line in both.out.splitlines() if line.endswith(" missing")]
    assert [head.rpartition("/")[2] for head in heads] == ["one: 3 labels missing", "two: 3 labels missing"]
    found = rolegate("lint", folder, "--labels", "fr", "--format", "json").json
    assert [label["name"] for label in found["sets"][0]["missing"]] == ["read", "write", "reader"]


def test_the_output_goes_into_a_file(helpdesk: Path, tmp_path: Path) -> None:
    """Whole, without colours, and only what went well: a refusal leaves the file as it was."""
    file = tmp_path / "tree.txt"
    asked = ("tree", helpdesk, "--role", "agent")
    run = rolegate(*asked, "-o", file, env={"FORCE_COLOR": "1"})
    assert (run.code, run.out, run.err) == (0, f"wrote {file}\n", "")
    assert file.read_text("utf-8") == rolegate(*asked).out
    denied = rolegate("check", helpdesk, "tickets.delete", "--role", "agent", "--output", file)
    assert (denied.code, file.read_text("utf-8")) == (1, "denied: no grant covers it\n")
    assert rolegate("explain", "RG422", "-o", file).code == 0
    page = file.read_text("utf-8")
    assert page.startswith("# RG422")
    refused = rolegate("tree", helpdesk, "--role", "agnet", "-o", file, "--format", "json")
    assert (refused.code, refused.json["exit_code"], file.read_text("utf-8")) == (2, 2, page)
    nowhere = rolegate(*asked, "-o", file / "below")
    assert (nowhere.code, nowhere.out) == (2, "")
    assert "cannot write" in nowhere.err


def test_a_tree_and_a_table_of_one_domain(helpdesk: Path) -> None:
    """A blank tree with the instances of the domain; a table without what its plan lacks."""
    blank = rolegate("tree", helpdesk, "--domain", "acme").out
    assert 'Access to "Support"' in blank
    assert not any(mark in blank for mark in "☑☐▣★")
    assert "Export all tickets" not in rolegate("matrix", helpdesk, "--domain", "beta").out
    assert "Export all tickets" in rolegate("matrix", helpdesk).out


def test_a_matrix_is_the_same_at_each_time(tmp_path: Path) -> None:
    """Roles have no times; bindings that begin and end change nothing in it, and other commands much."""
    files = {**SMALL, "bindings.yaml": "bindings: [{user: ana, role: reader, until: 2026-01-01}]\n"}
    path = write_set(tmp_path, files)
    asked = ("check", path, "read", "--user", "ana", "--at")
    assert [rolegate(*asked, time).code for time in ("2025-12-31", "2026-01-01")] == [0, 1]
    for options in ((), ("--format", "html"), ("--format", "json")):
        at = [rolegate("matrix", path, "--at", time, *options) for time in ("2025-12-31", "2026-01-01")]
        assert [run.out for run in at] == [rolegate("matrix", path, *options).out] * 2
