"""Files no policy can be read from: each gives one clear diagnostic, and nothing else happens."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reading import CATALOG, findings, read, write
from rolegate import Limits
from rolegate.diagnostics import Report
from rolegate.documents import composer, files, limits
from rolegate.documents.composer import compose
from rolegate.documents.text import Text, Trap
from rolegate.documents.traps import trap
from rolegate.encoding import encode

LOADERS = [pytest.param(yaml.SafeLoader, id="python")]
if hasattr(yaml, "CSafeLoader"):
    LOADERS.append(pytest.param(yaml.CSafeLoader, id="libyaml"))


@pytest.fixture(params=LOADERS)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> type:
    """Both loaders of PyYAML: an installation without libyaml gives the same diagnostics."""
    monkeypatch.setattr(composer, "LOADER", request.param)
    chosen: type = request.param
    return chosen


SYNTAX: list[tuple[str, str | bytes, list[str]]] = [
    ("tab as indentation", "role: x\ngrants:\n\t- a\n", ["3:1 RG104"]),
    ("tab before a key", "role: x\ngrants:\n  - a\n\ttitle: T\n", ["4:1 RG104"]),
    ("tab before an item", "roles:\n  - {role: x}\n\t- {role: y}\n", ["3:1 RG104"]),
    ("quote never closed", "role: x\ntitle: 'it\n", ["2:8 RG104"]),
    ("apostrophe in single quotes", "role: x\ntitle: 'it's'\n", ["2:12 RG104"]),
    ("bracket never closed", "role: x\ngrants: [a, b\n", ["2:9 RG104"]),
    ("grant with an instance in a flow list", "role: x\ngrants: [a[b], c]\n", ["2:11 RG104"]),
    ("colon in a title", "role: x\ntitle: A: B\n", ["2:9 RG104"]),
    ("text that begins with @", "role: x\ntitle: @home\n", ["2:8 RG104"]),
    ("text that begins with a backtick", "role: x\ntitle: `home`\n", ["2:8 RG104"]),
    ("text that begins with %", "role: x\ntitle: %home\n", ["2:8 RG104"]),
    ("list under a scalar", "role: x\n- a\n", ["2:1 RG104"]),
    ("unknown escape", 'role: x\ntitle: "\\x4"\n', ["2:11 RG104"]),
    ("lone surrogate", 'role: "a\\ud800"\n', ["1:7 RG104"]),
    ("surrogate pair", 'role: "a\\ud83d\\ude00"\n', ["1:7 RG104"]),
    ("stray closing bracket", "role: ]\n", ["1:7 RG104"]),
    ("merge conflict", "<<<<<<< HEAD\nrole: x\n=======\nrole: y\n>>>>>>> b\n", ["1:1 RG104"]),
    ("key without a value between brackets", "{role:, title: x}\n", ["1:2 RG109"]),
    ("last key without a value between brackets", "{role: x, title:}\n", ["1:11 RG109"]),
    ("list right after a colon between brackets", "{role: x, grants:[b]}\n", ["1:11 RG104"]),
    ("merge conflict after sound lines", "role: x\n<<<<<<< HEAD\ntitle: y\n", ["2:1 RG104"]),
    (
        "bracket of one line not closed",
        "bindings:\n- {user: a\n- {user: b, role: r}\n",
        ["2:3 RG104"],
    ),
    ("unquoted star", "role: x\ngrants:\n  - *\n", ["3:5 RG106"]),
    ("unquoted star with a scope", "role: x\ngrants: [*@my]\n", ["2:10 RG106"]),
    ("unquoted star that is an alias", "role: x\ngrants: [*all]\n", ["2:10 RG106"]),
    ("unquoted star that is an alias and more", "role: x\ngrants:\n  - *all @my\n", ["3:5 RG106"]),
    ("anchor and alias", "role: &x x\ntitle: *x\n", ["1:7 RG106"]),
    ("alias of itself", "role: x\ngrants: &g [*g]\n", ["2:9 RG106"]),
    ("merge key", "role: x\n<<: {title: T}\n", ["2:1 RG106"]),
    ("merge key with an alias", "role: x\n<<: *base\n", ["2:1 RG106"]),
    ("tag", "role: !!str x\n", ["1:7 RG106"]),
    ("python tag", "role: x\ntitle: !!python/object/apply:os.system [echo]\n", ["2:8 RG106"]),
    ("second document", "role: x\n---\nrole: y\n", ["2:1 RG106"]),
    ("mapping as a key", "role: x\ntitle: {{name}}\n", ["2:9 RG106"]),
    ("list as a key", "role: x\n? [a]\n: b\n", ["2:3 RG106"]),
    ("duplicate key", "role: x\ntitle: a\ntitle: b\n", ["3:1 RG105"]),
    ("duplicate key in quotes", 'role: x\ntitle: a\n"title": b\n', ["3:1 RG105"]),
    ("emptied except", "role: x\ngrants: [a]\nexcept:\n", ["3:1 RG109"]),
    ("empty item", "role: x\ngrants:\n  - a\n  -\n", ["4:4 RG109"]),
    ("braces that are a placeholder", "role: x\ntitle: {name}\n", ["2:9 RG109"]),
    ("empty file", "", ["1:1 RG110"]),
    ("file of comments", "# role: x\n\n# more\n", ["1:1 RG110"]),
    ("file of a document start", "---\n", ["1:1 RG110"]),
    ("byte order mark alone", b"\xef\xbb\xbf", ["1:1 RG110"]),
    ("invalid UTF-8", b"role: x\ntitle: caf\xe9 au lait\n", ["2:11 RG103"]),
    ("invalid UTF-8 after a wide letter", "role: é😀".encode() + b"\xff\n", ["1:9 RG103"]),
    ("UTF-8 of a surrogate", b"role: \xed\xa0\x80\n", ["1:7 RG103"]),
    ("UTF-16", "role: x\n".encode("utf-16"), ["1:1 RG103"]),
    ("NUL byte", b"role: x\ntitle: a\0b\n", ["2:9 RG103"]),
    ("escape character", b"role: \x1b[31mx\n", ["1:7 RG103"]),
    ("second byte order mark", b"\xef\xbb\xbfrole: \xef\xbb\xbfx\n", ["1:7 RG103"]),
    ("line separator", "role: x\ntitle: a\u2028b\n", ["2:9 RG103"]),
    ("100,000 brackets", "[" * 100_000, ["1:51 RG107"]),
    ("100,000 nested lists", "- " * 100_000, ["1:101 RG107"]),
    ("more than 5 MB", b"#" * (5 * 1024 * 1024 + 1), ["1:1 RG102"]),
]


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("content", "expected"), [case[1:] for case in SYNTAX], ids=[case[0] for case in SYNTAX]
)
def test_one_mistake_is_one_diagnostic(tmp_path: Path, content: str | bytes, expected: list[str]) -> None:
    """Each mistake is reported at its place, once, and causes no others."""
    write(tmp_path, {"roles/x.yaml": content})
    assert [f"roles/x.yaml:{place}" for place in expected] == findings(tmp_path)


@pytest.mark.usefixtures("loader")
def test_too_many_values_stop_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More values than a policy has are reported where the number is reached, and nothing is read on."""
    monkeypatch.setattr(limits, "ORDINARY", Limits(values=123))
    write(tmp_path, {"roles/x.yaml": "role: x\ngrants: [" + "no, " * 97 + "]\n"})
    # Beside the 97: nine values of the catalog, four of the role, three mappings, two files.
    assert ["roles/x.yaml:2:354 RG107"] == findings(tmp_path)


