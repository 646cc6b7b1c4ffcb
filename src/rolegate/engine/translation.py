"""Questions in the words of compiled lines."""

from __future__ import annotations

from rolegate.catalog.grant_syntax import GrantSyntaxError, parse_grant
from rolegate.catalog.link_dependencies import scope_help
from rolegate.catalog.model import Group, Permission
from rolegate.catalog.scoped_fields import halves_meant, is_field
from rolegate.compiled.names import FULL, is_domain, role_name, team_name, user_name
from rolegate.diagnostics import did_you_mean, short
from rolegate.documents.file_kinds import CATALOG, DOMAINS
from rolegate.encoding import MAX_COLUMN, MAX_USER, decode, encode
from rolegate.engine.question import Asked, DecisionNote, Question, UnknownQuestionError
from rolegate.errors import InvalidQuestionError, UnknownNameError
from rolegate.grants.domains import DEFAULT
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import role_help
from rolegate.grants.roles import visible as role_meant
from rolegate.wording.phrases import Listing, Phrase, SaidName


def _refusal(code: str, message: str, help: str) -> UnknownQuestionError:
    return UnknownQuestionError(DecisionNote(code, message, help))


def translate(question: Question, resolved: Resolved) -> Asked:
    """*question* with every name looked up.

    Raises:
        UnknownQuestionError: when it names something that is not declared, or that does not fit.
        InvalidQuestionError: for a value that is not a question.
    """
    if not isinstance(question, Question):
        raise InvalidQuestionError(
            f"the question has to be a `Question`, not `{type(question).__name__}`: "
            "write `Question('tickets.show', user=…, domain=…)`"
        )
    dom = _domain(question, resolved)
    permissions = _existing(_permissions(question, resolved), dom, resolved)
    permissions = _scoped(question, permissions)
    parts = _encoded(question.path, "instance")
    fitting = tuple(p for p in permissions if len(parts) <= len(p.chain))
    if not fitting:
        chain = max((p.chain for p in permissions), key=len)
        if not chain:
            message = Phrase("not_per_instance", permission=_asked(question))
            raise _refusal("RG605", message, Phrase("leave_out_instance"))
        message = Phrase("is_per", permission=_asked(question), kinds=SaidName("resource", "/".join(chain)))
        raise _refusal("RG605", message, Phrase("at_most", number=len(chain)))
    subject = _subject(question, resolved)
    return Asked(subject, dom, fitting, parts, question.scope, question.any, resolved.catalog)


def _encoded(ids: tuple[str, ...], noun: str, most: int = MAX_COLUMN) -> tuple[str, ...]:
    try:
        encoded = tuple(encode(text) for text in ids)
    except ValueError as error:
        raise _no_such(noun, str(error), most) from None
    if any(len(id) > most for id in encoded):
        raise _no_such(noun, Phrase("id_too_long"), most)
    return encoded


def _no_such(noun: str, why: str, most: int) -> UnknownQuestionError:
    return _refusal("RG606", Phrase(f"no_such_{noun}", why=why), Phrase("any_text", most=most))


def _domain(question: Question, resolved: Resolved) -> str:
    domains, domain = resolved.domains, question.domain
    if domain is None:
        if question.role is not None:
            return FULL
        if not domains.declared:
            return DEFAULT
        help = did_you_mean("", domains.names) or f"name one of the domains of {DOMAINS.place}"
        raise _refusal("RG606", Phrase("no_domain_named"), help)
    if domain in domains.dark:
        why = next(part.why for part in resolved.set_aside if part.role is None and part.domain == domain)
        what = Phrase("domain", name=SaidName("domain", domain))
        message = Phrase("set_aside", what=what, code=why.code, message=why.message)
        raise _refusal("RG612", message, Phrase("mend_it", place=f"{why.span.file}:{why.span.line}"))
    if domain not in domains:
        unknown = Phrase("unknown_domain", name=SaidName("code", short(domain)))
        raise _refusal("RG603", unknown, domains.help(domain))
    return encode(domain)


def _subject(question: Question, resolved: Resolved) -> str:
    domains, domain = resolved.domains, question.domain
    if question.user is not None:
        _encoded((question.user,), "user", MAX_USER)
        return user_name(question.user)
    if question.team is not None:
        owner = domains.team_owner(question.team, domain or DEFAULT)
        if owner is None:
            names = [team for outer in domains.outward(domain or DEFAULT) for team in domains[outer].teams]
            help = (
                did_you_mean(question.team, names) or f"a team is declared by its domain in {DOMAINS.place}"
            )
            unknown = Phrase("unknown_team", name=SaidName("code", short(question.team)))
            raise _refusal("RG602", unknown, help)
        return team_name(question.team, owner)
    assert question.role is not None  # noqa: S101
    key = role_meant(resolved.roles, question.role, domain, domains)
    if key is None:
        # Asked in a domain, the roles of other tenants are nobody's business.
        help = role_help(resolved.roles, question.role, domain, domains, elsewhere=domain is None)
        unknown = Phrase("unknown_role", name=SaidName("code", short(question.role)))
        raise _refusal("RG602", unknown, help)
    return role_name(key[1], key[0])


