"""What can be wrong with the names of files, in its words. Each function adds one finding to a report."""

from __future__ import annotations

from collections.abc import Iterable

from rolegate.diagnostics import RelatedSpan, Report, Span, short

_DECLARED_IN = {
    **dict.fromkeys(("permissions", "scopes", "resources", "plans", "addons"), "catalog.yaml"),
    "restrictions": "catalog.yaml, and switched on in bindings.yaml",
    **dict.fromkeys(("teams", "groups", "instances"), "domains.yaml, each by its domain"),
    **dict.fromkeys(("tenants", "organizations", "workspaces"), "domains.yaml, as domains"),
    **dict.fromkeys(("users", "members", "grants"), "bindings.yaml, by the lines about them"),
}
"""What a file of this name would hold, and where it is in a policy set."""


def file_unknown(
    report: Report, span: Span, name: str, meant: str, patterns: Iterable[str], *, there: bool
) -> None:
    """*meant* is the name that was probably meant, and *there* whether the set has a file of that name."""
    help = f"did you mean `{meant}`?" if meant else "a policy set has " + ", ".join(patterns)
    stem = name.rpartition(".")[0].casefold()
    if not meant and stem in _DECLARED_IN:
        help = f"{stem} are declared in {_DECLARED_IN[stem]}"
    elif not meant and "/" not in name:
        help = f"if it is a role, move it to `roles/{name.rpartition('.')[0]}.yaml`; {help}"
    if meant and there:
        article = "an" if meant[0] in "aei" else "a"
        help = f"the set has {article} `{meant}` as well; keep one of the two, under that name"
    elif meant and name.lower().endswith((".yml", ".yaml.txt")):
        help = f"call it `{meant}`: the files of a policy set end in `.yaml`"
    elif meant and name.lower().endswith(".json"):
        help = f"call it `{meant}`: the files of a policy set end in `.yaml`, and JSON is valid in them"
    report.add("RG111", span, f"`{name}` is not a file of a policy set", help)


def domain_spelled_wrong(report: Report, span: Span, spelled: str) -> None:
    help = (
        "such a file is named after its domain; everything but letters A-Z, digits and `- . _ ~` is"
        " percent-encoded, such as a space as `%20`"
    )
    report.add("RG116", span, f"`{short(spelled)}` does not spell a domain", help)


def domain_begins_with_dot(report: Report, span: Span, spelled: str, is_file: bool) -> None:
    name = f"%2E{spelled[1:]}{'.yaml' if is_file else ''}"
    message = f"`{short(spelled)}` begins with a dot, as hidden files do"
    report.add("RG116", span, message, f"write `{short(name)}` if it is for a domain, or else remove it")


def domain_in_two_places(report: Report, span: Span, place: str, other: str, domain: str) -> None:
    message = f"`{short(place)}` and `{short(other)}` are both for domain `{short(domain)}`"
    report.add("RG105", span, message, "put everything into one of the two")


def names_differ_in_case(report: Report, span: Span, name: str, first: Span, other: str) -> None:
    help = "rename one; in the name of a domain, write a capital letter as its code: `A` is `%41`"
    message = f"`{short(name)}` and `{short(other)}` are one name to systems that ignore capital letters"
    report.add("RG105", span, message, help, [RelatedSpan(first, f"`{short(other)}` is here")])


def domain_twice(report: Report, span: Span, domain: str, first: Span) -> None:
    related = RelatedSpan(first, f"`{short(domain)}` is first declared here")
    report.add("RG105", span, f"domain `{short(domain)}` is declared twice", "keep one of the two", [related])


def role_elsewhere(report: Report, span: Span, role: str, domain: str, home: str) -> None:
    message = (
        f"role `{short(role)}` is of domain `{short(domain)}`, but its file is of domain `{short(home)}`"
    )
    report.add("RG126", span, message, "leave out `domain`, or move the role into a folder of its domain")
