"""`rolegate doctor`: what may be wrong with an installation."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rolegate.texts.escaping import plain
from rolegate_cli import options
from rolegate_cli.exit_codes import NO, YES
from rolegate_cli.output import Output, counted
from rolegate_cli.source_argument import SourcePath

if TYPE_CHECKING:
    from rolegate.loading.sources import Source

PACKAGES = ("pycasbin", "PyYAML", "pydantic", "click", "rich")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked; `help` says what to do if it is not ok."""

    name: str
    ok: bool
    found: str
    help: str = ""


@click.command(
    "doctor",
    epilog="SOURCE is a policy set or a folder of compiled files; without it, only the installation is "
    "checked. Exit codes: 0 healthy, 1 findings.",
)
@click.argument(
    "source", metavar="[SOURCE]", required=False, type=SourcePath(file_okay=True, looked_up=False)
)
@options.output_format("text", "json")
def command(source: Source | None, format: str) -> int:
    """Check the installation, a policy set, or compiled files."""
    checks = list(_installation())
    if isinstance(source, Path) and (source / "policy.csv").exists():
        checks.append(_compiled(source))
    elif source is not None:
        checks.append(_policy_set(source))
    ok = all(check.ok for check in checks)
    output = Output(format)
    if output.json:
        output.answer({"ok": ok, "checks": [asdict(check) for check in checks]})
        return YES if ok else NO
    width = max(len(check.name) for check in checks)
    for check in checks:
        mark = output.style(
            output.mark("yes" if check.ok else "no"), fg="green" if check.ok else "red", bold=True
        )
        output.line(f"{mark} {check.name.ljust(width)}  {plain(check.found)}")
        if not check.ok and check.help:
            output.line(f"  {' ' * width}  {output.style('help:', fg='cyan')} {plain(check.help)}")
    return YES if ok else NO


def _installation() -> Iterator[Check]:
    python = ".".join(map(str, sys.version_info[:3]))
    yield Check("Python", sys.version_info >= (3, 11), python, "rolegate needs Python 3.11 or later")
    yield Check("rolegate", True, _version("rolegate") or "run from its source")
    for name in PACKAGES:
        found = _version(name)
        yield Check(name, found is not None, found or "not installed", f"pip install {name}")
    yield _casbin()
    yield _adapter()
    yield _libyaml()
    yield _model()


def _casbin() -> Check:
    """The distributions `casbin` and `pycasbin` install the same files, so one overwrites the other."""
    old = _version("casbin")
    if old is not None:
        return Check(
            "one Casbin",
            False,
            f"the distribution `casbin` {old} is installed, which overwrites pycasbin's files",
            "pip uninstall -y casbin && pip install --force-reinstall --no-deps pycasbin",
        )
    try:
        import casbin
    except Exception as failure:  # a half-removed package fails in many ways
        return Check(
            "one Casbin",
            False,
            f"pycasbin cannot be imported: {type(failure).__name__}: {failure}",
            "pip install --force-reinstall pycasbin",
        )
    return Check(
        "one Casbin", hasattr(casbin, "Enforcer"), "pycasbin only", "pip install --force-reinstall pycasbin"
    )


def _adapter() -> Check:
    old = _version("casbin-sqlalchemy-adapter")
    return Check(
        "adapter",
        old is None,
        "no casbin-sqlalchemy-adapter, which is no longer maintained"
        if old is None
        else f"casbin-sqlalchemy-adapter {old} is installed: it is unmaintained, and installs `casbin`",
        "pip uninstall -y casbin-sqlalchemy-adapter casbin && pip install sqlalchemy-adapter && "
        "pip install --force-reinstall --no-deps pycasbin",
    )


def _libyaml() -> Check:
    try:
        import yaml
    except Exception as failure:
        return Check(
            "libyaml", False, f"PyYAML cannot be imported: {failure}", "pip install --force-reinstall PyYAML"
        )
    there = bool(yaml.__with_libyaml__)
    return Check(
        "libyaml",
        there,
        "the fast reader is installed" if there else "PyYAML was built without libyaml: reading is slower",
        "install a PyYAML wheel: pip install --force-reinstall --only-binary :all: PyYAML",
    )


def _model() -> Check:
    """The model that policies are compiled for can be given to the Casbin that is installed."""
    remedy = "run pip install --force-reinstall . in the clone of rolegate"
    try:
        import casbin

        from rolegate import casbin_model_text

        casbin.Model().load_model_from_text(casbin_model_text())
    except Exception as failure:
        return Check("model.conf", False, f"Casbin cannot read it: {failure}", remedy)
    return Check("model.conf", True, "Casbin reads it", remedy)


def _compiled(folder: Path) -> Check:
    """Model and policy belong together, and this version reads them."""
    from rolegate import RolegateError
    from rolegate.compiled.read_compiled import read_compiled
    from rolegate.compiled.read_lines import CompiledFiles

    try:
        read = read_compiled(CompiledFiles.on_disk(folder))
    except (RolegateError, OSError) as failure:
        return Check("compiled files", False, str(failure), f"rolegate compile SOURCE -o {folder}")
    found = f"model.conf and policy.csv are a pair, {counted(len(read.lines), 'line')}"
    without = f"; set aside: {', '.join(read.set_aside)}" if read.set_aside else ""
    return Check("compiled files", True, found + without)


def _policy_set(source: Source) -> Check:
    import rolegate
    from rolegate_cli.chosen_limits import chosen_limits
    from rolegate_cli.render.diagnostics_text import counts_of

    try:
        result = rolegate.validate((source,), limits=chosen_limits())
    except rolegate.RolegateError as failure:
        return Check("policy set", False, str(failure))
    counts = counts_of(len(result.sets), result.diagnostics)
    found = f"{source}: {counted(counts['errors'], 'error')}, {counted(counts['warnings'], 'warning')}"
    found += f", {len(result.set_aside)} set aside" if result.set_aside else ""
    return Check("policy set", result.ok and bool(result.sets), found, f"rolegate validate {source}")


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
