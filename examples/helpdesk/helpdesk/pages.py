"""What each page of the settings has: who looks at it, its language, its forms, and how it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import Depends, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.access import Me, gate, store
from helpdesk.tables import Person, session
from helpdesk.words import Words, words_in
from rolegate import Subject
from rolegate.store.admin import StoreAdmin
from rolegate.store.made_change import MadeChange

HERE = Path(__file__).parent
MOST = 1_000_000
"""No form of these pages has more bytes."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Visit:
    """Who looks at a page: what they may, what they may change, and what people are called in the account."""

    me: Subject
    admin: StoreAdmin
    words: Words
    people: dict[str, str]

    @property
    def account(self) -> str:
        return str(self.me.domain)

    def called(self, login: str) -> str:
        """The name of a person; one who is gone from the table of people has the login alone."""
        return self.people.get(login, login)

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        shown = templates.get_template(template).render(visit=self, _=self.words, **values)
        return HTMLResponse(shown, status, HEADERS)

    def done(self, made: MadeChange, path: str) -> RedirectResponse:
        """The answer to a form that changed something: the next page shows it, and a reload sends nothing."""
        gate.at_least(made.revision)
        return RedirectResponse(path, 303)


def visit(request: Request, me: Me, database: Annotated[Session, Depends(session)]) -> Visit:
    """A dependency; the handlers of errors find it in the state of the request."""
    people = database.scalars(select(Person).where(Person.account == me.domain).order_by(Person.name)).all()
    language = next((person.language for person in people if person.login == me.user), None)
    names = {person.login: person.name for person in people}
    admin = store.admin(me.user, domain=me.domain)
    made = request.state.visit = Visit(me, admin, words_in(language), names)
    return made


@dataclass(frozen=True)
class Filled:
    """A form as it was sent."""

    fields: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key == name]

    def one(self, name: str) -> str:
        return next(iter(self.all(name)), "").strip()

    def number(self, name: str) -> int:
        text = self.one(name)
        if not (text.isascii() and text.isdigit() and len(text) < 16):
            raise HTTPException(400, "this form was not made by these pages")
        return int(text)


async def filled(request: Request) -> Filled:
    """A dependency: the fields of a form, of which a browser sends not more than a page has."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST:
            raise HTTPException(413, "too much")
    try:
        return Filled(tuple(parse_qsl(body.decode(), keep_blank_values=True, errors="strict")))
    except ValueError as error:
        raise HTTPException(400, "this is not a form") from error


AVisit = Annotated[Visit, Depends(visit)]
AForm = Annotated[Filled, Depends(filled)]


def asset(name: str) -> Response:
    """The style and the script of the pages."""
    if name not in ("settings.css", "settings.js"):
        raise HTTPException(404, "no such file")
    return FileResponse(HERE / "assets" / name, headers={"X-Content-Type-Options": "nosniff"})