@pytest.mark.usefixtures("loader")
def test_values_of_all_files_are_counted_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three files of 50 values are too many where 140 are allowed; it is said once, in the third."""
    monkeypatch.setattr(limits, "ORDINARY", Limits(values=140))
    for name in "xyz":
        write(tmp_path, {f"roles/{name}.yaml": f"role: {name}\ngrants: [{'no, ' * 35}]\n"})
    write(tmp_path, {"bindings.yaml": "nothing: like a binding\n"})
    found = [finding for finding in findings(tmp_path) if "RG107" in finding]
    assert 1 == len(found)
    assert found[0].startswith("roles/z.yaml:2:")


def test_every_diagnostic_has_help(tmp_path: Path) -> None:
    """Nothing is reported without saying what to do about it."""
    for index, (_, content, _) in enumerate(SYNTAX):
        write(tmp_path, {f"roles/{index}.yaml": content})
    _, found = read(tmp_path)
    assert [] == [str(finding) for finding in found if not finding.help]


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("content", "help"),
    [
        ("{role:agent, grants: [show]}\n", "put a space after the `:`, or write the value"),
        ("role: agent\ngrants: [\n", "close the brackets before it"),
    ],
)
def test_the_help_says_what_was_forgotten(tmp_path: Path, content: str, help: str) -> None:
    """The blank after a colon, and the bracket at the end of a file."""
    write(tmp_path, {"roles/x.yaml": content})
    _, found = read(tmp_path)
    assert any(help in finding.help for finding in found)


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("opening", ["{", "? "])
def test_brackets_that_are_keys_stop_at_the_limit(tmp_path: Path, opening: str) -> None:
    """100,000 mappings that are each other's keys are reported where they get too deep."""
    write(tmp_path, {"roles/x.yaml": opening * 100_000})
    assert f"roles/x.yaml:1:{50 * len(opening) + 1} RG107" == findings(tmp_path)[-1]


