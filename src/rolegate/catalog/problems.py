"""What can be wrong with a catalog and its labels, each finding in its words.

Each function adds one finding to a report. What is wrong with `requires`, `implies` and `recommends` is in
`dependency_problems`, and what is wrong with conditions in `condition_problems`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from heapq import nsmallest

from rolegate.catalog.grant_syntax import GrantSyntaxError
from rolegate.diagnostics import RelatedSpan, Report, Span, did_you_mean, short
from rolegate.documents.text import Text
from rolegate.encoding import MAX_COLUMN
from rolegate.texts.spelling import nearest

_FEW = 12

# -- plans, scopes and resources -----------------------------------------------------------------------------


def name_unknown(
    report: Report, span: Span, code: str, noun: str, name: str, names: Collection[str], fate: str = ""
) -> None:
    missing = "" if names else f"the catalog declares no {noun}"
    report.add(code, span, f"unknown {noun} `{name}`", fate or did_you_mean(name, names, missing))


def availability_empty(report: Report, span: Span, key: str, noun: str) -> None:
    help = f"name a {noun}, or leave out `{key}` if every {noun} will do"
    report.add("RG213", span, f"`{key}` is empty, so nothing here is available anywhere", help)


def choice_empty(report: Report, span: Span) -> None:
    message = "`any_of` is empty, so nothing here is available anywhere"
    report.add("RG213", span, message, "name the add-ons of which one is enough, or remove the entry")


def availability_disjoint(report: Report, span: Span, nouns: str, above: Iterable[str]) -> None:
    first = nsmallest(_FEW + 1, above)
    names = ", ".join(f"`{name}`" for name in first[:_FEW]) + (", …" if len(first) > _FEW else "")
    help = f"it names {names}: name one of them, or move this out of the group"
    report.add("RG213", span, f"the group above names none of these {nouns}", help)


def availability_too_long(report: Report, span: Span, most: int) -> None:
    help = f"together they have to fit into a column of {MAX_COLUMN} characters: name fewer of them"
    report.add(
        "RG501",
        span,
        f"more than {most} kinds, plans and add-ons are named here and in the groups above",
        help,
    )


def records_unclear(report: Report, span: Span) -> None:
    help = "write `records: {domain: account_id}`, or `{separate: true}` if each domain has tables of its own"
    report.add("RG118", span, "`records` says either `domain` or `separate: true`", help)


def user_attribute_known(report: Report, span: Span, name: str) -> None:
    report.add("RG116", span, f"every user has `user.{name}` already", "remove it, or give it another name")


def field_ladder_declared(report: Report, span: Span) -> None:
    report.add("RG203", span, "the ladder `field` is built in (`edit`, `view`)", "choose another name")


def ladder_empty(report: Report, span: Span, ladder: str) -> None:
    report.add("RG203", span, f"the ladder `{ladder}` has no scopes", "list its scopes, broadest first")


def scope_in_circle(report: Report, span: Span, circle: Sequence[str]) -> None:
    help = "`within` names the next broader scope; leave it out of the broadest scope"
    report.add("RG203", span, f"the scope `{circle[0]}` lies within itself{through(circle)}", help)


def several_broadest_scopes(report: Report, span: Span, ladder: str, broadest: Sequence[str]) -> None:
    scopes = " and ".join(f"`{scope}`" for scope in broadest)
    help = f"all but one of them have to lie within another scope, e.g. `within: {broadest[0]}`"
    report.add("RG203", span, f"the ladder `{ladder}` has several broadest scopes: {scopes}", help)


def resource_in_circle(report: Report, span: Span, circle: Sequence[str]) -> None:
    message = f"the resource `{circle[0]}` lies within itself{through(circle)}"
    report.add("RG205", span, message, "remove one of the `within` entries")


def resource_too_deep(report: Report, span: Span, kind: str, most: int) -> None:
    help = f"the path of an instance has to fit into a column of {MAX_COLUMN} characters: nest fewer kinds"
    report.add("RG501", span, f"the resource `{kind}` lies within {most} others or more", help)


def through(circle: Sequence[str]) -> str:
    """How a circle comes back to where it begins."""
    return "" if len(circle) < 2 else " through " + ", ".join(f"`{step}`" for step in circle[1:6])


# -- permissions and groups ----------------------------------------------------------------------------------


def group_empty(report: Report, span: Span, group: str, noun: str) -> None:
    message = f"the group `{group}` is empty" if group else "`permissions` is empty"
    report.add("RG218", span, message, f"give it at least one {noun}")


def path_too_long(report: Report, span: Span, path: str) -> None:
    help = f"a compiled column holds {MAX_COLUMN}: use shorter names, or nest less"
    report.add("RG501", span, f"the path `{short(path)}` has {len(path)} characters", help)


def field_ladder_on_field(report: Report, span: Span) -> None:
    message = "a field is on the ladder `field` if it has no `scopes`"
    help = "remove `scopes`, or name a ladder of the records it is in"
    report.add("RG202", span, message, help)


def header_on_permission(report: Report, span: Span) -> None:
    report.add("RG112", span, "`header` belongs to a group", "remove it here")


def permission_key_on_group(report: Report, span: Span, key: str, group: str) -> None:
    message = f"`{key}` belongs to a permission; `{group}` is a group"
    report.add("RG112", span, message, "move it to the permissions below")


def header_unknown(report: Report, header: Text, group: str, permissions: Iterable[str]) -> None:
    help = did_you_mean(header, permissions, "name a permission directly in this group")
    report.add("RG214", header.span, f"the header `{header}` is not a permission in `{group}`", help)


def header_hidden(report: Report, header: Text, group: str) -> None:
    message = f"the header `{header}` is hidden, and everything else in `{group}` would require it"
    help = f"name a permission that can be granted, or remove `hidden` from `{group}.{header}`"
    report.add("RG221", header.span, message, help)


def hidden_by_name(report: Report, span: Span, path: str) -> None:
    message = f"`{path}` is `hidden`, so it cannot be granted by name"
    report.add("RG227", span, message, "remove `by_name`, or remove `hidden`")


def fields_path_taken(report: Report, span: Span, path: str, declared: Span) -> None:
    message = f"`{path}` is already declared; the fields need this path"
    place = RelatedSpan(declared, f"`{path}` is declared here")
    report.add("RG201", span, message, "rename what is called `fields`", [place])


def per_repeated(report: Report, per: Text) -> None:
    message = f"the group above already says `per: {per}`"
    report.add("RG206", per.span, message, "remove it here")


def per_outside(report: Report, per: Text, outer: str) -> None:
    message = f"`{per}` does not lie within `{outer}`, but the group above is per `{outer}`"
    help = f"declare `{per}` with `within: {outer}`, or move this out of the group"
    report.add("RG206", per.span, message, help)


def every_without_per(report: Report, span: Span) -> None:
    message = "`every` titles the box for every instance, but there is no `per` here"
    report.add("RG206", span, message, "add `per: <resource>`, or remove `every`")


def placeholder_unknown(report: Report, span: Span, kind: str, chain: tuple[str, ...]) -> None:
    help = "add `per: <resource>`, or write braces twice, `{{` and `}}`"
    if chain:
        near = nearest(kind, chain, 1) or chain
        help = (
            "write "
            + " or ".join(f"`{{{name}}}`" for name in near)
            + ", or write braces twice, `{{` and `}}`"
        )
    report.add("RG215", span, f"the placeholder `{{{kind}}}` stands for nothing here", help)


def grant_unreadable(report: Report, text: Text, error: GrantSyntaxError) -> None:
    report.add(error.code, text.span, f"`{text}`: {error}", error.help)


def manage_unknown(report: Report, manage: Text, paths: Iterable[str], fate: str) -> None:
    help = fate or did_you_mean(manage, paths) or "write the path of one permission, such as `roles.edit`"
    report.add("RG301", manage.span, f"`manage` names an unknown permission `{manage}`", help)


def manage_names_group(report: Report, manage: Text) -> None:
    help = "name one permission: whoever holds it edits roles"
    report.add("RG302", manage.span, f"`manage` names the group `{manage}`", help)


# -- aliases and former names --------------------------------------------------------------------------------


def text_not_for_grants(report: Report, text: Text, what: str) -> None:
    help = "it must not be empty or a star, nor begin or end with a blank"
    if what != "alias":
        help += ", nor hold `[`, `]`, `@` or `*`"
    report.add("RG217", text.span, f"the {what} `{text}` cannot be written in a grant", help)


def alias_read_otherwise(report: Report, text: Text, head: str) -> None:
    message = f"the alias `{text}` can also be read as `{head}`, followed by `{text[len(head) :]}`"
    report.add("RG217", text.span, message, "choose a text that does not begin with a path or an alias")


def former_name_too_long(report: Report, text: Text) -> None:
    help = f"no path has more than {MAX_COLUMN} characters: remove the entry"
    report.add("RG217", text.span, f"the former name `{short(text)}` is too long", help)


def text_is_path(report: Report, text: Text, what: str, path: str, declared: Span) -> None:
    message = f"the {what} `{text}` of `{path}` is itself a path of the catalog"
    place = RelatedSpan(declared, f"`{text}` is declared here")
    report.add("RG201", text.span, message, "choose a text that is not a path of the catalog", [place])


def text_taken(report: Report, text: Text, other: str, earlier: Span) -> None:
    place = RelatedSpan(earlier, f"`{text}` is given to `{other}` here")
    message = f"`{text}` already stands for `{other}`"
    report.add("RG201", text.span, message, "one text can stand for one permission", [place])


def text_is_former_path(report: Report, text: Text, path: str, other: str, former: Text) -> None:
    message = f"`{text}`, given to `{path}`, is a former path of `{other}`"
    help = "choose a text that is not a path of the catalog, and never was one"
    place = RelatedSpan(former.span, f"`{former}` is given as a former name here")
    report.add("RG201", text.span, message, help, [place])


def former_path_taken(
    report: Report, text: Text, tail: str, owner: str, path: str, other: str, place: RelatedSpan
) -> None:
    message = (
        f"with the former name `{text}`, `{text}{tail}` would stand for `{path}`;"
        f" it already stands for `{other}`"
    )
    help = f"remove one of the two, or list the former paths of what is below `{owner}` one by one"
    report.add("RG201", text.span, message, help, [place])


def removed_name_used(report: Report, removed: Text, text: str, path: str, place: Span) -> None:
    """*text*, which is *removed* or lies in it, stands for *path*, as is written at *place*."""
    message = f"`{removed}` is removed, and a removed name is never used again"
    help = "old files that name it would mean something else: choose another name, or remove this entry"
    if text == path:
        other = f"`{path}` is declared here"
    else:
        other = f"`{text}` stands for `{path}` here"
        help = f"choose another text for `{path}`, or remove this entry"
    report.add("RG234", removed.span, message, help, [RelatedSpan(place, other)])


def removed_twice(report: Report, removed: Text, other: str, earlier: Span) -> None:
    place = RelatedSpan(earlier, f"`{other}` is removed here")
    message = f"`{removed}` is a name of what was removed as `{other}`"
    report.add("RG234", removed.span, message, "remove one of the two entries", [place])


# -- labels --------------------------------------------------------------------------------------------------


def label_unknown(
    report: Report, name: Text, noun: str, names: Collection[str], now: str | None, fate: str = ""
) -> None:
    help = fate or did_you_mean(name, names) or f"the catalog declares no {noun}"
    if now is not None:
        help = f"write `{now}`, as it is called in the catalog"
    report.add("RG216", name.span, f"a label for an unknown {noun} `{name}`", help)


def label_every_without_per(report: Report, span: Span, path: str) -> None:
    message = f"`{path}` does not have a box for every instance, so there is nothing for `every` to title"
    report.add("RG216", span, message, "remove `every` here, or give it a `per` in the catalog")
