"""`rolegate check` and `rolegate explain`: answers, their JSON, and batches."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from command_line import POLICIES, SMALL, environment, process, rolegate, starter, write_set
from drawing import some
from repository import CASES


@pytest.fixture(name="helpdesk", scope="module")
def _helpdesk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return starter(tmp_path_factory.mktemp("helpdesk"))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("tickets.reply", "--user", "bo", "--domain", "acme", "--scope", "team"), 0),
        (("tickets.reply", "--user", "bo", "--domain", "acme", "--scope", "my"), 0),
        (("tickets.reply", "--user", "bo", "--domain", "acme"), 1),
        (("tickets.reply", "--user", "bo", "--domain", "acme", "--any"), 0),
        (("tickets.reply", "--user", "bo", "--domain", "acme-emea", "--scope", "team"), 1),
        (("tickets.reply", "--team", "sales", "--domain", "acme", "--scope", "team"), 0),
        (("tickets.export", "--user", "ana", "--domain", "acme-emea"), 0),
        (("tickets.export", "--user", "ana", "--domain", "acme"), 0),
        (("tickets.export", "--role", "admin"), 0),
        (("tickets.export", "--role", "admin", "--domain", "beta"), 1),
        (("inboxes.access", "--user", "bo", "--domain", "acme", "--on", "Sales"), 0),
        (("inboxes.access", "--user", "bo", "--domain", "acme", "--on", "Support"), 1),
        (("inboxes.access", "--user", "bo", "--domain", "acme"), 1),
        (("inboxes.access", "--user", "bo", "--domain", "acme", "--any"), 0),
        (("contacts.fields.phone", "--user", "bo", "--domain", "acme"), 0),
        (("contacts.fields.phone", "--user", "cy", "--domain", "acme"), 1),
        (("contacts.fields.phone", "--user", "cy", "--domain", "acme", "--scope", "view"), 0),
        (
            (
                "tickets.show",
                "--user",
                "dan",
                "--domain",
                "beta",
                "--scope",
                "team",
                "--at",
                "2098-12-31T23:59:59",
            ),
            0,
        ),
        (("tickets.show", "--user", "dan", "--domain", "beta", "--scope", "team", "--at", "2099-01-01"), 1),
        (
            (
                "tickets.show",
                "--user",
                "dan",
                "--domain",
                "beta",
                "--scope",
                "team",
                "--at",
                "2099-01-01T01:00+02:00",
            ),
            0,
        ),
        (("tickets.show", "--user", "nobody", "--domain", "acme"), 1),
        (("tickets.shwo", "--user", "ana", "--domain", "acme"), 1),
        (("tickets.show", "--user", "ana", "--domain", "acne"), 1),
        (("tickets.show", "--role", "agnet"), 1),
        (("tickets.show", "--user", "", "--domain", "acme"), 1),
    ],
)
def test_the_exit_code_is_the_answer(arguments: tuple[str, ...], code: int, helpdesk: Path) -> None:
    """0 is yes and 1 is no, for check and explain alike, as text and as JSON."""
    word = "denied" if code else "allowed"
    for command in ("check", "explain"):
        text = rolegate(command, helpdesk, *arguments)
        assert (text.code, text.err) == (code, "")
        assert text.out.startswith(word)
        as_json = rolegate(command, helpdesk, *arguments, "--format", "json")
        assert (as_json.code, as_json.json["allowed"]) == (code, not code)


def test_a_no_to_something_unknown_says_so(helpdesk: Path) -> None:
    """A misspelt name is denied, with a coded note and the nearest names."""
    run = rolegate("check", helpdesk, "tickets.shwo", "--role", "agent")
    assert run.code == 1
    assert "RG601" in run.out
    assert "did you mean `tickets.show`" in run.out
    notes = rolegate("check", helpdesk, "tickets.shwo", "--role", "agent", "--format", "json").json["notes"]
    assert [note["code"] for note in notes] == ["RG601"]
    assert set(notes[0]) == {"code", "message", "help"}


def test_a_set_without_domains_needs_none(tmp_path: Path) -> None:
    """Without domains.yaml there is one domain, which need not be named."""
    path = write_set(tmp_path, SMALL)
    assert rolegate("check", path, "read", "--user", "ana").code == 0
    assert rolegate("check", path, "write", "--user", "ana").code == 1
    assert rolegate("check", path, "read", "--user", "ana", "--domain", "default").code == 0


def test_more_ids_than_kinds_may_be_one_id_with_a_slash(helpdesk: Path) -> None:
    """The help shows how to write it, and written so it is asked about."""
    asked = ("check", helpdesk, "inboxes.access", "--user", "bo", "--domain", "acme", "--on")
    assert "name at most 1 id; if the `/` belongs to the id, write `7%2F8`\n" in rolegate(*asked, "7/8").out
    assert "RG605" not in rolegate(*asked, "7%2F8").out


def test_hostile_names_are_shown_harmless(helpdesk: Path) -> None:
    """A name from the command line cannot move the cursor or turn the text round."""
    for name in ("a\x1b[2Jb", "a\u202eb", "a\nallowed: yes", "x" * 300, "role:admin", "*", "😀"):
        for command in ("check", "explain"):
            run = rolegate(command, helpdesk, "tickets.show", "--user", name, "--domain", "acme")
            assert (run.code, run.err) == (1, "")
            assert run.out.startswith("denied")
            assert "\nallowed" not in run.out
            assert all(line.isprintable() for line in run.out.split("\n"))
            as_json = rolegate(
                command, helpdesk, "tickets.show", "--user", name, "--domain", "acme", "--format", "json"
            )
            assert as_json.json["user"] == name
            assert all(line.isprintable() for line in as_json.out.split("\n"))


def test_explain_points_at_the_lines(helpdesk: Path) -> None:
    """Each reason has the file and line that says so."""
    question = ("tickets.reply", "--user", "bo", "--domain", "acme", "--scope", "team")
    run = rolegate("explain", helpdesk, *question)
    for file in ("domains.yaml:", "bindings.yaml:", "roles/agent.yaml:"):
        assert file in run.out
    chain = rolegate("explain", helpdesk, *question, "--format", "json").json["chain"]
    assert chain
    for step in chain:
        assert set(step) == {"text", "file", "line", "column"}
        assert Path(step["file"]).exists()


def test_explain_of_a_denial_says_what_would_change_it(helpdesk: Path) -> None:
    """The restriction that forbids it, and the smallest changes that would allow it."""
    run = rolegate("explain", helpdesk, "contacts.fields.phone", "--user", "cy", "--domain", "acme")
    assert "in the way:" in run.out
    assert "contacts.fields.phone@edit" in run.out
    run = rolegate("explain", helpdesk, "tickets.delete", "--user", "bo", "--domain", "acme")
    assert "would allow it:" in run.out
    assert "admin" in run.out


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.name)
def test_real_sets_answer(path: Path) -> None:
    """Every permission of every policy set can be asked about."""
    rows = rolegate("matrix", path, "--format", "json").json["rows"]
    role = rolegate("matrix", path, "--format", "json").json["roles"][0]["id"]
    permission = next(row["path"] for row in rows if not row["group"])
    run = rolegate("explain", path, permission, "--role", role, "--any", "--format", "json")
    assert run.code in (0, 1)
    assert run.json["allowed"] is (run.code == 0)


GOOD = {"user": "bo", "permission": "tickets.reply", "domain": "acme", "scope": "team"}


def batch(
    path: Path, *questions: object, raw: bytes | None = None
) -> tuple[int, list[dict[str, object]], str]:
    lines = b"".join(json.dumps(question).encode() + b"\n" for question in questions) if raw is None else raw
    run = rolegate("check", path, "--batch", "-", input=lines)
    return run.code, run.lines, run.err


def test_a_batch_is_answered_line_by_line(helpdesk: Path) -> None:
    """One JSON line for each question, in order; 1 when any answer is no."""
    questions = [
        GOOD,
        {**GOOD, "scope": "all"},
        {"role": "admin", "permission": "tickets.export"},
        {"team": "sales", "permission": "inboxes.access", "domain": "acme", "on": "Sales"},
        {"team": "sales", "permission": "inboxes.access", "domain": "acme", "on": ["Sales"]},
        {"team": "sales", "permission": "inboxes.access", "domain": "acme", "any": True},
        {"user": None, "role": "agent", "permission": "tickets.show", "scope": "my", "on": None},
    ]
    code, answers, err = batch(helpdesk, *questions)
    assert (code, err) == (1, "")
    assert [answer["allowed"] for answer in answers] == [True, False, True, True, True, True, True]
    assert batch(helpdesk, GOOD, GOOD)[0] == 0


def test_in_a_batch_a_text_is_one_raw_id(helpdesk: Path, tmp_path: Path) -> None:
    """`on` as a text is not split; a list is a path."""
    path = write_set(
        tmp_path,
        {
            "catalog.yaml": "catalog: c\nresources: {shop: Shop, shelf: {title: Shelf, within: shop}}\n"
            "permissions: {open: {title: Open, per: shop}, fill: {title: Fill, per: shelf}}\n",
            "roles/r.yaml": 'role: r\ngrants: ["open[a%2Fb]", "fill[a/b]"]\n',
            "bindings.yaml": "bindings: [{user: ana, role: r}]\n",
        },
    )
    ana = {"user": "ana", "permission": "open"}
    fill = {"user": "ana", "permission": "fill"}
    code, answers, _ = batch(
        path, {**ana, "on": "a/b"}, {**ana, "on": ["a/b"]}, {**fill, "on": ["a", "b"]}, {**fill, "on": "a/b"}
    )
    assert [answer["allowed"] for answer in answers] == [True, True, True, False]
    assert code == 1
    assert rolegate("check", path, "open", "--user", "ana", "--on", "a%2Fb").code == 0
    assert rolegate("check", path, "fill", "--user", "ana", "--on", "a/b").code == 0


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"nonsense", "not JSON"),
        (b"{", "not JSON"),
        (b"[]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b"{}", "permission"),
        (b'{"permission": "tickets.show"}', "subject"),
        (b'{"user": "bo"}', "permission"),
        (b'{"user": "bo", "role": "admin", "permission": "tickets.show"}', "one subject"),
        (b'{"user": 1, "permission": "tickets.show"}', "`user`"),
        (b'{"user": "bo", "permission": "tickets.show", "on": 1}', "`on`"),
        (b'{"user": "bo", "permission": "tickets.show", "on": [1]}', "`on`"),
        (b'{"user": "bo", "permission": "tickets.show", "any": "yes"}', "`any`"),
        (b'{"user": "bo", "permission": "tickets.show", "instance": "x"}', "`instance`"),
        (b'{"user": "bo", "user": "ana", "permission": "tickets.show"}', "duplicate key `user`"),
        (b'{"user": "b\xff", "permission": "tickets.show"}', "not UTF-8"),
        (b"[" * 100_000, "not JSON"),
        (b'{"user": ' + b"9" * 10_000 + b"}", "not JSON"),
        (b'"' + b"x" * 3_000_000 + b'"', "longer than a megabyte"),
    ],
    ids=lambda value: value[:24].decode("latin-1") if isinstance(value, bytes) else None,
)
def test_a_line_that_is_no_question_is_denied_with_the_reason(line: bytes, says: str, helpdesk: Path) -> None:
    """It is answered in its place, the rest go on, and the exit code says that something was unreadable."""
    good = json.dumps(GOOD).encode()
    code, answers, err = batch(helpdesk, raw=good + b"\n" + line + b"\n" + good)
    assert (code, err) == (2, "")
    assert [answer["allowed"] for answer in answers] == [True, False, True]
    assert set(answers[1]) == {"allowed", "error"}
    assert str(answers[1]["error"]).startswith("line 2: ")
    assert says in str(answers[1]["error"])


def test_lone_surrogates_in_a_batch_are_denied(helpdesk: Path) -> None:
    """JSON can write halves of characters, which are not text; nobody has such a name."""
    code, answers, err = batch(
        helpdesk, raw=b'{"user": "\\ud800", "permission": "tickets.show", "domain": "acme"}\n'
    )
    assert code in (1, 2)
    assert err == ""
    assert [answer["allowed"] for answer in answers] == [False]


def test_blank_lines_and_line_ends_are_nothing(helpdesk: Path) -> None:
    """Blank lines are skipped, and counted for the messages."""
    code, answers, err = batch(helpdesk, raw=b"\r\n\n" + json.dumps(GOOD).encode() + b"\r\n  \nx")
    assert (code, err) == (2, "")
    assert len(answers) == 2
    assert str(answers[1]["error"]).startswith("line 5: ")


def test_an_empty_batch_is_said(helpdesk: Path) -> None:
    """Nothing was denied; stderr says that nothing was asked."""
    assert batch(helpdesk, raw=b"\n") == (0, [], "rolegate: the batch holds no questions\n")


def test_a_batch_is_read_from_a_file(helpdesk: Path, tmp_path: Path) -> None:
    """A file will do as well; one that is not there is wrong usage."""
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps(GOOD) + "\n")
    assert rolegate("check", helpdesk, "--batch", file).code == 0
    run = rolegate("check", helpdesk, "--batch", tmp_path / "nowhere")
    assert (run.code, run.out) == (2, "")
    assert "nowhere" in run.err


def test_a_batch_takes_no_question_from_the_command_line(helpdesk: Path) -> None:
    """Which of the two would count would be a guess."""
    for more in (
        ["tickets.show"],
        ["--user", "bo"],
        ["--domain", "acme"],
        ["--any"],
        ["--scope", "my"],
        ["--on", "x"],
    ):
        run = rolegate("check", helpdesk, "--batch", "-", *more, input="")
        assert (run.code, run.out) == (2, "")


def test_a_batch_is_asked_at_one_time(helpdesk: Path) -> None:
    """`--at` holds for every line."""
    question = json.dumps({"user": "dan", "permission": "tickets.show", "domain": "beta", "scope": "team"})
    assert rolegate("check", helpdesk, "--batch", "-", input=question).code == 0
    assert rolegate("check", helpdesk, "--batch", "-", "--at", "2099-01-01", input=question).code == 1


def test_an_answer_does_not_wait_for_the_next_question(helpdesk: Path) -> None:
    """A program may ask, wait for the answer, and ask again."""
    child = subprocess.Popen(
        [sys.executable, "-m", "rolegate_cli", "check", helpdesk, "--batch", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
    )
    assert child.stdin and child.stdout
    for scope, allowed in (("team", True), ("all", False), ("my", True)):
        child.stdin.write(json.dumps({**GOOD, "scope": scope}).encode() + b"\n")
        child.stdin.flush()
        assert json.loads(child.stdout.readline())["allowed"] is allowed
    child.stdin.close()
    assert child.wait(30) == 1
    child.stdout.close()


def test_a_long_batch_takes_seconds(helpdesk: Path) -> None:
    """A hundred thousand questions are no reason to write a server; in a quick run it is a part of them."""
    half = some(50_000)
    lines = json.dumps(GOOD).encode() + b"\n" + json.dumps({**GOOD, "user": "cy"}).encode() + b"\n"
    start = time.perf_counter()
    run = process("check", helpdesk, "--batch", "-", input=lines * half)
    assert run.code == 0
    assert run.out.count("\n") == 2 * half
    assert time.perf_counter() - start < 30


def test_a_question_about_every_instance_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who leaves out `--on` asks about all of them, and sees that; with `--on` or `--any` nothing is said."""
    monkeypatch.chdir(CASES)
    asked = ("check", "fleet", "depots.enter", "--user", "ana", "--domain", "nordfracht")
    words = "  asked about every depot, later ones included; to name one, write `--on ID`"
    assert words == rolegate(*asked).out.splitlines()[1]
    assert ["depot"] == rolegate(*asked, "--format", "json").json["every"]
    for more in (("--on", "Kiel"), ("--any",)):
        assert 1 == len(rolegate(*asked, *more).out.splitlines())
        assert "every" not in rolegate(*asked, *more, "--format", "json").json
