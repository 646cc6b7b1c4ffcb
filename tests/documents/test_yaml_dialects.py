"""PyYAML has two parsers: a file has one meaning with both of them, or it is refused by both."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from repository import ROOT
from rolegate.diagnostics import Report
from rolegate.documents import composer, files
from rolegate.documents.text import Keyed, Listed, Text, Trap

PARSERS = [yaml.SafeLoader, yaml.CSafeLoader]

PIECES = [
    *("\t", "\t\t", " ", "  ", "\n", "\r", "\r\n", "\n\n", ":", ": ", ":\t", ",", "[", "]", "{", "}", "?"),
    *("? ", "-", "- ", "-\t", "#", " #", "\t#", "|", "|-", "|2", ">", "> ", ">+", "'", '"', "&a", "*a", "!"),
    *("!!str ", "!<x>", "%", "%YAML 1.1\n", "%YAML 1.2\n---\n", "%YAML 1.3\n--- ", "%FOO bar\n---\n"),
    *("%TAG ! x\n", "---", "---\n", "--- ", "...", "...\n", "@", "`", "\\", "\\x41", "\\u", "\\\n", "\xa0"),
    *("\u3000", "é", "😀", "\u200b", "\ufeff", "\x85", "\u2028", "\u2029", "\x00", "\x7f", "a", "no", "~"),
    *("<<: ", "k: v", "x:y", "a:,", "[a:]", "{a:}", "{a:b}", "?a", "[?a]", "-a", "k" * 1022 + ": v"),
    *("k" * 1023 + ": v", "k" * 1024 + ": v", "k" * 1025 + ":", '"a\n b"', "'a\n\n  b'", "|\n  t\n x\n"),
    *(">\n a\n\n  b\n", "|\n\tx", "|1\n \tx", "{? a : b}", "[a: b]", "[: b]", "{: b}", "{a, b}", "[,]"),
    *("'a':b", '{"a":b}', '["a":b]', '"a":b', "{a:[b]}", "[a:{b}]", "\n\t", "\n \t", "\n  \t", "[" * 60),
]


def meaning(text: str, parser: type) -> object:
    """What is read by *parser*, written plainly; None when it is refused."""
    before, composer.LOADER = composer.LOADER, parser
    try:
        report = Report()
        decoded = files.decode(text.encode(), "f", report)
        value = None if decoded is None else composer.compose(decoded, "f", report)
    finally:
        composer.LOADER = before
    return None if report.failed else plain(value)


def plain(value: object) -> object:
    match value:
        case Keyed():
            return "mapping", [(plain(key), plain(inner)) for key, inner in value.items()]
        case Listed():
            return "list", [plain(inner) for inner in value]
        case Text() | Trap():
            return type(value).__name__, str(value)
    raise AssertionError(value)


DIFFERENT = {
    "tab after a colon": "role: x\ntitle:\tT\n",
    "tab in a value": "role: x\ntitle: a\tb\n",
    "tab after a value": "role: x\t\n",
    "tab before a comment": "role: x\t# c\n",
    "tab after a dash": "role: x\ngrants:\n  -\ta\n",
    "tab in an empty line": "role: x\n\t\ntitle: T\n",
    "tab after a header": "role: x\ntitle: |\t# c\n  T\n",
    "tab as the indentation of a text": "role: x\ntitle: |\n \tT\n",
    "question mark between brackets": "{role: x, title: Why?}\n",
    "question mark in a key between brackets": "{role: x, ti?tle: T}\n",
    "mapping right after a colon": "{role: x, grants:[a]}\n",
    "comment right after a header": "role: x\ntitle: >#c\n  T\n",
    "unknown directive": "%FOO bar\n---\nrole: x\n",
    "version of YAML": "%YAML 1.7\n---\nrole: x\n",
}


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("text", DIFFERENT.values(), ids=DIFFERENT)
def test_what_one_parser_alone_reads_is_refused(text: str, parser: type) -> None:
    """Each of these was read by one of the two."""
    assert meaning(text, parser) is None


SAME = {
    "tab in quotes": 'role: "a\tb"\n',
    "tab in a comment": "role: x # a\tb\n#\t\n",
    "tab within a text": "role: |\n  a\tb\n",
    "question mark in quotes": "{role: 'x?'}\n",
    "question mark outside of brackets": "role: Why?\n# why?\n",
    "percent sign at the beginning of a line of a text": 'role: "a\n%b"\n',
    "space after a colon": "{role: [a], b: {c: d}}\n",
    "quoted key": '{"role":[a]}\n',
    "comment after a header": "role: |- # c\n  T\n",
}


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_what_both_parsers_read_stays_readable(text: str, parser: type) -> None:
    """The rule takes no more than it has to."""
    assert meaning(text, parser) is not None


def seeds() -> list[str]:
    """The project's own policy files."""
    places = [*(ROOT / "policies").rglob("*.yaml"), *(ROOT / "tests/cases").rglob("*.yaml")]
    return [path.read_text("utf-8") for path in sorted(places) if path.stat().st_size < 20_000]


