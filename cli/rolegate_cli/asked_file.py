"""`-o FILE`: what a command answers is written there, whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click


def write_asked_file(ctx: click.Context) -> None:
    """Write what the command of *ctx* answered into the file that `-o` names, if it names one."""
    from rolegate_cli.output import OUTPUT_FILE, Output, TextForFile

    made = ctx.meta.pop(OUTPUT_FILE, None)
    if isinstance(made, TextForFile):
        from rolegate.texts.escaping import plain
        from rolegate_cli.write_files import write_all

        (written,) = write_all(made.file.parent, {made.file.name: made.getvalue()}, replace=True)
        Output().line(f"wrote {plain(str(written))}")
