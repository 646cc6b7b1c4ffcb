"""Reads a small policy set from texts and says what was found where; for the tests of the documents room."""

from collections.abc import Mapping
from pathlib import Path

from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.capture import read_files
from rolegate.documents.documents import Documents
from rolegate.documents.set_reader import read_set

CATALOG = "catalog: demo\npermissions: {a: A, b: B}\n"


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """*folder* with *files* in it, and a sound catalog unless they bring one."""
    for name, content in {"catalog.yaml": CATALOG, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def read(folder: Path) -> tuple[Documents | None, tuple[Diagnostic, ...]]:
    """The documents of *folder* and every diagnostic."""
    report = Report()
    documents = read_set(read_files(folder), report)
    if documents is not None:
        report.take(documents.beside)
    return documents, report.sorted()


def findings(folder: Path) -> list[str]:
    """Each diagnostic of *folder* as `file:line:column code`, the file as seen from the folder."""
    _, found = read(folder)
    return [
        f"{finding.file.removeprefix(f'{folder.as_posix()}/')}:{finding.line}:{finding.column} {finding.code}"
        for finding in found
    ]


def sound(folder: Path) -> Documents:
    """The documents of *folder*, which has nothing wrong with it."""
    documents, found = read(folder)
    assert found == ()
    assert documents is not None
    return documents
