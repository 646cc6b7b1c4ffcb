"""What can be wrong with the conditions of a scope, each finding in its words.

Each function adds one finding to a report. `found` describes what is written in place of what should be.
"""

from __future__ import annotations

from collections.abc import Iterable

from rolegate.catalog.conditions import OfUser
from rolegate.catalog.grant_syntax import GrantSyntaxError
from rolegate.diagnostics import Report, Span, did_you_mean, short
from rolegate.documents.condition_words import of_user
from rolegate.texts.spelling import nearest

_EXAMPLE = "write conditions such as `{owner_id: user.id}`"


def not_a_mapping(report: Report, span: Span, found: str) -> None:
    report.add("RG219", span, f"conditions are a mapping, not {found}", _EXAMPLE)


def mapping_empty(report: Report, span: Span) -> None:
    report.add("RG219", span, "this mapping does not have a condition", _EXAMPLE)


def compared_with_list(report: Report, span: Span, key: str) -> None:
    report.add("RG219", span, f"`{key}` is compared with a list", f"write `{{{key}: {{in: […]}}}}`")


def compared_with_user_list(report: Report, span: Span, key: str, test: str, value: OfUser) -> None:
    word = "not_in" if test == "not" else "in"
    report.add("RG219", span, f"`{value}` is a list", f"write `{{{key}: {{{word}: {value}}}}}`")


def test_without_attribute(report: Report, span: Span, test: str) -> None:
    help = f"write the attribute around it: `{{owner_id: {{{test}: …}}}}`"
    report.add("RG219", span, f"`{test}` is written in place of an attribute", help)


def word_around_list(report: Report, span: Span, word: str, instead: str) -> None:
    message = f"`{word}` tests the records that an attribute leads to; it does not go around conditions"
    report.add("RG219", span, message, f"write `{instead}`")


def attribute_invalid(report: Report, span: Span, key: str) -> None:
    help = "an attribute has letters, digits and `_`, a letter first"
    if "." in key.strip("."):
        inside = key.replace(".", ": {") + ": …" + "}" * key.count(".")
        help = f"for a related record write `{{{inside}}}`"
    report.add("RG219", span, f"`{short(key)}` is not a valid name of an attribute", help)


def attribute_unquoted(report: Report, span: Span, key: str) -> None:
    message = f"YAML tools read the unquoted `{key}` as something other than text"
    report.add("RG219", span, message, f'put quotes around it: "{key}"')


def word_refused(report: Report, span: Span, word: str, help: str) -> None:
    report.add("RG222", span, f"conditions do not have the word `{word}`", help)


def alternatives_not_a_list(report: Report, span: Span, word: str, found: str) -> None:
    help = f"write `{word}: [{{owner_id: user.id}}, {{team_id: {{in: user.teams}}}}]`"
    report.add("RG219", span, f"`{word}` takes a list of conditions, not {found}", help)


def negation_not_a_mapping(report: Report, span: Span, found: str) -> None:
    help = 'write `not: {status: "closed"}`, or `status: {not: "closed"}`'
    report.add("RG219", span, f"`not` takes conditions, not {found}", help)


def order_of_others(report: Report, span: Span, test: str, found: str) -> None:
    message = f"`{test}` takes a whole number or a date, not {found}"
    help = "texts have a different order in each database; compare them with `in` or `not`"
    report.add("RG219", span, message, help)


def tests_mixed(report: Report, span: Span, test: str, other: str) -> None:
    help = "write one test for an attribute; under `where` there is room for more conditions"
    report.add("RG219", span, f"`{test}` and `{other}` do not go together", help)


def is_takes_null(report: Report, span: Span, key: str, found: str) -> None:
    help = f"for any other value write `{{{key}: …}}`"
    report.add("RG219", span, f"`is` takes `null`, not {found}", help)


