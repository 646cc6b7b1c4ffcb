"""The README of a policy set as data: where each sentence of its documents is said, and what the set answers.

A README lists the sentences of a document, by line, with a letter where a line has several:

    Sentences of document 003: 1, 4a-4b, 6-9.

and has rows for them. The first columns are the documents by number, and the last is asked:

    | 003 | It says | Here | Asked |
    |---|---|---|---|
    | 6, 8 | Who edits roles | `roles.manage`, `roles/admin.yaml` | `nadia in northstar: +roles.manage` |

* **Sentences**: `6-9` are all the listed ones from 6 to 9. Every listed sentence is in a row, and no other.
* **Here**: whatever is in backticks exists: a file of the set; a permission, group or grant; a role, user,
  team, domain, plan or another name; a key of the language; a call such as `Policy.tree` or `rolegate.load`;
  a command; a test of tests/whole/test_policies_*.py; or it is a text with a space that a file of the set
  contains.
* **Asked**: `SUBJECT: +grant -grant` in backticks, as many as you like. The subject is `ana in acme`,
  `team support in acme`, `role agent` or `role agent in acme`, with ` at 2027-01-01` where the time matters;
  `+` is a yes and `-` a no. A grant without instance asks about every one, without scope about the broadest;
  with a star, or a `?` at the end, whether any of it is held. A question has no spaces in its ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import rolegate
from pages.markdown import Page
from repository import ROOT
from rolegate import Policy, Question
from rolegate.catalog.grant_syntax import GrantSyntaxError, parse_grant
from rolegate.encoding import decode
from rolegate_cli.app import COMMANDS

_LISTED = re.compile(r"^Sentences of document (\d{3}): ([^.]+)\.", re.MULTILINE)
_SENTENCE = re.compile(r"(\d+)([a-z]?)")
_CODE = re.compile(r"`([^`]+)`")
_ASKED = re.compile(r"(?:(role|team) )?(\S+)(?: in (\S+))?(?: at (\S+))?: (.+)")
_CALL = re.compile(r"(\w+)\.(\w+)(?:\(.*\))?")
_UNKNOWN = {f"RG60{number}" for number in range(1, 7)}
"""The notes that say a question names something unknown: such a no proves nothing."""

Sentence = tuple[int, str]


@dataclass(frozen=True)
class Row:
    """A row of a table, by the titles of its columns."""

    number: int
    cells: dict[str, str]

    def codes(self, column: str) -> list[str]:
        """What is in backticks in a column."""
        return _CODE.findall(self.cells[column])


def tables(readme: Path) -> Iterator[list[Row]]:
    """Each table of a page that has rows."""
    header: list[str] | None = None
    found: list[Row] = []
    for number, line in enumerate([*readme.read_text(encoding="utf-8").splitlines(), ""], 1):
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not line.startswith("|"):
            if found:
                yield found
            header, found = None, []
        elif header is None:
            header = cells
        elif set(line) - set("|-: "):
            assert len(cells) == len(header), f"{readme}:{number}: {len(cells)} cells, not {len(header)}"
            found.append(Row(number, dict(zip(header, cells, strict=True))))


@dataclass(frozen=True)
class Sentences:
    """The sentences of one document, in order."""

    document: str
    listed: tuple[Sentence, ...]

    @classmethod
    def of(cls, document: str, text: str) -> Sentences:
        """Those that a page lists: `2a-2c` are three of one line, `6-9` one of each line."""
        found: list[Sentence] = []
        for part in re.split(r",\s*", text.strip()):
            (first, start), (last, end) = _ends(part)
            if first == last and start:
                found += [(first, chr(letter)) for letter in range(ord(start), ord(end) + 1)]
            else:
                assert not start and not end, f"{part}: several lines have letters of their own"
                found += [(line, "") for line in range(first, last + 1)]
        assert sorted(set(found)) == found, f"the sentences of document {document} are not in order"
        return cls(document, tuple(found))

    def named(self, cell: str) -> list[Sentence]:
        """Those that a cell names; one that is not listed is a mistake of the row, and is found as such."""
        found: list[Sentence] = []
        for part in re.split(r",\s*", cell) if cell else ():
            start, end = _ends(part)
            between = [sentence for sentence in self.listed if start <= sentence <= end]
            found += between if {start, end} <= set(between) else [start, end]
        return found


def _ends(part: str) -> tuple[Sentence, Sentence]:
    ends = [_SENTENCE.fullmatch(end.strip()) for end in part.split("-")]
    assert len(ends) in (1, 2) and all(ends), f"`{part}` is not a sentence or a range of them"
    found = [(int(end[1]), end[2]) for end in ends if end]
    return found[0], found[-1]


@dataclass(frozen=True)
class DocumentTables:
    """What a README says about its documents."""

    readme: Path
    documents: tuple[Sentences, ...]
    rows: tuple[Row, ...]

    @classmethod
    def read(cls, folder: Path) -> DocumentTables:
        """The tables in the README of a policy set."""
        readme = folder / "README.md"
        prose = " ".join(line or "\n" for line in Page.read(readme).prose.splitlines())
        listed = [line.strip() for line in prose.split("\n")]
        documents = tuple(Sentences.of(*found.groups()) for line in listed if (found := _LISTED.match(line)))
        names = {document.document for document in documents}
        rows = tuple(row for table in tables(readme) for row in table if names & set(row.cells))
        return cls(readme, documents, rows)

    def not_covered(self) -> list[str]:
        """Sentences without a row, and rows about sentences that are not there."""
        found = []
        for document in self.documents:
            named = [
                (sentence, row.number)
                for row in self.rows
                for sentence in document.named(row.cells.get(document.document, ""))
            ]
            covered, listed = {sentence for sentence, _ in named}, set(document.listed)
            missing = [sentence for sentence in document.listed if sentence not in covered]
            found += [f"{document.document}:{line}{letter} has no row" for line, letter in missing]
            found += [
                f"{self.readme.name}:{number}: {document.document}:{line}{letter} is not listed"
                for (line, letter), number in named
                if (line, letter) not in listed
            ]
        return found

    def unknown_names(self, policy: Policy) -> list[str]:
        """What the column `Here` names and nobody finds; a row that says nothing is found as well."""
        known = _names(policy)
        found = []
        for row in self.rows:
            if not row.cells["It says"] or not row.cells["Here"]:
                found.append(f"{self.readme.name}:{row.number}: says nothing")
            found += [
                f"{self.readme.name}:{row.number}: `{code}`"
                for code in row.codes("Here")
                if code not in known and not _is_known(code, policy, self.readme.parent)
            ]
        return found

    def wrong_answers(self, policy: Policy, at: datetime) -> list[str]:
        """The questions of the column `Asked` with another answer, and those about unknown names."""
        found = []
        for row in self.rows:
            for code in row.codes("Asked"):
                asked = _ASKED.fullmatch(code)
                if asked is None:
                    found.append(f"{self.readme.name}:{row.number}: `{code}` is not a question")
                    continue
                kind, name, domain, time, entries = asked.groups()
                when = datetime.fromisoformat(time).replace(tzinfo=UTC) if time else at
                for entry in entries.split():
                    decision = policy.decide(_question(entry[1:], kind or "user", name, domain), at=when)
                    strange = {note.code for note in decision.notes} & _UNKNOWN
                    if entry[0] not in "+-" or decision.allowed != (entry[0] == "+") or strange:
                        found.append(f"{self.readme.name}:{row.number}: {name}: {entry}: {decision.reason}")
        return found


def _question(text: str, kind: str, name: str, domain: str | None) -> Question:
    """The question about what *text*, a grant, gives."""
    some = text.endswith("?")
    grant = parse_grant(text.removesuffix("?"))
    path = (f"{grant.path}.*" if grant.path else "*") if grant.star else grant.path
    ids = [decode(part) for part in (grant.instance or "*").split("/") if part != "*"]
    return Question.from_dict(
        {"permission": path, kind: name}
        | ({"domain": domain} if domain else {})
        | ({"on": ids} if ids else {})
        | ({"scope": grant.scope} if grant.scope else {})
        | ({"any": True} if some or grant.star else {})
    )


def _names(policy: Policy) -> set[str]:
    """Every name that the set declares, and the keys of the language."""
    catalog, resolved = policy.catalog, policy.resolved
    ladders = catalog.ladders.values()
    return {
        *(path for path in catalog.nodes if path),
        *(name for _, name in resolved.roles),
        *policy.users,
        *policy.teams,
        *policy.domains,
        *policy.locales,
        *(ladder.name for ladder in ladders),
        *(f"{ladder.name}.{scope}" for ladder in ladders for scope in ladder.scopes),
        *catalog.resources,
        *catalog.plans,
        *catalog.addons,
        *catalog.domain_kinds,
        *catalog.role_kinds,
        *resolved.restrictions,
        *_keys(policy.json_schemas()),
    }


def _keys(schema: object) -> set[str]:
    """Every key of a JSON Schema that files may have."""
    if isinstance(schema, list):
        return {key for part in schema for key in _keys(part)}
    if not isinstance(schema, dict):
        return set()
    own = schema.get("properties")
    return {
        *(own if isinstance(own, dict) else ()),
        *(key for part in schema.values() for key in _keys(part)),
    }


def _is_known(code: str, policy: Policy, folder: Path) -> bool:
    """Whether *code* is a file, a grant, a call, a command, a test, or a text of a file."""
    if (folder / code).is_file() or (code.endswith("/") and (folder / code).is_dir()):
        return True
    call = _CALL.fullmatch(code)
    if call and call[1] == "rolegate":
        return call[2] in rolegate.__all__
    if call and call[1] in rolegate.__all__:
        return hasattr(getattr(rolegate, call[1]), call[2])
    if code.startswith("rolegate "):
        return code.split()[1] in COMMANDS
    if code.startswith("test_"):
        return any(f"def {code}(" in text for text in _texts(ROOT / "tests" / "whole", "test_policies_*.py"))
    if " " in code:
        return any(" ".join(code.split()) in " ".join(text.split()) for text in _texts(folder, "**/*.yaml"))
    return _is_grant(code, policy)


def _texts(folder: Path, pattern: str) -> Iterator[str]:
    return (path.read_text(encoding="utf-8") for path in sorted(folder.glob(pattern)))


def _is_grant(code: str, policy: Policy) -> bool:
    try:
        grant = parse_grant(code)
    except GrantSyntaxError:
        return False
    node = policy.catalog.find(grant.path)
    return node is not None or (grant.star and not grant.path)
