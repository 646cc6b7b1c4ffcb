"""Texts that mean something to some reader, in each column of a source."""

from __future__ import annotations

import tempfile
from pathlib import Path

import casbin
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from drawing import examples, some
from drawn_casbin import BOTH, CasbinTexts, model_text
from hostile_strings import HOSTILE_TEXTS

MODEL = model_text(
    "sub, dom, obj, act",
    "sub, dom, obj, act, eft",
    {"g": 3},
    BOTH,
    "g(r.sub, p.sub, r.dom) && r.dom == p.dom && r.obj == p.obj && r.act == p.act",
)
TEXTS = [text for text in HOSTILE_TEXTS if not any("\ud800" <= character <= "\udfff" for character in text)]


def answers_alike(rows: list[list[str]], asked: list[tuple[str, ...]]) -> rolegate.CasbinImport:
    """What becomes of *rows*; each question of *asked* is answered as by Casbin, or denied and told."""
    with tempfile.TemporaryDirectory() as place:
        path, _ = CasbinTexts(MODEL, ()).write(Path(place))
        done = rolegate.import_casbin(path, rows, questions=some(200, 10))
        model = casbin.Model()
        model.load_model_from_text(MODEL)
        stock = casbin.Enforcer(model)
        for row in rows:
            stock.get_model().model[row[0]][row[0]].policy.append(row[1:])
        stock.build_role_links()
        for name, text in done.files.items():
            (Path(place) / "set" / name).parent.mkdir(parents=True, exist_ok=True)
            (Path(place) / "set" / name).write_bytes(text.encode())
        assert () == rolegate.format_sets([f"{place}/set"], check=True)
        policy, mapping = rolegate.load(Path(place) / "set"), rolegate.CasbinMapping.read(Path(place) / "set")
    assert done.proof.ok
    lossy = any(found.severity == "warning" for found in done.findings)
    for question in asked:
        said = mapping.question(*question)
        ours = said is not None and bool(policy.decide(said))
        assert ours == stock.enforce(*question) or (lossy and not ours), question
    return done


@pytest.mark.parametrize("column", range(4))
def test_hostile_texts_in_each_column(column: int) -> None:
    """Each is a name like any other, or its line is left out and told."""
    rows, asked = [["p", "ana", "acme", "data", "read", "allow"]], []
    for text in TEXTS:
        cells = ["ana", "acme", "data", "read"]
        cells[column] = text
        if text:
            rows.append(["p", *cells, "allow"])
            asked.append(tuple(cells))
    done = answers_alike(rows, asked)
    assert len({*done.mapping.objects.values()}) == len(done.mapping.objects)
    assert len({*done.mapping.actions.values()}) == len(done.mapping.actions)


def test_hostile_names_of_roles() -> None:
    """They are ids, and ids are any text."""
    rows, asked = [], []
    for number, text in enumerate(TEXTS):
        rows += [["p", text, "acme", "data", "read", "allow"], ["g", f"u{number}", text, "acme"]]
        asked.append((f"u{number}", "acme", "data", "read"))
    answers_alike(
        [["p", "x", "acme", "data", "read", "deny"], *rows], [("x", "acme", "data", "read"), *asked]
    )


texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12) | st.sampled_from(TEXTS)


@given(
    st.lists(
        st.tuples(texts, texts, texts, texts, st.sampled_from(("allow", "deny"))), min_size=1, max_size=6
    )
)
@examples(200)
def test_any_text_in_any_column(cells: list[tuple[str, ...]]) -> None:
    """Whatever a table holds: the same answers, or less and told."""
    rows = [["p", "ana", "acme", "data", "read", "allow"], *(["p", *line] for line in cells)]
    rows += [["g", cells[0][1], cells[0][0], cells[0][1]]]
    subjects, domains = {line[0] for line in cells}, {line[1] for line in cells}
    asked = [(s, d, line[2], line[3]) for s in subjects for d in domains for line in cells]
    roles = {cells[0][0]}
    answers_alike(rows, [question for question in asked if question[0] not in roles])


def test_objects_that_differ_in_what_a_name_cannot_hold() -> None:
    """Each has its own name, also where names would differ in capital letters alone."""
    objects = ["data", "Data", "da ta", "da_ta", "DATA", "données", "1", "o_1", "", "-"]
    rows = [["p", "ana", "acme", text, "read", "allow"] for text in objects]
    done = answers_alike(rows, [("ana", "acme", text, "read") for text in objects])
    names = list(done.mapping.objects.values())
    assert len({name.lower() for name in names}) == len(objects)
