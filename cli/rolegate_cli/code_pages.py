"""The pages of codes: what is wrong, an example, and why."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from rolegate_cli import options
from rolegate_cli.output import Output

_HERE = Path(__file__).resolve().parent
_FOLDERS = (_HERE / "pages_of_codes", _HERE.parents[1] / "docs" / "codes")
"""Where the pages are once installed, and in the sources."""
_CODE = re.compile(r"RG\d\w*", re.IGNORECASE)


class CodeOrQuestion(click.Command):
    """A command that prints the page of a code if it gets one in the place of a folder."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and _CODE.fullmatch(args[0]) and not os.path.lexists(args[0]) and not ctx.resilient_parsing:
            with page.make_context(ctx.info_name, args, parent=ctx.parent) as own:
                page.invoke(own)
            ctx.exit()
        return super().parse_args(ctx, args)


@click.command()
@click.argument("code")
@options.output_format("text", "json")
def page(code: str, format: str) -> None:
    """Print the page of a code."""
    from rolegate.codes import CODES
    from rolegate.diagnostics import did_you_mean, quoted

    known = CODES.get(code.upper())
    if known is None:
        help = did_you_mean(code.upper(), CODES, "`rolegate validate` prints the code of each finding")
        raise click.UsageError(f"there is no code {quoted(code)}; {help}")
    text = code_page(code.upper())
    output = Output(format)
    if output.json:
        about = {"code": code.upper(), "name": known.name, "severity": known.severity}
        output.answer({**about, "summary": known.summary, "page": text})
    else:
        output.line(text.rstrip("\n"))


def code_page(code: str) -> str:
    """The page of *code*, which is one of `CODES`, as Markdown."""
    found = next(path for folder in _FOLDERS if (path := folder / f"{code}.md").is_file())
    return found.read_text(encoding="utf-8")
