"""`rolegate import casbin`: files, report, exit codes."""

from __future__ import annotations

import io
import sqlite3
import sys
from pathlib import Path

import pytest

from command_line import rolegate
from drawn_casbin import ALLOW, CasbinTexts, model_text
from rolegate_cli.import_progress import ImportProgress

MODEL = model_text(
    "sub, obj, act",
    "sub, obj, act",
    {"g": 2},
    ALLOW,
    "g(r.sub, p.sub) && keyMatch(r.obj, p.obj) && r.act == p.act",
)
LINES = ("p, clerk, /doc/*, GET", "g, ana, clerk")


@pytest.fixture
def source(tmp_path: Path) -> tuple[Path, Path]:
    return CasbinTexts(MODEL, LINES).write(tmp_path / "source")


def test_a_set_is_written_and_sound(source: tuple[Path, Path], tmp_path: Path) -> None:
    """The files, the names that differ, and what both answered; the set can be asked at once."""
    run = rolegate("import", "casbin", *source, "-o", tmp_path / "set")
    assert (run.code, run.err) == (0, "")
    assert run.out.splitlines()[-4:] == [
        "other names, all of which are in mapping.json:",
        "  objects /doc/{doc...} → doc…[ID]",
        "  action GET → get",
        "2 lines: Casbin and the set were asked 12 questions, the same answers",
    ]
    assert rolegate("validate", tmp_path / "set").code == 0
    assert rolegate("check", tmp_path / "set", "doc.get", "--user", "ana", "--on", "7").code == 0


def test_without_a_folder_only_the_report_is_printed(source: tuple[Path, Path], tmp_path: Path) -> None:
    """To look first."""
    run = rolegate("import", "casbin", *source)
    assert (run.code, "wrote" in run.out) == (0, False)
    assert ["source"] == [path.name for path in tmp_path.iterdir()]


def test_a_folder_with_something_in_it_is_left_alone(source: tuple[Path, Path], tmp_path: Path) -> None:
    """Nothing is overwritten."""
    run = rolegate("import", "casbin", *source, "-o", tmp_path)
    assert (run.code, run.out) == (2, "")
    assert "is not empty" in run.err


def test_what_is_lost_ends_with_one(tmp_path: Path) -> None:
    """The set is written, and the report says of which line less is granted."""
    source = CasbinTexts(MODEL, (*LINES, "p, bo, /doc/1*, GET", "p, cy")).write(tmp_path / "source")
    run = rolegate("import", "casbin", *source, "-o", tmp_path / "set")
    assert run.code == 1
    assert "policy.csv:3:1: RG947 import.less: warning:" in run.out
    assert "policy.csv:4:1: RG946 import.line: warning:" in run.out
    assert (tmp_path / "set" / "catalog.yaml").exists()


def test_a_refusal_ends_with_two(source: tuple[Path, Path], tmp_path: Path) -> None:
    """As JSON as well."""
    source[0].write_text(MODEL.replace(ALLOW, "priority(p.eft) || deny"), encoding="utf-8")
    run = rolegate("import", "casbin", *source, "-o", tmp_path / "set")
    assert (run.code, run.out) == (2, "")
    assert "RG945 import.model: the effect `priority(p.eft) || deny` decides by priority" in run.err
    told = rolegate("import", "casbin", *source, "--format", "json")
    assert (told.code, told.json["exit_code"]) == (2, 2)
    assert not (tmp_path / "set").exists()


def test_the_report_as_json(source: tuple[Path, Path], tmp_path: Path) -> None:
    """For programs: what was written, the mapping, the proof."""
    told = rolegate("import", "casbin", *source, "-o", tmp_path / "set", "--format", "json").json
    assert (told["ok"], told["findings"], told["lines"]) == (True, [], 2)
    assert told["mapping"]["permissions"] == ["doc.get"]
    assert told["proof"] == {
        "asked": 12, "possible": 12, "allowed": 2, "differ": 0, "unnamed": 0, "told": 0, "differences": []
    }  # fmt: skip
    assert len(told["written"]) == len(told["files"]) == 4


def test_a_table_by_the_variable_with_its_url(source: tuple[Path, Path], tmp_path: Path) -> None:
    """A URL is not an argument: everybody on a machine sees those."""
    with sqlite3.connect(tmp_path / "app.db") as connection:
        connection.execute("create table rules (id integer primary key, ptype, v0, v1, v2)")
        connection.execute("insert into rules (ptype, v0, v1, v2) values ('p', 'ana', 'data', 'read')")
    connection.close()
    command = ("import", "casbin", source[0], "--database", "APP_DB", "--table", "rules")
    run = rolegate(*command, env={"APP_DB": f"sqlite:///{tmp_path / 'app.db'}"})
    assert (run.code, run.err) == (0, "")
    assert "APP_DB is not set" in rolegate(*command, env={"APP_DB": None}).err
    assert (
        "no table `casbin_rule`"
        in rolegate(*command[:-2], env={"APP_DB": f"sqlite:///{tmp_path / 'app.db'}"}).err
    )


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), "what is to be imported?"),
        (("cedar",), "there is no command `import cedar`"),
        (("casbin", "model.conf"), "name the lines: POLICY, a file, or `--database VARIABLE`"),
        (("casbin", "model.conf", "policy.csv", "--database", "X"), "name the lines"),
        (("casbin", "model.conf", "policy.csv", "--name", "x"), "write `TEXT=NAME`"),
        (("casbin", "none.conf", "policy.csv"), "the file cannot be read"),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...], why: str) -> None:
    """It says what to write."""
    run = rolegate("import", *arguments)
    assert (run.code, run.out) == (2, "")
    assert why in run.err


def test_how_far_it_is_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line that is written over and goes away; nothing where stderr is no terminal."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream, shown in ((Terminal(), "\rasking both: 200 of 900 questions\r\x1b[K"), (io.StringIO(), "")):
        monkeypatch.setattr(sys, "stderr", stream)
        with ImportProgress() as progress:
            progress.show(200, 900)
        assert stream.getvalue() == shown


def test_options_choose_names_and_kinds(tmp_path: Path) -> None:
    """What the application asks, and what it is called."""
    source = CasbinTexts(MODEL, ("p, ana, *, GET",)).write(tmp_path)
    run = rolegate(
        "import", "casbin", *source, "--kind", "/v1/docs/{id}", "--name", "/v1/docs/{id}=doc",
        "--object", "/menu", "--action", "POST", "--catalog", "shop", "--questions", "5",
        "-o", tmp_path / "set",
    )  # fmt: skip
    assert run.code == 0
    assert "were asked 5 questions of the" in run.out
    assert (tmp_path / "set/catalog.yaml").read_text(encoding="utf-8").startswith("catalog: shop\n")
    assert '["doc.get[*]", menu.get]' in (tmp_path / "set/bindings.yaml").read_text(encoding="utf-8")