def _permissions(question: Question, resolved: Resolved) -> tuple[Permission, ...]:
    catalog, path = resolved.catalog, question.permission
    if question.any and path == "*":
        return tuple(catalog.permissions)
    if question.any and path.endswith(".*"):
        group = catalog.find(path[:-2])
        if group is not None and not isinstance(group, Permission):
            return tuple(catalog.below(group.path))
    node = catalog.find(path)
    if isinstance(node, Permission):
        return (node,)
    if node is not None:
        help: str = Phrase("ask_for_one", star=SaidName("code", f"{node.path}.*"))
        if is_field(node, catalog):
            halves = Listing("or", [SaidName("code", half) for half in halves_meant(node, question.scope)])
            help = Phrase("ask_for_half", halves=halves)
        raise _refusal("RG601", Phrase("is_a_group", name=SaidName("code", short(path))), help)
    starred = path == "*" or isinstance(catalog.find(path.removesuffix(".*")), Group)
    if starred and not question.any:
        shown = SaidName("code", short(path))
        message = Phrase("not_one", name=shown)
        raise _refusal("RG601", message, Phrase("ask_for_one", star=shown))
    if (granted := _granted(path, resolved)) is not None:
        message = Phrase("is_a_grant", name=SaidName("code", short(path)))
        raise _refusal("RG601", message, Phrase("ask_beside", path=SaidName("code", granted)))
    names = [p.path for p in catalog.permissions] + list(catalog.aliases)
    if path.endswith(".*"):
        names = [f"{group}.*" for group, node in catalog.nodes.items() if group and isinstance(node, Group)]
    help = catalog.fate(path) or did_you_mean(path, names) or f"permissions are declared in {CATALOG.place}"
    unknown = Phrase("unknown_permission", name=SaidName("code", short(path)))
    raise _refusal("RG601", unknown, help)


def _granted(text: str, resolved: Resolved) -> str | None:
    """The permission in *text*, if somebody asks for a grant such as `tickets.show@my`."""
    if not any(sign in text for sign in "@["):
        return None
    try:
        grant = parse_grant(text, resolved.catalog.marked)
    except GrantSyntaxError:
        return None
    return (
        grant.path if isinstance(resolved.catalog.find(grant.path), Permission) and not grant.star else None
    )


def _existing(permissions: tuple[Permission, ...], dom: str, resolved: Resolved) -> tuple[Permission, ...]:
    """Those of *permissions* that exist in the kind of the domain; all of them if none does."""
    if len(permissions) == 1 or not is_domain(dom):
        return permissions
    kind = resolved.domains[decode(dom)].kind
    return tuple(p for p in permissions if p.availability.exists_in(kind)) or permissions


def _scoped(question: Question, permissions: tuple[Permission, ...]) -> tuple[Permission, ...]:
    scope = question.scope
    if scope is None:
        return permissions
    fitting = tuple(p for p in permissions if p.ladder is not None and p.ladder.has(scope))
    if fitting:
        return fitting
    scopes = dict.fromkeys(name for p in permissions if p.ladder for name in p.ladder.scopes)
    if not scopes:
        message = Phrase("no_scopes", permission=_asked(question))
        raise _refusal("RG604", message, Phrase("leave_out_scope"))
    fates = (p.ladder.removed[scope].fate for p in permissions if p.ladder and scope in p.ladder.removed)
    help = next(fates, "") or did_you_mean(scope, scopes) or f"scopes are declared in {CATALOG.place}"
    if len(permissions) == 1:
        help = scope_help(scope, permissions[0].ladder)
    message = Phrase("no_scope", permission=_asked(question), scope=SaidName("code", short(scope)))
    raise _refusal("RG604", message, help)


def _asked(question: Question) -> SaidName:
    return SaidName("permission", short(question.permission))


def translated(question: Question, resolved: Resolved) -> Asked:
    """*question* in compiled words.

    Raises:
        UnknownNameError: where a decision would say no because a name is unknown.
    """
    try:
        return translate(question, resolved)
    except UnknownQuestionError as unknown:
        note = unknown.note
        raise UnknownNameError(
            _KINDS.get(note.code, "question"), _unknown(question, note.code), note.message, note.help
        ) from None


_KINDS = {
    "RG601": "permission",
    "RG602": "subject",
    "RG603": "domain",
    "RG604": "scope",
    "RG605": "instance",
    "RG612": "domain",
}


def _unknown(question: Question, code: str) -> str:
    names = {
        "RG601": question.permission,
        "RG602": next((n for n in (question.user, question.team, question.role) if n is not None), None),
        "RG603": question.domain,
        "RG612": question.domain,
        "RG604": question.scope,
    }
    named = names.get(code)
    return question.permission if named is None else named
