"""A Casbin policy becomes a policy set that gives the same answers, with a report of what it cannot say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from rolegate.diagnostics import Diagnostic, Report, Span, quoted
from rolegate.documents.limits import Limits
from rolegate.documents.scalars import NAME_PATTERN
from rolegate.errors import CasbinImportError, wrong_argument
from rolegate.importing import problems
from rolegate.importing.casbin_lines import (
    CasbinLine,
    CasbinModel,
    casbin_functions,
    read_casbin_file,
    read_casbin_model,
    take_rows,
)
from rolegate.importing.casbin_mapping import MAPPING, CasbinMapping
from rolegate.importing.casbin_matcher import read_matcher
from rolegate.importing.import_proof import ImportProof, prove_import
from rolegate.importing.imported_roles import imported_lines
from rolegate.importing.line_grants import ImportChoices, LineGrants
from rolegate.importing.object_templates import ObjectTemplate
from rolegate.importing.set_files import set_texts
from rolegate.importing.source_names import SourceNames

if TYPE_CHECKING:
    from rolegate.importing.casbin_table import CasbinTable


@dataclass(frozen=True, slots=True)
class CasbinImport:
    """A set that was made of a Casbin policy: its files by their names, what it cannot say, and the proof.

    `mapping` says what an application asks; it is among the files as `mapping.json`.
    """

    files: Mapping[str, str]
    findings: tuple[Diagnostic, ...]
    mapping: CasbinMapping
    proof: ImportProof
    lines: int

    @property
    def ok(self) -> bool:
        """Whether the set answers as the source does, and nothing in the source is left out."""
        return self.proof.ok and problems.only_notes(self.findings)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form of the report."""
        proof = self.proof
        return {
            "ok": self.ok,
            "files": sorted(self.files),
            "lines": self.lines,
            "findings": [found.to_dict() for found in self.findings],
            "mapping": self.mapping.to_dict(),
            "proof": {
                "asked": proof.asked,
                "possible": proof.possible,
                "allowed": proof.allowed,
                "differ": proof.differ,
                "unnamed": proof.unnamed,
                "told": proof.told,
                "differences": [
                    {
                        "asked": list(one.asked),
                        "permission": None if one.question is None else one.question.permission,
                        "source": one.source,
                        "set": not one.source,
                    }
                    for one in proof.differences
                ],
            },
        }