def mutated(text: str, drawn: random.Random) -> str:
    """Some lines of *text*, with a few pieces put in, taken out or doubled."""
    lines = text.splitlines(keepends=True)
    begin = drawn.randrange(max(1, len(lines) - 6))
    text = "".join(lines[begin : begin + drawn.randint(2, 12)])
    for _ in range(drawn.choice([1, 1, 1, 2, 3])):
        at, length = drawn.randint(0, len(text)), drawn.randint(0, 4)
        put = drawn.choice([drawn.choice(PIECES), "", text[at : at + 30]])
        text = text[:at] + put + text[at + length :]
    return text


@pytest.mark.parametrize("seed", range(4))
def test_both_parsers_read_the_same(seed: int) -> None:
    """LAW: mutants of policy files and heaps of marks mean the same with both, or are refused by both."""
    drawn, texts, read = random.Random(seed), seeds(), 0
    for number in range(1200):
        heap = "".join(drawn.choice(PIECES) for _ in range(drawn.randint(1, 12)))
        text = heap if number % 2 else mutated(drawn.choice(texts), drawn)
        own, libyaml = (meaning(text, parser) for parser in PARSERS)
        assert own == libyaml, repr(text)
        read += own is not None
    assert read > 150  # of 600; which they are depends on the files of the project


@pytest.mark.parametrize("opening", ["[", "{", "[{a: ", "? ", "- "])
@pytest.mark.parametrize("parser", PARSERS)
def test_deep_nesting_is_found_by_each(opening: str, parser: type, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the 51st level, however many are left open, and whether the parser gives up before it or not."""
    monkeypatch.setattr(composer, "LOADER", parser)
    for times in (60, 700, 3000):
        report = Report()
        assert composer.compose('role: x\ntitle: "[["\ngrants:\n  ' + opening * times, "f", report) is None
        last = report.sorted()[-1]
        levels = sum(opening.count(character) for character in "[{?-")
        column = 3 + 49 // levels * len(opening) + 49 % levels
        assert ("RG107", 4, column) == (last.code, last.line, last.column)


WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name in ("_yaml", "yaml._yaml", "yaml.cyaml"):
            raise ImportError(name)
sys.meta_path.insert(0, Missing())
import yaml, rolegate
from rolegate.documents import composer
assert composer.LOADER is yaml.SafeLoader and not yaml.__with_libyaml__
for path in sys.argv[1:]:
    found = rolegate.validate([path])
    print(*(f"{each.line}:{each.column} {each.code}" for each in found.diagnostics))
    if found.ok:
        print(rolegate.load(path).compile().policy_text)
"""


def test_without_libyaml_everything_is_the_same(tmp_path: Path) -> None:
    """An interpreter that has only PyYAML's own parser finds and compiles the same."""
    import rolegate

    names = ["policies/responso", "tests/cases/sound", "tests/cases/RG301", "tests/cases/misspelt-everything"]
    folders = [str(ROOT / name) for name in names]
    deep = tmp_path / "deep"
    deep.mkdir()
    (deep / "catalog.yaml").write_text("catalog: x\npermissions: " + "[" * 2000)
    folders.append(str(deep))
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, *folders],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        timeout=100,
    )
    expected = ""
    for folder in folders:
        found = rolegate.validate([folder])
        expected += (
            " ".join(f"{finding.line}:{finding.column} {finding.code}" for finding in found.diagnostics)
            + "\n"
        )
        expected += rolegate.load(folder).compile().policy_text + "\n" if found.ok else ""
    assert (0, expected, "") == (done.returncode, done.stdout, done.stderr)
