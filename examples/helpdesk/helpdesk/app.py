"""The help desk: each route says which permission it needs, and asks for the rows it may show."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import Body, Depends, FastAPI, HTTPException, Path
from fastapi.responses import JSONResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import settings
from helpdesk.access import Me, rg
from helpdesk.tables import Contact, Ticket, reset, session
from rolegate.integrations.fastapi import PathParam

Database = Annotated[Session, Depends(session)]
Number = Annotated[int, Path(le=2**63 - 1)]  # no more fits the column of an id


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    reset()
    yield


app = FastAPI(title="Help desk", lifespan=lifespan)
rg.install(app)
settings.install(app)


# Tickets: which of them she sees, and that they are of her account, is what the policy says of rows.


def visible(me: Me) -> Any:
    """The tickets the user may see, as a query."""
    return select(Ticket).where(me.where("tickets.show", Ticket), me.where("inboxes.read", Ticket))


Visible = Annotated[Any, Depends(visible)]


def visible_ticket(ticket_id: Number, tickets: Visible, database: Database) -> Ticket:
    """One ticket; 404 for one she may not see, as if it were not there."""
    ticket: Ticket | None = database.scalar(tickets.where(Ticket.id == ticket_id))
    if ticket is None:
        raise HTTPException(404, "no such ticket")
    return ticket


Found = Annotated[Ticket, Depends(visible_ticket)]


@app.get("/tickets", dependencies=[Depends(rg.require("tickets.show", scope="my"))])
def list_tickets(me: Me, tickets: Visible, database: Database) -> list[dict[str, Any]]:
    """The rows come from one query; nothing is filtered afterwards, so pages and counts are right."""
    rows = database.scalars(tickets.order_by(Ticket.id))
    return [{**_shown(row), "editable": me.can("tickets.edit", row)} for row in rows]


@app.get("/tickets/{ticket_id}", dependencies=[Depends(rg.require("tickets.show", record=visible_ticket))])
def show_ticket(ticket: Found) -> dict[str, Any]:
    return _shown(ticket)


@app.patch("/tickets/{ticket_id}", dependencies=[Depends(rg.require("tickets.edit", record=visible_ticket))])
def edit_ticket(ticket: Found, title: Annotated[str, Body(embed=True)], database: Database) -> dict[str, Any]:
    ticket.title = title
    database.commit()
    return _shown(ticket)


def _shown(ticket: Ticket) -> dict[str, Any]:
    return {"id": ticket.id, "inbox": ticket.inbox, "assignee": ticket.assignee, "title": ticket.title}


# Contacts: each field is hidden, shown or editable.


def contact(contact_id: Number, me: Me, database: Database) -> Contact:
    asked = select(Contact).where(Contact.id == contact_id, Contact.account == me.domain)
    found = database.scalar(asked)
    if found is None:
        raise HTTPException(404, "no such contact")
    return found


AContact = Annotated[Contact, Depends(contact)]


@app.get("/contacts/{contact_id}", dependencies=[Depends(rg.require("contacts.show"))])
def show_contact(contact: AContact, me: Me) -> dict[str, Any]:
    return {"id": contact.id, **me.mask("contacts", contact), "fields": me.fields("contacts", contact)}


@app.patch("/contacts/{contact_id}", dependencies=[Depends(rg.require("contacts.show"))], response_model=None)
def edit_contact(
    contact: AContact, me: Me, changes: Annotated[dict[str, str], Body()], database: Database
) -> dict[str, Any] | JSONResponse:
    check = me.may_write("contacts", changes, contact)
    if not check:
        return JSONResponse({"error": "forbidden", "fields": list(check.refused)}, status_code=403)
    for name, value in changes.items():
        setattr(contact, name, value)
    database.commit()
    return {"id": contact.id, **me.mask("contacts", contact)}


# What a front end needs to draw itself.


@app.get("/menu", dependencies=[Depends(rg.signed_in)])
def menu(me: Me) -> dict[str, Any]:
    """The menus of which she holds anything, her permissions, and the tree of an "about my rights" page."""
    entries = {"tickets": "Tickets", "contacts": "Contacts", "settings": "Settings"}
    return {
        "menu": [title for group, title in entries.items() if me.can_any(f"{group}.*")],
        "permissions": sorted(me.permissions()),
        "tree": me.tree().to_dict(),
    }


@app.get("/composer", dependencies=[Depends(rg.signed_in)])
def composer(me: Me) -> dict[str, Any]:
    """The dropdown of inboxes to send from; `every` says that later ones are included."""
    return me.instances("inboxes.send").to_dict()


@app.post(
    "/inboxes/{inbox}/messages", dependencies=[Depends(rg.require("inboxes.send", on=PathParam("inbox")))]
)
def send(inbox: str, text: Annotated[str, Body(embed=True)]) -> dict[str, str]:
    return {"sent_from": inbox, "text": text}


@app.put("/settings", dependencies=[Depends(rg.require("settings.edit"))])
def edit_settings() -> dict[str, str]:
    return {"settings": "saved"}
