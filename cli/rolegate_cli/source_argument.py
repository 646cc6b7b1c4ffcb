"""Sources on a command line: a folder, or a folder at a revision of git; and how a shell completes them."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem


class SetPath(click.Path):
    """A policy set; where there is none, the order of the arguments may be wrong."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        named(ctx, param, value)
        path = Path(value)
        if str(value) != "-" and not os.path.lexists(path):
            help = _instead_of(str(value), ctx)
            if help:
                raise click.UsageError(f"there is no policy set `{value}`; {help}", ctx)
        elif not self.file_okay and path.is_file():
            folder = path.parent.parent if path.parent.name == "roles" else path.parent
            help = f"name the folder of the policy set, such as `{folder.as_posix()}`"
            raise click.UsageError(f"`{value}` is a file; {help}", ctx)
        return super().convert(value, param, ctx)


def named(ctx: click.Context | None, param: click.Parameter | None, value: Any) -> Any:  # noqa: ARG001
    """*value*, which is not empty: a variable that is not set would be read as the current folder."""
    if value is not None and not str(value):
        raise click.UsageError("an empty text names no policy set; write `.` for the current folder", ctx)
    return value


def _instead_of(value: str, ctx: click.Context | None) -> str:
    from rolegate.texts.spelling import nearest

    slashes = value.replace("\\", "/")
    if slashes != value and os.path.isdir(slashes):
        return f"did you mean `{slashes}`?"
    given: Sequence[str] = ctx.obj if ctx is not None and isinstance(ctx.obj, tuple) else ()
    name = ctx.info_name if ctx is not None else ""
    folder = next((word for word in given[1:] if word != value and os.path.isdir(word)), None)
    asks = ctx is not None and any(param.name in ("permission", "group") for param in ctx.command.params)
    if folder is not None and asks:
        return f"the folder comes first: `rolegate {name} {folder} {value} …`"
    if asks and re.fullmatch(r"[A-Za-z][\w-]*(\.[\w*-]+)+([\[@].*)?", value):
        return f"name its folder before the permission: `rolegate {name} SOURCE {value} …`"
    around = Path(value).parent
    if around.is_dir():
        close = nearest(Path(value).name, (path.name for path in around.iterdir() if path.is_dir()), 1)
        return f"did you mean `{(around / close[0]).as_posix()}`?" if close else ""
    return ""


class SourcePath(SetPath):
    """A policy set in a folder, or in one at a revision of git, which is not looked up before it is read.

    Without *looked_up*, a folder is not either.
    """

    name = "source"

    def __init__(self, *, file_okay: bool, looked_up: bool = True) -> None:
        super().__init__(file_okay=file_okay, path_type=Path)
        self.looked_up = looked_up

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from rolegate.documents.git_revision import is_revision
        from rolegate.loading.sources import parse_source

        named(ctx, param, value)
        source = parse_source(str(value))
        if isinstance(source, Path) and not os.path.lexists(source) and is_revision(str(value)):
            raise click.UsageError(f"`{value}` is a revision: write `{value}:FOLDER`", ctx)
        looked_up = self.looked_up and isinstance(source, Path)
        return super().convert(value, param, ctx) if looked_up else source

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return complete_source(ctx, param, incomplete)


def complete_source(
    ctx: click.Context,  # noqa: ARG001 (click's signature)
    param: click.Parameter,  # noqa: ARG001
    incomplete: str,
) -> list[CompletionItem]:
    """After `REVISION:`, the policy sets that the revision has; otherwise the shell looks for folders."""
    try:
        from rolegate.documents.git_sets import sets_in_tree
        from rolegate.loading.sources import RevisionSource, parse_source

        source = parse_source(incomplete)
        if isinstance(source, RevisionSource):
            names = (f"{source.revision}:{name or '.'}" for name in sets_in_tree(source.revision, ""))
            return [CompletionItem(name) for name in names if name.startswith(incomplete)]
    except Exception:  # an error message would appear in the middle of the line that somebody types
        return []
    return [CompletionItem(incomplete, type="dir")]
