"""Documents that are JSON give the shapes that files with the same text give, without any YAML."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given

from drawing import examples
from item_sets import items_of
from plain.strategies import Files, policy_sets
from plain.writer import write_set
from repository import ROOT
from rolegate.diagnostics import Report, Span
from rolegate.documents.capture import Files as CapturedFiles
from rolegate.documents.item_shapes import DocumentKind, ItemDocument, shapes_of
from rolegate.documents.set_reader import read_set


def check_folder(folder: Path) -> None:
    """Roles, lines and domains with their teams, each as it is read from its file."""
    items = items_of(folder)
    found = items.documents
    read, made = (
        {(name, body.domain): body.model_dump(exclude={"role"}) for name, body in documents.roles}
        for documents in (items.rest, found)
    )
    assert read == made
    assert sorted(map(repr, items.rest.bindings)) == sorted(map(repr, found.bindings))
    there = [None if one.domains is None else one.domains.domains for one in (items.rest, found)]
    assert there[0] == there[1]


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "policies").iterdir() if path.is_dir()))
def test_our_sets_have_the_same_shapes(name: str) -> None:
    """Whoever wrote short forms finds them written out in both."""
    check_folder(ROOT / "policies" / name)


@examples(60)
@given(policy_sets())
def test_random_sets_have_the_same_shapes(files: Files) -> None:
    """The same for random sets, whatever the names in them."""
    with TemporaryDirectory() as place:
        check_folder(write_set(files, Path(place)))


WRONG: list[tuple[DocumentKind, str, dict[str, Any]]] = [
    ("role", "roles/x.yaml", {"role": "x", "grant": ["a"]}),
    ("role", "roles/x.yaml", {"role": "", "grants": ["a"]}),
    ("role", "roles/x.yaml", {"grants": ["a"]}),
    ("role", "roles/x.yaml", {"role": "x", "grants": {"a": "b"}}),
    ("role", "roles/x.yaml", {"role": "x", "locked": "maybe"}),
    ("role", "roles/x.yaml", {"role": "x", "title": None}),
    ("role", "roles/x.yaml", {"role": "x" * 90, "domain": "y" * 190}),
    ("binding", "bindings.yaml", {"user": "ana"}),
    ("binding", "bindings.yaml", {"user": "ana", "team": "b", "role": "x"}),
    ("binding", "bindings.yaml", {"user": "ana", "role": "x", "until": "tomorrow"}),
    ("binding", "bindings.yaml", {"user": "ana", "role": "x", "only": {"inbox": ["a"]}}),
    ("restriction", "bindings.yaml", {"role": "x", "restrict": ["a"], "rest": "keep"}),
    ("domain", "domains.yaml", {"domain": "acme", "teams": {"": ["a"]}}),
    ("domain", "domains.yaml", {"domain": "acme", "within": ["a"]}),
]


@pytest.mark.parametrize(("kind", "file", "document"), WRONG, ids=lambda part: str(part)[:40])
def test_what_is_wrong_is_found_as_in_a_file(kind: DocumentKind, file: str, document: dict[str, Any]) -> None:
    """The same codes and messages, at the place of the document; it is left out."""
    report = Report()
    shapes = shapes_of([ItemDocument(kind, document, Span("store:1"))], report)
    assert not any(shapes)
    text: Any = document
    if file == "bindings.yaml":
        text = {"bindings": [document]}
    elif file == "domains.yaml":
        text = {"domains": {"acme": {key: said for key, said in document.items() if key != "domain"}}}
    read = Report()
    contents: dict[str, Any] = {"catalog.yaml": b"catalog: x\npermissions: {a: A}\n"}
    read_set(CapturedFiles(Path("x"), {**contents, file: json.dumps(text).encode()}), read)
    assert [(one.code, one.message) for one in read.sorted()] == [
        (one.code, one.message) for one in report.sorted()
    ]
    assert {one.span.file for one in report.diagnostics} == {"store:1"}


def test_one_document_that_is_wrong_takes_no_other_with_it() -> None:
    """Lines are read together where all are sound, and one by one otherwise."""
    lines: list[dict[str, Any]] = [{"user": "ana", "role": "x"}, {"user": "bo"}, {"role": "y"}]
    lines.append({"user": "cy", "grants": ["a"]})
    report = Report()
    documents = [ItemDocument("binding", line, Span(f"store:{n}")) for n, line in enumerate(lines)]
    found = shapes_of(documents, report)
    assert ["ana", "cy"] == [line.user for line in found.lines]
    assert ["store:1", "store:2"] == [one.file for one in report.sorted()]