def test_anchor_bomb_is_not_expanded(tmp_path: Path) -> None:
    """A billion laughs costs no time: each anchor is reported, its aliases are no further news."""
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
    write(tmp_path, {"roles/x.yaml": "role: x\n" + "\n".join(lines) + "\n"})
    start = time.perf_counter()
    found = [finding for finding in findings(tmp_path) if finding.endswith("RG106")]
    assert time.perf_counter() - start < 2
    assert [f"roles/x.yaml:{line}:5 RG106" for line in range(2, 12)] == found


def test_merge_key_bomb_is_not_expanded(tmp_path: Path) -> None:
    """Merge keys over aliases are reported where they stand."""
    lines = ["k0: &k0 {x: y}"] + [f"k{i}: &k{i} {{<<: [*k{i - 1}, *k{i - 1}]}}" for i in range(1, 9)]
    write(tmp_path, {"roles/x.yaml": "\n".join(lines) + "\n"})
    codes = {finding.split()[1] for finding in findings(tmp_path)}
    assert {"RG106", "RG112"} == codes - {"RG113"}


def test_deep_nesting_leaves_the_interpreter_alive(tmp_path: Path) -> None:
    """A fresh interpreter reads 100,000 brackets of each kind and exits in order."""
    code = (
        "import sys; from pathlib import Path; from rolegate.diagnostics import Report;"
        "from rolegate.documents.capture import read_files;"
        "from rolegate.documents.set_reader import read_set; r = Report();"
        "read_set(read_files(Path(sys.argv[1])), r); print(*(d.code for d in r.sorted()))"
    )
    write(
        tmp_path,
        {"roles/a.yaml": "[" * 100_000, "roles/b.yaml": "- " * 100_000, "roles/c.yaml": "[" * 5_000_000},
    )
    paths = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
        timeout=60,
    )
    assert (0, "RG107 RG107 RG107\n", "") == (done.returncode, done.stdout, done.stderr)


def test_fifty_megabytes_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size is looked at before anything is read."""
    write(tmp_path, {"domains.yaml": "domains: {}\n"})
    os.truncate(tmp_path / "domains.yaml", 50 * 1024 * 1024)
    monkeypatch.setattr(files, "decode", lambda *_: pytest.fail("the file was read"))
    monkeypatch.setattr("rolegate.documents.confined.os.open", _refusing("domains.yaml"))
    (tmp_path / "catalog.yaml").unlink()
    assert ["catalog.yaml:1:1 RG120", "domains.yaml:1:1 RG102"] == findings(tmp_path)


def _refusing(file: str):  # type: ignore[no-untyped-def]  # stands in for os.open
    real = os.open

    def opened(name: str, *rest: int, **named: int) -> int:
        assert Path(name).name != file
        return real(name, *rest, **named)

    return opened


def test_file_that_grows_while_it_is_read_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than the limit is ever read, whatever the size was before."""
    write(tmp_path, {"domains.yaml": "domains: {}\n"})
    monkeypatch.setattr(files, "MAX_BYTES", 60)
    real = os.fstat

    def looked(descriptor: int) -> os.stat_result:
        found = real(descriptor)
        if stat.S_ISREG(found.st_mode) and found.st_ino == (tmp_path / "domains.yaml").stat().st_ino:
            (tmp_path / "domains.yaml").write_bytes(b"#" * 100)
        return found

    monkeypatch.setattr("rolegate.documents.files.os.fstat", looked)
    assert ["domains.yaml:1:1 RG102"] == findings(tmp_path)


def test_folder_instead_of_a_file(tmp_path: Path) -> None:
    """A folder under the name of a file is said to be one."""
    write(tmp_path, {"roles/x.yaml/inner.yaml": "role: x\n", "domains.yaml/readme.txt": ""})
    assert ["domains.yaml:1:1 RG101", "roles/x.yaml:1:1 RG101"] == findings(tmp_path)


def test_link_that_leads_to_itself(tmp_path: Path) -> None:
    """A loop of links is one diagnostic per link."""
    write(tmp_path, {})
    (tmp_path / "bindings.yaml").symlink_to(tmp_path / "domains.yaml")
    (tmp_path / "domains.yaml").symlink_to(tmp_path / "bindings.yaml")
    assert ["bindings.yaml:1:1 RG101", "domains.yaml:1:1 RG101"] == findings(tmp_path)


