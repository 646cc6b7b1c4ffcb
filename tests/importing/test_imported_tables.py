"""A table of a Casbin adapter, in SQLite and in PostgreSQL, is read as its columns have it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import sqlalchemy_adapter

import rolegate
from drawn_casbin import ALLOW, CasbinTexts, model_text
from rolegate.importing.casbin_table import read_casbin_table

MODEL = model_text(
    "sub, obj, act", "sub, obj, act", {"g": 2}, ALLOW, "g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'app.db'}"
        return
    server, name = request.getfixturevalue("postgres_url"), f"imported_{os.getpid()}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"create database {name}"))
    yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(sa.text(f"drop database {name} with (force)"))
    engine.dispose()


def fill(url: str, *rows: tuple[str | None, ...]) -> None:
    """Let the stock adapter make its table, and write *rows* into it."""
    engine = sa.create_engine(url)
    sqlalchemy_adapter.Adapter(engine)
    columns = ("ptype", *(f"v{number}" for number in range(6)))
    table = sa.table("casbin_rule", *map(sa.column, columns))
    with engine.begin() as connection:
        for row in rows:
            values = dict(zip(columns, (*row, *[None] * (7 - len(row))), strict=True))
            connection.execute(sa.insert(table).values(values))
    engine.dispose()


def test_a_table_is_imported_as_a_file_is(url: str, tmp_path: Path) -> None:
    """The same set, and the same proof."""
    lines = ("p, clerk, data, read", "g, ana, clerk", "p, bo, data, write")
    fill(url, *(tuple(line.split(", ")) for line in lines))
    model, policy = CasbinTexts(MODEL, lines).write(tmp_path)
    done = rolegate.import_casbin(model, read_casbin_table(url))
    assert done.ok
    assert done.files == rolegate.import_casbin(model, policy).files


def test_rows_are_told_by_their_ids_and_read_by_columns(url: str, tmp_path: Path) -> None:
    """A comma in a value is a comma; what the stock adapter makes of the row is said."""
    fill(
        url,
        ("p", "ana", "a, b", "read"),
        ("p", "bo", None, "read"),
        ("p", "cy", "data", "read", "", ""),
        ("p", "di"),
    )
    model, _ = CasbinTexts(MODEL, ()).write(tmp_path)
    done = rolegate.import_casbin(model, read_casbin_table(url))
    assert [(found.code, str(found.span)) for found in done.findings] == [
        ("RG948", "casbin_rule:1:1"),
        ("RG946", "casbin_rule:2:1"),
        ("RG946", "casbin_rule:4:1"),
    ]
    assert set(done.mapping.objects) == {"a, b", "data"}
    assert done.proof.ok


def test_nothing_is_written_into_the_database(tmp_path: Path) -> None:
    """Not even a mode of its journal, and no file where there was none."""
    fill(f"sqlite:///{tmp_path / 'app.db'}", ("p", "ana", "data", "read"))
    before = (tmp_path / "app.db").read_bytes()
    read_casbin_table(f"sqlite:///{tmp_path / 'app.db'}")
    assert before == (tmp_path / "app.db").read_bytes()
    assert ["app.db"] == [file.name for file in tmp_path.iterdir()]
    with pytest.raises(rolegate.CasbinImportError, match="there is no file"):
        read_casbin_table(f"sqlite:///{tmp_path / 'other.db'}")
    assert ["app.db"] == [file.name for file in tmp_path.iterdir()]


def test_other_tables_are_refused(url: str) -> None:
    """One that is not there, and one without the columns."""
    fill(url)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("create table people (name varchar(9))"))
    engine.dispose()
    with pytest.raises(rolegate.CasbinImportError, match="there is no table `rules`"):
        read_casbin_table(url, "rules")
    with pytest.raises(rolegate.CasbinImportError, match="is no table of Casbin"):
        read_casbin_table(url, "people")


def test_a_database_that_does_not_answer_is_told_without_its_password() -> None:
    """A message goes into logs."""
    with pytest.raises(rolegate.RolegateError) as raised:
        read_casbin_table("postgresql://me:secret@127.0.0.1:1/app")
    assert "secret" not in str(raised.value)
