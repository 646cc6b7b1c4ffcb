"""The files of a policy set that says what was imported, in the one form in which files are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rolegate.catalog.grant_syntax import Grant
from rolegate.documents.file_kinds import BINDINGS, CATALOG, DOMAINS, ROLES
from rolegate.documents.role_places import new_role_file
from rolegate.documents.scalar_writer import written
from rolegate.documents.value_lines import NewValue, value_between_brackets, value_lines
from rolegate.encoding import encode
from rolegate.importing.imported_roles import EVERYONE, ImportedLines, ImportedRole
from rolegate.importing.line_grants import CoveredPart, LineGrants
from rolegate.importing.object_places import ObjectPlace
from rolegate.importing.object_templates import ObjectTemplate

_EMPTY_ROLE = {"RG325": "no line of the imported policy names it"}


def set_texts(name: str, grants: LineGrants, lines: ImportedLines) -> dict[str, str]:
    """The text of each file of the set, by its name."""
    texts = {CATALOG.place: _catalog(name, grants)}
    domains = [domain for domain in grants.names.domains if domain is not None]
    if domains:
        texts[DOMAINS.place] = "domains:\n" + "".join(f"  {written(domain)}: {{}}\n" for domain in domains)
    for role in sorted(role for domain, role in lines.roles if domain is None):
        one = lines.roles[None, role]
        said: list[tuple[str, NewValue]] = [("role", role), *role_keys(one, grants)]
        text = "".join(f"{line}\n" for key, value in said for line in value_lines(key, value, 0))
        texts[new_role_file(role, None, texts)] = text
    for domain in domains:
        own = sorted(role for its, role in lines.roles if its == domain)
        if own:
            alone = sum(other.lower() == domain.lower() for other in domains) == 1
            stem = own[0] if len(own) == 1 else ROLES.place
            file = new_role_file(stem if alone else domain, domain if alone else None, texts)
            texts[file] = _roles_of(
                None if alone else domain, {role: lines.roles[domain, role] for role in own}, grants
            )
    bound = [*binding_lines(grants, lines)]
    if bound:
        texts[BINDINGS.place] = f"{BINDINGS.key}:\n" + "".join(
            f"  - {value_between_brackets(line)}\n" for line in bound
        )
    return texts


def _catalog(name: str, grants: LineGrants) -> str:
    lines = [f"catalog: {written(name)}"]
    resources = grants.places.resources
    if resources:
        lines.append("resources:")
        for kind, within in resources.items():
            lines.append(f"  {written(kind)}: {{within: {within}}}" if within else f"  {written(kind)}: {{}}")
    lines.append("permissions:")
    for place in sorted(grants.cells, key=lambda place: place.name):
        actions = {grants.actions[action]: action for action in grants.cells[place]}
        lines += _group(place, dict(sorted(actions.items())))
    return "\n".join(lines) + "\n"


def _group(place: ObjectPlace, actions: Mapping[str, str]) -> Iterator[str]:
    """The group of a place; without actions it is a permission, and actions without one are at the top."""
    margin = "  "
    if place.name:
        title = _title(place.said, place.name) if place.template is None else _title_of_kind(place)
        per = f"per: {place.kinds[-1]}" if place.kinds else ""
        if list(actions) == [""]:
            about = f"{{title: {value_between_brackets(title)}, {per}}}" if per else written(title)
            yield f"  {written(place.name)}: {about}"
            return
        yield f"  {written(place.name)}:"
        if place.said != place.name:
            yield f"    title: {written(title)}"
        if per:
            yield f"    {per}"
        yield "    permissions:"
        margin = "      "
    for name, text in actions.items():
        yield f"{margin}{written(name)}: {written(_title(text, name))}"


def _title(text: str, name: str) -> str:
    """What people see: the text of the source, or its name where the text shows nothing else."""
    if not text.strip() or text == name:
        return name.replace("_", " ").capitalize()
    return _in_title(text)


def _title_of_kind(place: ObjectPlace) -> str:
    """The shape of the texts, with the kinds as placeholders."""
    assert place.template is not None  # noqa: S101 - a kind has one
    return ObjectTemplate(tuple(map(_in_title, place.template.parts))).said(place.kinds)


def _in_title(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _roles_of(domain: str | None, roles: Mapping[str, ImportedRole], grants: LineGrants) -> str:
    lines = ["roles:"]
    for role, one in roles.items():
        lines.append(f"  {written(role)}:")
        if domain is not None:
            lines.append(f"    domain: {written(domain)}")
        lines += [line for key, value in role_keys(one, grants) for line in value_lines(key, value, 4)]
    return "\n".join(lines) + "\n"


def role_keys(role: ImportedRole, grants: LineGrants) -> list[tuple[str, NewValue]]:
    """What a role says beside its id."""
    extends = sorted(role.extends)
    said: list[tuple[str, NewValue]] = []
    if extends:
        said.append(("extends", extends[0] if len(extends) == 1 else extends))
    if role.parts:
        said.append(("grants", grant_texts(role.parts, grants)))
    if not said:
        said.append(("accept", _EMPTY_ROLE))
    return said


def binding_lines(grants: LineGrants, lines: ImportedLines) -> Iterator[dict[str, object]]:
    """The lines of bindings, those of one subject one after the other."""
    places = {*lines.held, *lines.granted, *lines.restricted}
    roles = grants.names.roles
    for domain, subject in sorted(places, key=lambda place: (place[0] or "", place[1] in roles, place[1])):
        place = domain, subject
        who: dict[str, object] = (
            {"everyone": True} if subject == EVERYONE else {"role" if subject in roles else "user": subject}
        )
        where = {} if domain is None else {"domain": domain}
        for role in lines.held.get(place, ()):
            yield {**who, "role": role, **where}
        if place in lines.granted:
            yield {**who, "grants": grant_texts(lines.granted[place], grants), **where}
        if place in lines.restricted:
            yield {**who, "restrict": grant_texts(lines.restricted[place], grants), **where}


def grant_texts(parts: Iterable[CoveredPart], grants: LineGrants) -> list[str]:
    """*parts* as grants, sorted."""
    return sorted(str(_grant(part, grants)) for part in parts)


def _grant(part: CoveredPart, grants: LineGrants) -> Grant:
    name = "" if part.place is None else part.place.name
    action = None if part.action is None else grants.actions[part.action]
    path = ".".join(piece for piece in (name, action) if piece)
    known = [encode(id) for id in part.ids if id is not None]
    star = ["*"] if len(known) < len(part.ids) else []
    instance = "/".join([*known, *star]) if part.ids else None
    if part.action is None and not known:
        instance = None  # the star of a group is every instance
    return Grant(path, part.action is None, instance)
