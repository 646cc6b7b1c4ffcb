"""What can be wrong with a name in a file, each finding in its words.

Each function adds one finding to a report.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rolegate.diagnostics import Report, Span, short


def name_invalid(report: Report, span: Span, name: str) -> None:
    message = f"`{short(name)}` is not a valid name" if name else "an empty name"
    report.add(
        "RG116", span, message, "a name begins with a letter A-Z; letters, digits, `_` and `-` may follow"
    )


def resource_kind_invalid(report: Report, span: Span, name: str, key: str) -> None:
    help = f"`{key}` takes kinds of resources, such as `{key}: {{inbox: [Default]}}`"
    report.add("RG116", span, f"`{short(name)}` is not a valid name" if name else "an empty name", help)


def permission_name_invalid(report: Report, span: Span, name: str) -> None:
    plain = re.sub(r"[^a-z0-9_-]+", "_", name.casefold()).strip("_-")
    help = "a name begins with a letter A-Z; letters, digits, `_` and `-` may follow"
    if plain[:1].isalpha():
        written = name.replace("\\", "\\\\").replace('"', '\\"')
        help += (
            f'; write `{plain}`, and under it `aliases: ["{short(written)}"]` for what it is called elsewhere'
        )
    report.add("RG116", span, f"`{short(name)}` is not a valid name" if name else "an empty name", help)


def attribute_invalid(report: Report, span: Span, name: str) -> None:
    help = "name one attribute of the records: a letter first, then letters, digits and `_`"
    report.add("RG116", span, f"`{short(name)}` is not a valid name of an attribute", help)


def kind_invalid(report: Report, span: Span, text: str, kinds: Sequence[str]) -> None:
    help = "write " + ", ".join(f"`{kind}`" for kind in kinds[:-1]) + f" or `{kinds[-1]}`"
    report.add("RG114", span, f"`{short(text)}` is not a kind of value", help)


def locale_invalid(report: Report, span: Span, locale: str) -> None:
    help = "write a locale such as `en`, `fr` or `fr-CA`"
    report.add("RG116", span, f"`{short(locale)}` is not a valid locale", help)


def locale_of_another_file(report: Report, span: Span, locale: str, file: str) -> None:
    help = "a file of labels is named after its locale; rename one of the two"
    report.add("RG116", span, f"the locale `{locale}` does not fit the name of the file, `{file}`", help)