def in_takes_list(report: Report, span: Span, key: str, test: str, found: str) -> None:
    single = f"{{{key}: …}}" if test == "in" else f"{{{key}: {{not: …}}}}"
    help = f"write `{{{test}: user.teams}}`, `{{{test}: […]}}`, or `{single}` for one value"
    report.add("RG219", span, f"`{test}` takes a list, not {found}", help)


def list_empty(report: Report, span: Span, test: str) -> None:
    which = "no record is ever in this scope" if test == "in" else "it does not leave out any value"
    report.add("RG219", span, f"an empty list: {which}", "list the values")


def list_in_list(report: Report, span: Span, test: str, value: OfUser) -> None:
    report.add("RG219", span, f"`{value}` is a list by itself", f"write `{{{test}: {value}}}`")


def user_in_quotes(report: Report, span: Span, value: str) -> None:
    message = f"`{short(value)}` in quotes is a text, and not a value of the user"
    report.add("RG219", span, message, f"leave out the quotes: `{short(value)}`")


def expression_in_quotes(report: Report, span: Span, value: str, known: Iterable[str]) -> None:
    message = f"`{short(value)}` in quotes is a text, and not an expression"
    help = f"write `user.{of_user(value, known) or 'id'}`, without quotes"
    report.add("RG219", span, message, help)


def user_attribute_unknown(report: Report, span: Span, name: str, known: Iterable[str]) -> None:
    close = " or ".join(f"`user.{near}`" for near in nearest(name, known))
    declare = f"declare it in the catalog, with its kind: `user: {{{name}: text}}`"
    help = f"did you mean {close}? If not, {declare}" if close else declare
    report.add("RG223", span, f"`user.{name}` is not declared", help)


def value_unquoted(report: Report, span: Span, value: str, is_null: bool) -> None:
    help = "write `{is: null}`" if is_null else "put quotes around it if it is a text"
    message = f"`{short(value)}` is not a text in quotes, a whole number, `true` or `false`"
    report.add("RG219", span, message, help)


def not_a_value(report: Report, span: Span, found: str) -> None:
    report.add("RG219", span, f"expected a value, not {found}", "write `user.id`, or a text in quotes")


def value_unclear(report: Report, span: Span, value: str, known: Iterable[str]) -> None:
    help = f'write `user.{of_user(value, known) or "id"}`, or "{short(value)}" in quotes if it is a text'
    report.add("RG219", span, f"`{short(value)}` is neither `user.…` nor in quotes", help)


_HOLDS = "write `holds: contacts.create`, or around an attribute `inbox_id: {holds: inboxes.access}`"


def holds_unclear(report: Report, span: Span) -> None:
    help = "write `holds: {permission: accounts.open, attributes: [integration_id, account_id]}`"
    report.add("RG225", span, "this does not say on which instance the user has to hold a permission", help)


def not_a_grant(report: Report, span: Span, found: str) -> None:
    report.add("RG225", span, f"`holds` takes a permission as in a grant, not {found}", _HOLDS)


def grant_unreadable(report: Report, span: Span, text: str, error: GrantSyntaxError) -> None:
    report.add("RG225", span, f"`{short(text)}`: {error}", error.help)


def held_several(report: Report, span: Span, text: str) -> None:
    help = "name each in a condition of its own, under `any_of` or `all_of`"
    report.add("RG225", span, f"`{short(text)}` is not one permission", help)


def held_unknown(report: Report, span: Span, path: str, known: Iterable[str], fate: str) -> None:
    help = fate or did_you_mean(path, known) or "permissions are declared in this file"
    report.add("RG225", span, f"there is no permission `{short(path)}`", help)


def held_misfit(report: Report, span: Span, text: str, why: str, help: str) -> None:
    report.add("RG225", span, f"`{short(text)}` {why}", help)


def holds_negated(report: Report, span: Span, text: str) -> None:
    message = f"`holds: {short(text)}` is below `not` or `none`, where a grant would take records away"
    help = "write what is allowed to those who hold it, and to everybody, as alternatives under `any_of`"
    report.add("RG226", span, message, help)
