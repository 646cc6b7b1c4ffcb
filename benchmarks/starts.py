"""Loading, memory and importing: every figure from processes of its own."""

from __future__ import annotations

from benchmarks.children import Loaded, in_child, modules_after, start_times
from benchmarks.findings import Figure, Section, duration, megabytes, number
from benchmarks.loaders import LOADERS, write_sources
from benchmarks.plan import Plan, size_name
from benchmarks.workload import Workload

ADAPTER, INDEX, GATE = "enforcer-adapter", "index-database", "gate-yaml"

TITLES = {
    "enforcer-csv": "casbin Enforcer from CSV",
    ADAPTER: "casbin Enforcer + sqlalchemy-adapter from SQLite",
    INDEX: "compiled rows in SQLite to a ready index, sqlite3",
    "index-core": "compiled rows in SQLite to a ready index, SQLAlchemy Core",
    "index-csv": "compiled rows in CSV to a ready index",
    GATE: "Gate.from_path: YAML to a ready gate, with all it keeps",
}

SHARING = 1000
"""Domains that share the default roles."""


def loading(plan: Plan) -> list[Section]:
    """Time to be ready, and memory."""
    section = Section("Loading and memory", ("policy", "lines", "seconds", "memory", "against the adapter"))
    section.notes.append(
        """Growth of the resident memory of a process that has everything imported, with what was
        read given back. The figures above compare like with like: a table of compiled lines on both sides.
        A gate from YAML also keeps where everything was written, to explain itself."""
    )
    for size, domains in zip(plan.sizes, plan.domains, strict=True):
        if size > 100_000:
            continue
        found = _loaded(plan, Workload(domains), f"load-{size}")
        _rows(section, found, size_name(size))
        if size == 100_000:
            section.figures += [
                Figure(
                    "compiled form to a ready index at 100k, against Enforcer + adapter",
                    10,
                    found[ADAPTER].seconds / found[INDEX].seconds,
                    "times faster",
                ),
                _memory(
                    "memory at 100k lines against Enforcer + adapter",
                    7,
                    found[ADAPTER],
                    found[INDEX],
                ),
            ]
            folder = plan.room("load-unalike")
            write_sources(Workload(domains, alike=False), folder, yaml=False)
            unalike = in_child(INDEX, folder, plan.children)
            _row(section, f"{TITLES[INDEX]}, no two domains alike", size_name(size), unalike, found[ADAPTER])
    section.figures += _shared(plan, section)
    return [section]


def _loaded(plan: Plan, workload: Workload, room: str) -> dict[str, Loaded]:
    folder = plan.room(room)
    write_sources(workload, folder)
    # A long YAML set is loaded once: its time is no figure, and its memory varies little.
    return {name: in_child(name, folder, 1 if name == GATE else plan.children) for name in LOADERS}


def _shared(plan: Plan, section: Section) -> list[Figure]:
    """Default roles: with each role once, and with Casbin as it is usually written, per domain."""
    sharing = 100 if plan.quick else SHARING
    found = _loaded(plan, Workload(sharing, shared=True), "load-shared")
    _rows(section, found, f"1k shared by {sharing:,} domains")
    # The largest load of the run: once is enough.
    folder = plan.room("load-per-domain")
    write_sources(Workload(sharing), folder, yaml=False)
    repeated = in_child(ADAPTER, folder, 1)
    name = f"{TITLES[ADAPTER]}, the same roles in each domain"
    section.rows.append(
        (name, size_name(sharing * 1000), duration(repeated.seconds), megabytes(repeated.bytes), "")
    )
    title = f"memory, roles shared by {sharing:,} domains against Enforcer + adapter with them in each"
    return [_memory(title, 80, repeated, found[INDEX])]


def _rows(section: Section, found: dict[str, Loaded], lines: str) -> None:
    for name, loaded in found.items():
        _row(section, TITLES[name], lines, loaded, found[ADAPTER] if name != ADAPTER else None)


def _row(section: Section, title: str, lines: str, loaded: Loaded, beside: Loaded | None) -> None:
    ratio = ""
    if beside is not None:
        speed, memory = beside.seconds / loaded.seconds, beside.bytes / max(1, loaded.bytes)
        ratio = f"{number(speed)}x faster, 1/{number(memory)} memory"
    section.rows.append((title, lines, duration(loaded.seconds), megabytes(loaded.bytes), ratio))


def _memory(name: str, limit: float, rival: Loaded, ours: Loaded) -> Figure:
    return Figure(
        name,
        limit,
        rival.bytes / max(1, ours.bytes),
        "times less",
        note=f"{megabytes(ours.bytes)} to {megabytes(rival.bytes)}",
    )


def importing(plan: Plan) -> list[Section]:
    """What an import takes over an interpreter that does nothing."""
    statements = (
        "import rolegate",
        "import rolegate; rolegate.Gate",
        "import casbin",
        "import sqlalchemy",
        "import cedarpy",
    )
    bare, longer = start_times(statements, 5 if plan.quick else 31)
    section = Section("Importing", ("statement", "time over a bare interpreter"))
    section.rows = [(statement, duration(max(0.0, seconds))) for statement, seconds in longer.items()]
    section.notes.append(f"A bare interpreter takes {duration(bare)}.")
    loaded = modules_after("import rolegate; rolegate.Gate") & {"casbin", "sqlalchemy"}
    section.figures += [
        Figure(
            "import rolegate over the bare interpreter",
            20,
            longer["import rolegate"] * 1e3,
            "ms",
            at_least=False,
        ),
        Figure("casbin and SQLAlchemy loaded by rolegate.Gate", 0, len(loaded), "of them", at_least=False),
    ]
    return [section]