def test_link_to_nothing(tmp_path: Path) -> None:
    """A link whose file is gone is reported, not passed over."""
    write(tmp_path, {})
    (tmp_path / "domains.yaml").symlink_to(tmp_path / "gone")
    (tmp_path / "roles").symlink_to(tmp_path / "gone")
    assert ["domains.yaml:1:1 RG101", "roles:1:1 RG101"] == findings(tmp_path)


def test_folders_linked_in_a_circle_are_walked_once(tmp_path: Path) -> None:
    """A link to a folder above ends the walk."""
    write(tmp_path, {"sub/other.yaml": "x: y\n"})
    (tmp_path / "sub" / "up").symlink_to(tmp_path, target_is_directory=True)
    assert ["sub/other.yaml:1:1 RG111"] == findings(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_named_pipe_does_not_block(tmp_path: Path) -> None:
    """A pipe nobody writes to is refused at once."""
    write(tmp_path, {})
    os.mkfifo(tmp_path / "domains.yaml")
    assert ["domains.yaml:1:1 RG101"] == findings(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_file_that_becomes_a_pipe_does_not_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe that takes the place of a file between looking and opening is refused, too."""
    write(tmp_path, {"domains.yaml": "domains: {}\n"})
    real = os.open

    def opened(name: str, *rest: int, **named: int) -> int:
        if Path(name).name == "domains.yaml":
            (tmp_path / "domains.yaml").unlink()
            os.mkfifo(tmp_path / "domains.yaml")
        return real(name, *rest, **named)

    monkeypatch.setattr("rolegate.documents.confined.os.open", opened)
    assert ["domains.yaml:1:1 RG101"] == findings(tmp_path)


def test_folder_that_disappears_meanwhile(tmp_path: Path) -> None:
    """A set folder that is gone is reported as such, and its catalog as missing."""
    assert ["RG101", "RG120"] == [finding.code for finding in read(tmp_path / "gone")[1]]


def test_unreadable_file_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without permission to read it says so."""
    write(tmp_path, {})

    def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("rolegate.documents.confined.Folder.open_file", refused)
    _, found = read(tmp_path)
    assert ["there is no permission to read the file"] == [finding.message for finding in found]


def test_file_name_that_forges_a_line_is_escaped(tmp_path: Path) -> None:
    """A line break, an escape code or a broken byte in a file name cannot write into the output."""
    write(tmp_path, {"roles/x\n\x1b[2Jy.yaml": "role: ~\n"})
    raw = os.fsencode(tmp_path / "roles") + b"/\xff.yaml"
    with open(raw, "w", encoding="utf-8") as stream:
        stream.write("role: ~\n")
    shown = "\n".join(str(finding) for finding in read(tmp_path)[1])
    assert shown.isprintable() or all(line.isprintable() for line in shown.split("\n"))
    assert 4 == len(shown.split("\n"))
    assert shown.encode()


def test_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    """Windows editors write one; columns count without it."""
    write(tmp_path, {"roles/x.yaml": b"\xef\xbb\xbfrole: no\n"})
    assert ["roles/x.yaml:1:7 RG108"] == findings(tmp_path)


def test_windows_line_ends_count_as_one(tmp_path: Path) -> None:
    """CR LF is one line end."""
    write(tmp_path, {"roles/x.yaml": b"role: x\r\ntitle: y\r\ngrants:\r\n  - no\r\n"})
    assert ["roles/x.yaml:2:8 RG108", "roles/x.yaml:4:5 RG108"] == findings(tmp_path)


@pytest.mark.usefixtures("loader")
def test_columns_count_characters(tmp_path: Path) -> None:
    """A letter outside the first plane is one column, as in an editor."""
    write(tmp_path, {"roles/x.yaml": 'role: x\ngrants: ["é😀", no]\n'})
    assert ["roles/x.yaml:2:16 RG108"] == findings(tmp_path)


def test_a_flood_of_problems_ends(tmp_path: Path) -> None:
    """20,000 problems in a file are reported up to a number that a person can still read."""
    write(tmp_path, {"roles/x.yaml": "role: x\ngrants:\n" + "  - no\n" * 20_000})
    start = time.perf_counter()
    found = findings(tmp_path)
    assert time.perf_counter() - start < 20
    assert 1001 == len(found)
    assert "roles/x.yaml:1:1 RG107" == found[0]


TRAPS = [
    *("no", "No", "NO", "yes", "Yes", "on", "off", "ON", "OFF", "y", "n", "Y", "N"),
    *("true", "false", "True", "FALSE", "null", "Null", "~", "="),
    *("017", "0o17", "08", "1_000", "0x1f", "0b11", "1.5", "1.", ".5", "1e5", "1.0e+3", "+5", "-0", "00"),
    *("12:30", "1:30:00", "190:20:30.15", ".inf", "-.INF", ".nan"),
    *("2027-01-01", "2027-01-01T00:00:00Z", "2001-1-1t1:02:03"),
]


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("text", TRAPS)
def test_trap_is_reported_where_it_stands(tmp_path: Path, text: str) -> None:
    """Unquoted text that a YAML tool reads as something else is one diagnostic at its place."""
    write(tmp_path, {"roles/x.yaml": f"role: {text}\ngrants: [a]\n"})
    assert ["roles/x.yaml:1:7 RG108"] == findings(tmp_path)


@pytest.mark.parametrize("text", [*TRAPS, "<<", "42"])
def test_quoted_trap_is_text(tmp_path: Path, text: str) -> None:
    """Quotes make text of everything."""
    write(tmp_path, {"roles/x.yaml": f'role: "{text}"\ngrants: [a]\n'})
    documents, found = read(tmp_path)
    assert ((), [text]) == (found, [name for name, _ in documents.roles] if documents else [])


@pytest.mark.parametrize(
    "text", ["0", "42", "-7", "12345678901234567890", "1.2.3", "2027-1-1", "1-2", "12:99", "nope"]
)
def test_text_without_a_trap_needs_no_quotes(tmp_path: Path, text: str) -> None:
    """A canonical integer has one spelling, so it is its text; so is what only looks like a number."""
    write(tmp_path, {"roles/x.yaml": f"role: {text}\ngrants: [a]\n"})
    documents, found = read(tmp_path)
    assert ((), [text]) == (found, [name for name, _ in documents.roles] if documents else [])


def test_trap_as_a_key(tmp_path: Path) -> None:
    """A name that is a trap is reported as a key, too."""
    write(tmp_path, {"catalog.yaml": "catalog: x\npermissions:\n  on: Start\n  off: Stop\n"})
    assert ["catalog.yaml:3:3 RG108", "catalog.yaml:4:3 RG108"] == findings(tmp_path)


@given(st.one_of(st.from_regex(r"[-+.0-9_:eExobaTZ ]{1,12}", fullmatch=True), st.text(max_size=8)))
def test_whatever_pyyaml_resolves_is_a_trap(text: str) -> None:
    """LAW: a plain scalar PyYAML turns into a value other than its text is a trap, or a canonical integer."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, OverflowError):
        return
    if not isinstance(node, yaml.ScalarNode) or node.style is not None or not node.value:
        return
    if node.tag != "tag:yaml.org,2002:str" and trap(node.value) is None:
        assert str(int(node.value)) == node.value


@given(st.binary(max_size=300))
def test_no_bytes_raise(content: bytes) -> None:
    """LAW: whatever a file holds, reading it gives a value or a diagnostic."""
    report = Report()
    text = files.decode(content, "f", report)
    value = None if text is None else compose(text, "f", report)
    assert value is not None or report.failed


YAMLISH = st.lists(
    st.sampled_from(
        [*"[]{}:,-?&*!|>'\"%@`#~\\ \n\t", "- ", ": ", "<<", "a", "no", "x: y\n", "\\ud800", "\x85", "é"]
    ),
    max_size=60,
).map("".join)


@given(st.one_of(YAMLISH, st.text(max_size=100)), st.sampled_from([param.values[0] for param in LOADERS]))
def test_no_text_raises(text: str, using: type) -> None:
    """LAW: both loaders give a value or a diagnostic for every text; each place is inside the file."""
    before = composer.LOADER
    composer.LOADER = using
    try:
        report = Report()
        value = compose(text, "f", report)
    except UnicodeEncodeError:
        # Text with half characters never comes out of a file.
        assert any("\ud800" <= character <= "\udfff" for character in text)
        return
    finally:
        composer.LOADER = before
    assert value is not None or report.failed
    assert all(
        finding.line >= 1 and finding.column >= 1 and finding.message and finding.help
        for finding in report.sorted()
    )


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20))
def test_every_id_survives_quoting(text: str) -> None:
    """LAW: an id in double quotes, escaped as YAML wants it, is read as it was."""
    written = yaml.safe_dump(text, default_style='"', width=10**6)
    report = Report()
    value = compose(written, "f", report)
    assert ((), text) == (report.sorted(), value)
    assert isinstance(value, Text)
    assert encode(value) == encode(text)


def test_trap_is_no_text() -> None:
    """A trap is no `Text`, so no shape takes it for one by accident."""
    assert not issubclass(Trap, Text)
    assert CATALOG
