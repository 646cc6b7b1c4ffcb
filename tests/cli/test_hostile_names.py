"""No command passes on what a terminal would obey in the name of a folder or of a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import rolegate
from git_desk import Repository, repository
from rolegate.texts.invisible import all_seen
from rolegate_cli.app import COMMANDS

EVIL = "e\x1b[31m\x9b2J\u202evil\u2066"
FOLDER, FILE = f"policies/{EVIL}", f"roles/{EVIL}.yaml"
DAN = ("--user", "dan", "--domain", "beta")
RUNS = (
    ("init", f"new/{EVIL}"),
    ("init", FOLDER),
    ("validate", FOLDER),
    ("lint", FOLDER),
    ("fmt", FOLDER, "--check"),
    ("role", "clone", FOLDER, "viewer", "reader"),
    ("role", "clone", FOLDER, "nobody", "other"),
    ("schema", "-o", f"schemas/{EVIL}"),
    ("check", FOLDER, "tickets.show", *DAN, "--scope", "my"),
    ("explain", FOLDER, "tickets.show", *DAN, "--scope", "my"),
    ("who-can", FOLDER, "tickets.show"),
    ("check", FOLDER, "inboxes.access", "--list", "--user", "bo", "--domain", "acme"),
    ("tree", FOLDER, "contacts.fields", *DAN),
    ("tree", FOLDER, "--role", "viewer"),
    ("matrix", FOLDER),
    ("who-can", FOLDER),
    ("report", FOLDER),
    ("report", FOLDER, "-o", f"{EVIL}.html"),
    ("lint", FOLDER, "--labels", "en"),
    ("diff", f"HEAD:{FOLDER}", FOLDER),
    ("diff", "HEAD~1"),
    ("diff", "HEAD~1", "--gate", "--format", "markdown"),
    ("log", FOLDER, "tickets.show"),
    ("test", FOLDER),
    ("test", FOLDER, "--write-all"),
    ("test", FOLDER, "--prove", "never billing.pay for role:viewer"),
    ("test", FOLDER, "--prove", "never tickets.show for role:viewer"),
    ("compile", FOLDER, "-o", f"out/{EVIL}"),
    ("doctor", FOLDER),
    ("completion", "bash"),
    ("store", "init"),
    ("store", "plan", FOLDER, "--save", f"{EVIL}.json"),
    ("store", "apply", FOLDER),
    ("store", "apply", f"{EVIL}.json"),
    ("store", "status"),
    ("store", "dump", f"dump/{EVIL}"),
    ("store", "init", "--load", f"dump/{EVIL}x"),
    ("import", "casbin", f"{EVIL}.conf", f"{EVIL}.csv"),
    ("import", "casbin", "basic.conf", f"{EVIL}.csv", "-o", f"imported/{EVIL}"),
    ("lint", FOLDER, "--fix"),
    ("fmt", FOLDER),
    ("tree", f"{FOLDER}/none"),
    ("diff", f"HEAD:{FOLDER}x", FOLDER),
)

BASIC = """\
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && r.obj == p.obj && r.act == p.act
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository in which a policy set, a role file and expectations have such a name."""
    desk = repository(tmp_path_factory.mktemp("names") / "top")
    desk.folder.rename(desk.top / FOLDER)
    folder = desk.top / FOLDER
    (folder / "roles/viewer.yaml").unlink()
    catalog = (folder / "catalog.yaml").read_text("utf-8")
    (folder / "catalog.yaml").write_text(catalog + "  contacts: {title: C, fields: {phone: P}}\n", "utf-8")
    (folder / FILE).write_text("role: viewer\ngrants: [tickets.show@my, tickets.show@my]  \n", "utf-8")
    tests = folder / "tests" / f"{EVIL}.yaml"
    tests.parent.mkdir()
    tests.write_text("access:\n  - {domain: beta, user: dan, deny: tickets.show@my}\n", "utf-8")
    (desk.top / "basic.conf").write_text(BASIC)
    (desk.top / f"{EVIL}.csv").write_text(f"p, {EVIL}, ticket, show\n", "utf-8")
    desk.commit("Evil")
    return desk


def test_each_command_shows_names_with_escapes(desk: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """On both streams and in files; what is shown of them are the escapes. Every command is tried."""
    monkeypatch.chdir(desk.top)
    monkeypatch.setenv("ROLEGATE_STORE", f"sqlite:///{desk.top}/store.db")
    assert {run[0] for run in RUNS} == COMMANDS.keys()
    raw, named = [], set()
    for run in RUNS:
        done = rolegate(*run)
        assert done.code in (0, 1, 2), (run, done)
        for line in (done.out + done.err).splitlines():
            if not all_seen(line):
                raw.append((run, line))
            if "\\x1b[31m" in line:
                named.add(run[0])
    assert raw == []
    shown = {"init", "lint", "fmt", "role", "schema", "report", "log", "test", "compile", "doctor", "import"}
    assert named >= {*shown, "store"}
    page = Path(f"{EVIL}.html").read_text("utf-8")
    assert not set("\x1b\x9b\u202e\u2066") & set(page)
