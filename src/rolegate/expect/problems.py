"""The wording of the findings about expectations."""

from __future__ import annotations

from collections.abc import Sequence

from rolegate.catalog.grant_syntax import GrantSyntaxError
from rolegate.diagnostics import RelatedSpan, Report, Span, did_you_mean, quoted
from rolegate.documents.text import Text
from rolegate.engine.question import DecisionNote
from rolegate.texts.spelling import nearest

# -- what cannot be asked -----------------------------------------------------------------------------------


def cannot_be_asked(report: Report, span: Span, note: DecisionNote) -> None:
    report.add("RG720", span, note.message, note.help)


def domain_aside(report: Report, spans: Sequence[Span], note: DecisionNote) -> None:
    """The domain that *spans* name is set aside, as *note* says."""
    many = "the expectation about it is" if len(spans) == 1 else f"the {len(spans)} expectations about it are"
    report.add("RG720", min(spans), f"{note.message}; {many} not tried", note.help)


def grant_unreadable(report: Report, text: Text, error: GrantSyntaxError) -> None:
    report.add("RG720", text.span, f"{quoted(text)}: {error}", error.help)


def group_without_star(report: Report, text: Text, path: str) -> None:
    help = f"write `{path}.*` for all of it"
    report.add("RG720", text.span, f"{quoted(text)} is a group, and not a permission", help)


def star_asks_nothing(report: Report, text: Text) -> None:
    help = "name a group that has something of this kind"
    report.add("RG720", text.span, f"{quoted(text)} is about no permission of this domain", help)


def star_of_holders(report: Report, text: Text) -> None:
    help = "write an expectation for each permission"
    report.add("RG720", text.span, f"{quoted(text)} is not one permission", help)


def instance_twice(report: Report, text: Text, on: Span) -> None:
    message = f"{quoted(text)} names an instance beside `on`"
    related = [RelatedSpan(on, "`on` is here")]
    report.add("RG722", text.span, message, "remove one of the two", related)


def list_unknown(report: Report, name: Text, names: Sequence[str]) -> None:
    help = did_you_mean(name, names) or "declare it under `subjects` of a file in the same folder"
    report.add("RG720", name.span, f"unknown list of subjects {quoted(name)}", help)


# -- users --------------------------------------------------------------------------------------------------


def user_unnamed(report: Report, user: Text, users: Sequence[str]) -> None:
    message = f"no line of bindings and no team names the user {quoted(user)}"
    close = nearest(user, users, 1)
    help = "for a user whom no file names, write `everyone: true`"
    if close:
        help = f"did you mean {quoted(close[0])}? If not, {help}"
    report.add("RG721", user.span, message, help)


# -- entries that say too little or too much ----------------------------------------------------------------


def nobody(report: Report, span: Span) -> None:
    help = "add `user`, `team`, `role`, `everyone: true`, or `subjects` with the name of a list"
    report.add("RG722", span, "the expectation does not say whose access it is about", help)


def list_of_nobody(report: Report, span: Span) -> None:
    help = "add `user`, `team`, `role` or `everyone: true`, or remove the list"
    report.add("RG722", span, "the list of subjects names nobody", help)


def nothing_expected(report: Report, span: Span, keys: Sequence[str]) -> None:
    named = ", ".join(f"`{key}`" for key in keys)
    report.add("RG722", span, "the expectation does not say what is expected", f"add one of {named}")


def one_subject(report: Report, span: Span) -> None:
    help = "name one of `user`, `team`, `role` and `everyone: true`"
    report.add("RG722", span, "what is held is expected of one subject", help)


def record_of_users(report: Report, span: Span) -> None:
    help = "ask about `user` or `everyone`"
    report.add("RG722", span, "a record is asked about for users, who have an id and teams", help)


def record_says(report: Report, text: Text) -> None:
    message = f"{quoted(text)} names an instance or a scope beside `record`"
    report.add(
        "RG722",
        text.span,
        message,
        "leave it out: the record says on which instance and in which scopes it is",
    )


def attributes_alone(report: Report, span: Span) -> None:
    help = "add `record`, or remove `attributes`"
    report.add("RG722", span, "`attributes` are for conditions on a record, and there is none", help)


def not_attributes(report: Report, span: Span, key: str) -> None:
    report.add(
        "RG722", span, f"{quoted(key)} is not a mapping", "write names of attributes with their values"
    )


def attribute_undeclared(report: Report, span: Span, name: str, declared: Sequence[str]) -> None:
    help = "declare it in the catalog under `user`, or leave it out"
    close = nearest(name, declared, 1)
    if close:
        help = f"did you mean {quoted(close[0])}? If not, {help}"
    report.add("RG720", span, f"the catalog does not declare the attribute {quoted(name)} of a user", help)


def own_attribute(report: Report, span: Span, name: str) -> None:
    help = "leave it out: it follows from the user, the teams and the domain of the expectation"
    report.add("RG722", span, f"{quoted(name)} of a user is not an attribute that an application gives", help)


def value_unclear(report: Report, span: Span, text: str) -> None:
    help = "put it in quotes if it is a text"
    report.add(
        "RG722", span, f"{quoted(text)} is not a text, a whole number, true, false, null or a date", help
    )


def no_such_state(report: Report, text: Text) -> None:
    help = "write `edit`, `view` or `hidden`"
    report.add("RG722", text.span, f"{quoted(text)} is not something that a field can be", help)


def no_fields(report: Report, group: Text, groups: Sequence[str]) -> None:
    help = did_you_mean(group, groups) or "name a group that has `fields`"
    report.add("RG720", group.span, f"{quoted(group)} is not a group with fields", help)


def no_field_named(report: Report, group: Text) -> None:
    help = "name fields with `edit`, `view` or `hidden`, or remove the group"
    report.add("RG722", group.span, f"nothing is expected of the fields of {quoted(group)}", help)


def everyone_false(report: Report, span: Span) -> None:
    help = "remove the key, or write `everyone: true`"
    report.add("RG722", span, "`everyone: false` is about nobody", help)


def lists_of_one_name(report: Report, name: Text, first: Span) -> None:
    related = [RelatedSpan(first, "the first one is here")]
    message = f"there are two lists of subjects called {quoted(name)}"
    report.add(
        "RG722", name.span, message, "rename one of them; the files of the folder share their lists", related
    )


# -- boxes of trees -----------------------------------------------------------------------------------------


def box_twice(report: Report, text: Text, first: Span) -> None:
    related = [RelatedSpan(first, "the first one is here")]
    report.add("RG722", text.span, f"{quoted(text)} is there twice", "remove one of them", related)


def never_partly(report: Report, text: Text) -> None:
    help = "name the box of a group or of a permission"
    report.add("RG722", text.span, f"{quoted(text)} is not one box that can be partly ticked", help)


def hidden_box(report: Report, text: Text) -> None:
    help = "name a permission that implies it"
    report.add("RG720", text.span, f"{quoted(text)} is hidden, and has no box", help)