def import_casbin(
    model: Path | str,
    policy: Path | str | Iterable[Sequence[str | None]] | CasbinTable,
    *,
    name: str = "imported",
    kinds: Sequence[str] = (),
    objects: Sequence[str] = (),
    actions: Sequence[str] = (),
    names: Mapping[str, str] = MappingProxyType({}),
    questions: int | None = None,
    limits: Limits | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> CasbinImport:
    """The policy set that says what the Casbin policy *policy* says under the model in the file *model*.

    *policy* is a file, or the rows of a table, each its section and its values. Nothing is written. *kinds*
    are shapes of objects such as `/invoice/{id}`; *objects* and *actions* are asked about and not named in
    lines; *names* gives an object, a kind or an action the name that it has in paths.

    Raises:
        CasbinImportError: for a model that roles and restrictions cannot say; `diagnostics` says why.
        InvalidPolicyError: when the set would be larger than a set can be.
    """
    report = Report()
    read = _model(model)
    terms = read_matcher(read)
    lines = _lines(policy, read, report)
    asked = ImportChoices(tuple(objects), tuple(actions), tuple(map(_kind, kinds)), _names(names))
    source = SourceNames(read, terms, _sound(lines, read, report), report)
    grants = LineGrants(source, asked)
    _check_chosen(names, grants)
    said = imported_lines(source, grants)
    if not grants.cells:
        raise problems.refused(
            read.span, "no line allows anything, so there is no catalog", "import other lines"
        )
    texts = set_texts(name, grants, said)
    mapping = CasbinMapping.of(json.loads(json.dumps(_mapping(grants).to_dict())))
    proof = prove_import(texts, grants, said, mapping, questions=questions, limits=limits, progress=progress)
    if proof.unnamed:
        problems.said_otherwise(
            report,
            read.span,
            f"by patterns Casbin also allows what no line names: {proof.unnamed} of the questions asked",
            "a set denies what its catalog does not have: name what the application asks with `--object`,"
            " `--kind` and `--action`",
        )
    texts[MAPPING] = json.dumps(mapping.to_dict(), indent=2, ensure_ascii=True) + "\n"
    return CasbinImport(MappingProxyType(texts), report.sorted(), mapping, proof, len(source.lines))


def _model(model: Path | str) -> CasbinModel:
    if not isinstance(model, str | PathLike):
        raise wrong_argument("model", model, "the path of a file", 'write `import_casbin("model.conf", …)`')
    return read_casbin_model(Path(model))


def _lines(
    policy: Path | str | Iterable[Sequence[str | None]] | CasbinTable, model: CasbinModel, report: Report
) -> tuple[CasbinLine, ...]:
    """The lines of *policy*, wherever they are."""
    if isinstance(policy, str | PathLike):
        return read_casbin_file(Path(policy), model, report)
    rows = getattr(policy, "rows", None)
    if rows is None:
        given = cast("Iterable[Sequence[str | None]]", policy)
        rows = [(list(row), Span("casbin_rule", number)) for number, row in enumerate(given, 1)]
    return take_rows(rows, model, report)


def _kind(text: str) -> ObjectTemplate:
    shape = ObjectTemplate.written(text)
    if shape is None:
        raise CasbinImportError(
            f"{quoted(text)} is not the shape of objects; write it like `/invoice/{{id}}`"
        )
    return shape


def _names(given: Mapping[str, str]) -> dict[str, str]:
    for text, name in given.items():
        if re.match(NAME_PATTERN, name) is None:
            raise CasbinImportError(
                f"{quoted(name)} cannot be the name of {quoted(text)}; a name is a letter, then letters,"
                " digits, `_` and `-`"
            )
    if len({name.lower() for name in given.values()}) < len(given):
        raise CasbinImportError("two of the names that were chosen are the same")
    return dict(given)


def _check_chosen(names: Mapping[str, str], grants: LineGrants) -> None:
    """Refuse a name for something that the source does not have."""
    shapes = {place.template for place in grants.places.kinds}
    known = {*grants.places.things, *grants.actions}
    for text in names:
        if text not in known and ObjectTemplate.written(text) not in shapes:
            raise CasbinImportError(
                f"no object, kind or action is called {quoted(text)}, so it gets no name; the names are "
                + problems.named((*known, *(place.said for place in grants.places.kinds)))
            )


def _sound(lines: Sequence[CasbinLine], model: CasbinModel, report: Report) -> tuple[CasbinLine, ...]:
    """*lines* without those whose patterns make Casbin raise an error for every question."""
    tests = read_matcher(model).tests.values()
    functions = casbin_functions()
    kept = []
    for line in lines:
        try:
            for test in tests if line.section == "p" else ():
                for function in test.functions:
                    functions[function]("x", line.values[model.columns.index(test.column)])
        except Exception as error:  # whatever a function raises
            problems.line_skipped(
                report, line.span, f"with this pattern Casbin raises an error for every question: {error}",
                "correct or remove the line",
            )  # fmt: skip
            continue
        kept.append(line)
    return tuple(kept)


def _mapping(grants: LineGrants) -> CasbinMapping:
    places = grants.places
    permissions = {
        ".".join(part for part in (place.name, grants.actions[action]) if part)
        for place, actions in grants.cells.items()
        for action in actions
    }
    return CasbinMapping(
        grants.names.terms.parts,
        {text: place.name for text, place in places.things.items()},
        tuple(
            (place.said, place.template, place.name) for place in places.kinds if place.template is not None
        ),
        grants.actions,
        frozenset(permissions),
        tuple(sorted(grants.names.roles)),
    )
