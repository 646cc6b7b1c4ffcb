"""Measure rolegate beside its rivals: `python -m benchmarks`."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Callable
from importlib.metadata import version
from os import cpu_count
from pathlib import Path
from sqlite3 import sqlite_version
from tempfile import TemporaryDirectory

from benchmarks import (
    changes,
    company_files,
    decisions,
    drafts,
    flat,
    holdings,
    model_shapes,
    one_domain,
    one_request,
    pictures,
    reviews,
    revisions,
    rich,
    starts,
    stores,
    threads,
)
from benchmarks.findings import Section, verdict
from benchmarks.plan import Plan
from benchmarks.workload import LINES_PER_DOMAIN, ROLES

PARTS: dict[str, Callable[[Plan], list[Section]]] = {
    "decisions": decisions.measure,
    "flat": flat.measure,
    "rich": rich.measure,
    "models": model_shapes.measure,
    "request": one_request.measure,
    "changes": changes.measure,
    "permissions": holdings.measure,
    "drafts": drafts.measure,
    "domains": one_domain.measure,
    "pictures": pictures.measure,
    "reviews": reviews.measure,
    "revisions": revisions.measure,
    "threads": threads.measure,
    "loading": starts.loading,
    "importing": starts.importing,
    "company": company_files.company,
    "stores": stores.measure,
}

PACKAGES = ("pycasbin", "sqlalchemy-adapter", "SQLAlchemy", "cedarpy")


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    sizes = tuple(dict.fromkeys(_lines(size) for size in options.sizes.split(",")))
    sections: list[Section] = []
    with TemporaryDirectory() as folder:
        plan = Plan(sizes, options.quick, Path(folder), options.large)
        for part in options.only.split(",") if options.only else PARTS:
            for section in PARTS[part](plan):
                print(section.text, flush=True)
                sections.append(section)
    print(verdict(sections))
    if options.out is not None:
        options.out.write_text(page(sections, quick=options.quick), encoding="utf-8")
    return 0


def page(sections: list[Section], *, quick: bool) -> str:
    """The Markdown page of a run."""
    parts = [f"# Benchmarks\n\n{INTRODUCTION}\n\n{machine()}\n"]
    if quick:
        parts.append("A quick run: few rounds, so read orders of magnitude.\n")
    parts += [verdict(sections), *(section.text for section in sections)]
    return "\n".join(parts)


INTRODUCTION = f"""What `python -m benchmarks --out docs/benchmarks.md` wrote: rolegate beside what
people use instead, on the same policy with the same questions, taking turns in one process. The median of
the rounds counts. Times are those of the processor, since other programs run beside; they differ from
machine to machine and from minute to minute. What is claimed are the ratios.

- The policy: domains with {ROLES} roles of {LINES_PER_DOMAIN // ROLES} permissions each, and a user per role;
  {LINES_PER_DOMAIN:,} policy lines a domain. `allow` asks for a permission of the own role, `deny` for one of
  another role.
- Every contender answers some of the questions before it is timed, and has to be right.
- A time is net of the loop around the question. Hot: 200 questions again and again. Cold: up to 20,000
  different ones in random order, the loop included.
- Casbin has the model of its documentation. FastEnforcer is keyed by domain, object and action, which leaves
  it one line to match. cedarpy has a policy per role and its permissions in groups, all parsed before.
- The query is a join of two tables that their primary keys answer, on a connection that is kept, in a file
  with SQLite's own settings. With a write-ahead log SQLite takes fewer locks, in memory none.
- `x` is the time of a contender over that of rolegate's `Gate.check` right before it."""


def machine() -> str:
    """The machine in general terms."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return (
        f"The machine: {cpu_count()} cores, {_processor()}, {platform.system()}; "
        f"{python}, SQLite {sqlite_version}, {packages}."
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next(
        (line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine()
    )


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--sizes", default="1k,10k,100k,1M", help="policy lines, e.g. 1k,100k (default: %(default)s)"
    )
    parser.add_argument("--quick", action="store_true", help="few rounds")
    parser.add_argument(
        "--large", action="store_true", help="stores of a million bindings and of a million domains as well"
    )
    parser.add_argument("--only", metavar="PARTS", help=f"some of {','.join(PARTS)}")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="write the page there, e.g. docs/benchmarks.md"
    )
    options = parser.parse_args(arguments)
    for part in options.only.split(",") if options.only else ():
        if part not in PARTS:
            parser.error(f"unknown part `{part}`; the parts are {', '.join(PARTS)}")
    return options


def _lines(text: str) -> int:
    """A size such as 10k or 1M; at least one domain."""
    factor = {"k": 1000, "K": 1000, "M": 1_000_000}.get(text[-1:], 1)
    return max(LINES_PER_DOMAIN, int(text.rstrip("kKM")) * factor)


if __name__ == "__main__":
    sys.exit(main())
