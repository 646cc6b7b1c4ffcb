"""A Casbin model and its lines, read as Casbin reads them, each line with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rolegate.compiled.lines import HEADER
from rolegate.compiled.model_conf import MODEL_CONF
from rolegate.diagnostics import Report, Span, quoted
from rolegate.importing import problems

FOLLOWED = 9
"""So many links one after the other are followed by Casbin's own role manager."""


_COMMA_INSIDE = re.compile(r"[(\[].*,")
"""A comma after an opened bracket, where Casbin does not see the end of a value."""


@dataclass(frozen=True, slots=True)
class CasbinModel:
    """What a model.conf says; names are as in it, without `r.` and `p.`.

    `matcher` is as Casbin evaluates it: `r_sub` in the place of `r.sub`.
    """

    asked: tuple[str, ...]
    columns: tuple[str, ...]
    links: Mapping[str, int]
    effect: str
    matcher: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class CasbinLine:
    """One line of a policy: its section, its values without the section, and where it is."""

    section: str
    values: tuple[str, ...]
    span: Span


def read_casbin_model(path: Path) -> CasbinModel:
    """The model in the file *path*.

    Raises:
        CasbinImportError: for a file that Casbin cannot read, and for rolegate's own model.
    """
    span = Span(path.as_posix())
    text = _text_of(path)
    if text == MODEL_CONF:
        raise problems.refused(
            span,
            "this is the model of compiled rolegate policies",
            "nothing has to be imported: take the policy set that the files were compiled from",
        )
    return casbin_model_of(text, span)


def casbin_model_of(text: str, span: Span) -> CasbinModel:
    """The model that *text* says.

    Raises:
        CasbinImportError: when Casbin cannot read it.
    """
    import casbin

    model = casbin.Model()
    try:
        model.load_model_from_text(text)
    except Exception as error:  # Casbin raises what comes
        raise problems.refused(span, f"Casbin cannot read the model: {error}", "correct the file") from None
    sections = {name: dict(model[name] or {}) if name in model.keys() else {} for name in "rpemg"}  # noqa: SIM118
    for name in "rpem":
        if set(sections[name]) != {name}:
            extra = sorted(set(sections[name]) - {name})
            what = f"the model has `{extra[0]}`" if extra else f"the model has no `{name}`"
            raise problems.refused(
                span,
                f"{what}; a model that is imported has one each of `r`, `p`, `e` and `m`",
                "write one model",
            )
    links = {}
    for name, assertion in sections["g"].items():
        if assertion.params_tokens:
            raise problems.refused(
                span,
                f"`{name}` has conditions, which are functions of an application",
                "import it without them",
            )
        links[str(name)] = str(assertion.value).count("_")
    return CasbinModel(
        tuple(token.removeprefix("r_") for token in sections["r"]["r"].tokens),
        tuple(token.removeprefix("p_") for token in sections["p"]["p"].tokens),
        links,
        str(sections["e"]["e"].value),
        str(sections["m"]["m"].value),
        text,
        span,
    )


def read_casbin_file(path: Path, model: CasbinModel, report: Report) -> tuple[CasbinLine, ...]:
    """The lines of the file *path* that Casbin has with *model*; what it passes over is reported.

    Raises:
        CasbinImportError: for a file that cannot be read, and for a compiled rolegate policy.
    """
    from casbin.persist.adapter import _extract_tokens

    text = _text_of(path)
    if text.startswith(HEADER.rpartition(" ")[0]):
        raise problems.refused(
            Span(path.as_posix()),
            "this is a compiled rolegate policy",
            "nothing has to be imported: take the policy set that it was compiled from",
        )
    found: list[CasbinLine] = []
    for number, line in enumerate(re.split(r"\n", text), 1):
        span = Span(path.as_posix(), number)
        try:
            tokens = _extract_tokens(line.strip())
        except IndexError:
            problems.line_skipped(
                report, span, "a bracket is closed that was not opened, so Casbin cannot load this file",
                "remove the bracket, or the line",
            )  # fmt: skip
            continue
        if tokens is not None:
            _take(tokens, span, model, report, found)
    return tuple(found)


