"""The settings of an account: its roles, who has them, and what was changed.

Whoever sees these pages holds `settings.show`. Whether they may change something is asked of the store, in
advance for what is greyed out, and once more in the transaction in which it is made.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from helpdesk import edit_role
from helpdesk.access import COOKIE, USER, from_own_pages, gate, rg
from helpdesk.boxes import Titles
from helpdesk.pages import AForm, AVisit, Visit, asset
from helpdesk.roles import Roles, why_not, with_reasons
from helpdesk.told import in_words, refused, sentence
from helpdesk.words import words_in
from rolegate.changes import Assign, CreateRole, Revoke, Undo
from rolegate.errors import ChangeError, ConflictError, RefusedChangeError
from rolegate.store.admin_history import AdminEntry

LIST, HISTORY = "/settings/roles", "/settings/history"
NEWEST = 20
Before = Annotated[int | None, Query(ge=1, le=2**63 - 1)]  # no more fits the column of a number

router = APIRouter(prefix="/settings", dependencies=[Depends(rg.require("settings.show"))])
router.include_router(edit_role.router)


@router.get("/roles")
def list_roles(visit: AVisit) -> HTMLResponse:
    roles = Roles.of(visit)
    reason = why_not(visit, CreateRole({"role": "new", "domain": visit.account, "grants": []}))
    return visit.page("roles.html", roles=roles.shown(), reason=reason)


@router.post("/roles")
def new_role(visit: AVisit, form: AForm) -> Response:
    """A new role, or with `clone` one that holds what another one does today."""
    roles, title, source = Roles.of(visit), form.one("title")[:100], form.one("clone")
    if not title:
        return visit.page("problem.html", 400, problems=[visit.words("A role needs a title.")], back=LIST)
    name = roles.free_name(title)
    if source:
        made = visit.admin.clone_role(source, name, title=title)
    else:
        made = visit.admin.create_role(name, title=title, grants=[])
    return visit.done(made, f"{LIST}/{name}")


@router.get("/roles/{role}/people")
def people_of_role(role: str, visit: AVisit) -> HTMLResponse:
    roles = Roles.of(visit)
    shown = roles.role(role)
    if shown is None:
        raise HTTPException(404, "no such role")
    lines = {str(one.line.get("user")) for one in shown.holders}
    without = {login: name for login, name in visit.people.items() if login not in lines}
    someone = Assign({"user": next(iter(without), visit.me.user), "role": role, "domain": visit.account})
    reason = why_not(visit, someone) if without else visit.words("Everybody has it.")
    holders = with_reasons(shown.holders, visit)
    return visit.page("people.html", role=shown, holders=holders, without=without, reason=reason)


@router.post("/roles/{role}/people")
def assign(role: str, visit: AVisit, form: AForm) -> Response:
    """Give the role to somebody of the account, whom the table of people knows and rolegate perhaps not."""
    login = form.one("user")
    if login not in visit.people:
        raise HTTPException(400, "nobody of this account is called that")
    return visit.done(visit.admin.assign(user=login, role=role), f"{LIST}/{role}/people")


@router.post("/roles/{role}/people/{key}/revoke")
def revoke(role: str, key: str, visit: AVisit) -> Response:
    shown = Roles.of(visit).role(role)
    line = next((one.line for one in shown.holders if one.key == key), None) if shown else None
    if line is None:
        return visit.page("problem.html", 409, problems=[visit.words("That is gone already.")], back=LIST)
    return visit.done(visit.admin.make(Revoke(line)), f"{LIST}/{role}/people")


@router.get("/history")
def show_history(visit: AVisit, before: Before = None) -> HTMLResponse:
    """The newest changes, or those before one that was shown; no more are read than are shown."""
    titles = Roles.of(visit).titles()
    entries = visit.admin.history(newest=NEWEST, before=before)
    told = [(entry, _said(entry, titles, visit), _why_not_undone(entry, visit)) for entry in entries]
    older = entries[-1].number if len(entries) == NEWEST and entries[-1].number > 1 else None
    return visit.page("history.html", entries=told, older=older)


def _said(entry: AdminEntry, titles: Titles, visit: Visit) -> list[str]:
    if entry.applied is not None:
        return [visit.words("The policy of the application was changed.")]
    return [text for change in entry.documents for text in in_words(change, titles, visit)]


def _why_not_undone(entry: AdminEntry, visit: Visit) -> str:
    if entry.applied is not None:
        return visit.words("Only the makers of the application can take this back.")
    if not entry.documents:
        return visit.words("This is forgotten.")
    return why_not(visit, Undo(entry.documents))


@router.post("/history/{number}/undo")
def undo(number: int, visit: AVisit) -> Response:
    return visit.done(visit.admin.undo(number), HISTORY)


def refusal_page(request: Request, error: Exception) -> Response:
    """A change that was refused, with the reasons; nothing was written."""
    visit: Visit = request.state.visit
    if isinstance(error, RefusedChangeError):
        problems = refused(error.refusals, visit)
    elif isinstance(error, ChangeError):
        problems = [sentence(error.message(visit.words.language))]
    else:
        problems = [visit.words("Somebody else was first: nothing was changed. Look again.")]
    status = 403 if isinstance(error, RefusedChangeError) else 409
    return visit.page("problem.html", status, problems=problems, back=LIST)


# Signing in is for the example alone: anybody may say who they are.

entrance = APIRouter()


@entrance.get("/sign-in", dependencies=[Depends(rg.public)])
def sign_in_form() -> HTMLResponse:
    return edit_role.plain_page("sign_in.html", words_in(None))


@entrance.post("/sign-in", dependencies=[Depends(rg.public), Depends(from_own_pages)])
def sign_in(form: AForm) -> Response:
    user, account = form.one("user"), form.one("account")
    if not USER.fullmatch(user) or account not in gate.policy.domains:
        raise HTTPException(404, "no such account")
    answer = RedirectResponse(LIST, 303)
    answer.set_cookie(COOKIE, f"{user}:{account}", httponly=True, samesite="lax")
    return answer


def install(app: FastAPI) -> None:
    app.include_router(router)
    app.include_router(entrance)
    app.get("/assets/{name}", dependencies=[Depends(rg.public)])(asset)
    for error in (RefusedChangeError, ChangeError, ConflictError):
        app.add_exception_handler(error, refusal_page)
