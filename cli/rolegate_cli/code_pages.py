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
_NAME = re.compile(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*")
_OF_PAGES = ("--format", "-o", "--output", "-h", "--help")
"""The options of a page: with another one, a permission was put before its folder."""


class CodeOrQuestion(click.Command):
    """A command that prints the page of a code if it gets one, or its name, in the place of a folder."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and _is_code(args) and not os.path.lexists(args[0]) and not ctx.resilient_parsing:
            with page.make_context(ctx.info_name, args, parent=ctx.parent) as own:
                page.invoke(own)
            ctx.exit()
        return super().parse_args(ctx, args)


def _is_code(args: list[str]) -> bool:
    """Whether a code is asked for; by what looks like a name, where no question follows."""
    if _NAME.fullmatch(args[0]):
        return len(args) == 1 or args[1].partition("=")[0] in _OF_PAGES
    return _CODE.fullmatch(args[0]) is not None


def refuse_code(permission: str) -> None:
    """Refuse a code where a set is named before it: its page is of no set."""
    if _CODE.fullmatch(permission):
        raise click.UsageError(f"the page of a code is of no set; write `rolegate explain {permission}`")


@click.command()
@click.argument("code")
@options.output_format("text", "json")
def page(code: str, format: str) -> None:
    """Print the page of a code."""
    from rolegate.codes import CODES
    from rolegate.diagnostics import quoted

    codes = [code.upper()] if code.upper() in CODES else [at for at in CODES if CODES[at].name == code]
    if not codes:
        raise click.UsageError(f"there is no code {quoted(code)}; {_instead(code)}")
    if len(codes) > 1:
        raise click.UsageError(f"{quoted(code)} is the name of {' and '.join(codes)}: ask for one of them")
    known, text = CODES[codes[0]], code_page(codes[0])
    output = Output(format)
    if output.json:
        about = {"code": codes[0], "name": known.name, "severity": known.severity}
        output.answer({**about, "summary": known.summary, "page": text})
    else:
        output.line(text.rstrip("\n"))


def _instead(code: str) -> str:
    """What to write in the place of *code*, which is none, and may be a permission."""
    from rolegate.codes import CODES
    from rolegate.diagnostics import did_you_mean

    if _CODE.fullmatch(code):
        return did_you_mean(code.upper(), CODES, "`rolegate validate` prints the code of each finding")
    of_set = f"if it is a permission, name its set first: `rolegate explain SOURCE {code} --user USER`"
    group = code.partition(".")[0]
    near = [known.name for known in CODES.values() if known.name.partition(".")[0] == group]
    said = did_you_mean(code, near, of_set)
    return said if said == of_set else f"{said} {of_set[0].upper()}{of_set[1:]}"


def code_page(code: str) -> str:
    """The page of *code*, which is one of `CODES`, as Markdown."""
    found = next(path for folder in _FOLDERS if (path := folder / f"{code}.md").is_file())
    return found.read_text(encoding="utf-8")