def _take(
    tokens: Sequence[str], span: Span, model: CasbinModel, report: Report, found: list[CasbinLine]
) -> None:
    """Add the line of *tokens* to *found* if it is one that Casbin uses."""
    section, values = tokens[0], tuple(tokens[1:])
    width = len(model.columns) if section == "p" else model.links.get(section)
    if width is None:
        problems.line_skipped(
            report, span, f"Casbin passes over lines of {quoted(section)}, which the model does not define",
            "remove the line, or define the section in the model",
        )  # fmt: skip
    elif len(values) < width or (section == "p" and len(values) != width):
        raises = "raises an error for every question" if section == "p" else "cannot load the policy"
        joined = next((value for value in values if _COMMA_INSIDE.search(value)), None)
        problems.line_skipped(
            report, span,
            f"Casbin reads {len(values)} value{'s' * (len(values) != 1)} in the line and not {width},"
            f" and with it {raises}",
            "correct or remove the line" if joined is None else
            f"close the bracket before the comma, or remove the line: {quoted(joined)} is one value",
        )  # fmt: skip
    else:
        found.append(CasbinLine(section, values[:width], span))


def take_rows(
    rows: Sequence[tuple[Sequence[str | None], Span]], model: CasbinModel, report: Report
) -> tuple[CasbinLine, ...]:
    """The lines of *rows* of a table, each with its section first; NULL and `''` at the end are no values."""
    from casbin.persist.adapter import _extract_tokens

    found: list[CasbinLine] = []
    for row, span in rows:
        cells = list(row)
        while cells and cells[-1] in (None, ""):
            cells.pop()
        if not cells or not cells[0] or None in cells:
            problems.line_skipped(
                report,
                span,
                "the row has NULL between its values, or no section",
                "correct or remove the row",
            )
            continue
        tokens = [str(cell) for cell in cells]
        try:
            same = _extract_tokens(", ".join(tokens)) == tokens
        except IndexError:
            same = False
        if not same:
            problems.said_otherwise(
                report,
                span,
                "the SQL adapter of Casbin joins the columns of this row to a line of text and reads other"
                f" values in it: {quoted(', '.join(tokens))}",
                "it is imported as the columns have it; look at what was meant",
            )
        _take(tokens, span, model, report, found)
    return tuple(found)


def source_enforcer(model: CasbinModel, lines: Sequence[CasbinLine]) -> Any:
    """A stock enforcer with *model* on *lines*.

    Raises:
        CasbinImportError: when Casbin cannot answer with them.
    """
    import casbin

    made = casbin.Model()
    made.load_model_from_text(model.text)
    try:
        enforcer = casbin.Enforcer(made)
        for line in lines:
            # Appended, not added one by one: add_policy searches the whole list each time.
            enforcer.get_model().model[line.section[0]][line.section].policy.append(list(line.values))
        enforcer.build_role_links()
        enforcer.enforce(*[""] * len(model.asked))
    except Exception as error:  # Casbin raises what comes
        raise problems.refused(
            model.span, f"Casbin itself fails with this model: {error}", "correct the model"
        ) from None
    return enforcer


def casbin_functions() -> Mapping[str, Callable[..., bool]]:
    """The functions that every matcher may call on two texts, by their names."""
    from casbin.model.function import FunctionMap

    known: Mapping[str, Callable[..., bool]] = FunctionMap.load_function_map().get_functions()
    return {
        name: function
        for name, function in known.items()
        if name.endswith("Match") or name[:-1] == "keyMatch"
    }


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise problems.refused(
            Span(path.as_posix()),
            f"the file cannot be read: {error.strerror}",
            "name a file that can be read",
        ) from None
    except UnicodeDecodeError:
        raise problems.refused(
            Span(path.as_posix()), "the file is not UTF-8 text", "save it as UTF-8"
        ) from None
