"""rolegate on a policy too large to write as YAML: an ordinary gate whose index comes from compiled lines."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.workload import Workload, write_yaml
from rolegate.compiled.lines import Lines
from rolegate.engine.index import Index
from rolegate.engine.vocabulary import Name, Vocabulary
from rolegate.gate.gate import Gate


@cache
def catalog_gate() -> Gate:
    """A gate on the smallest policy set with the catalog of every workload."""
    with TemporaryDirectory() as folder:
        write_yaml(Workload(1), Path(folder))
        return Gate.from_path(folder)


@cache
def catalog_names() -> Mapping[str, Name]:
    """Every permission by its path: what `names` finds in that catalog, without the memory to load it."""
    paths = [f"{obj}.{act}" for permissions in Workload(1).permissions for obj, act in permissions]
    return {path: Name(path, ("-",), 0) for path in paths}


def index_of(compiled: Lines) -> Index:
    return Index(compiled, Vocabulary(catalog_names()))


def gate_on(index: Index) -> Gate:
    """A gate that answers from *index*; its `check` and `subject` are those of every gate."""
    gate = Gate(catalog_gate().policy)
    gate._live = gate._live.answering_from(index)
    return gate


def gate_of(workload: Workload) -> Gate:
    return gate_on(index_of(workload.compiled()))
