"""One role: its boxes, a preview of who gains and loses, and the save, which no other save is lost by."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, Response

from helpdesk.boxes import Titles, boxes, clicked, open_boxes
from helpdesk.pages import HEADERS, AForm, AVisit, Filled, Visit, templates
from helpdesk.roles import Roles, Shown, why_not
from helpdesk.told import gains_and_losses, in_words, refused
from helpdesk.words import Words
from rolegate import Draft
from rolegate.changes import EditRole
from rolegate.errors import ConflictError, RefusedChangeError, RolegateError, UnknownNameError
from rolegate.store.admin_history import AdminEntry

router = APIRouter()

MOST = 200
"""So many of the last changes are looked at for those that somebody has not seen."""


@dataclass(frozen=True)
class Edited:
    """A role while somebody edits it: what the form says, over the revision that they saw."""

    role: Shown
    draft: Draft
    seen: int
    now: int
    titles: Titles
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, visit: Visit, form: Filled | None = None) -> Edited:
        """The role as it is, or as a *form* has it: its grants before the clicks, and the clicks."""
        roles = Roles.of(visit)
        shown = roles.role(name)
        if shown is None:
            raise HTTPException(404, "no such role")
        titles = roles.titles()
        try:
            if form is None:
                draft, now = visit.admin.draft(name)
            else:
                draft, now = visit.admin.draft(name, grants=form.all("grant"))
        except UnknownNameError as error:
            raise HTTPException(404, "no such role") from error
        except RolegateError as error:
            raise HTTPException(400, "this form was not made by these pages") from error
        if form is None:
            return cls(shown, draft, now, now, titles)
        done = clicked(draft, form.one("shown") or "{}", set(form.all("box")), titles, visit.words)
        title = form.one("title")[:100] or draft.title
        return cls(shown, done.draft.called(title=title), form.number("seen"), now, titles, done.notes)

    def page(self, visit: Visit, template: str = "role.html") -> HTMLResponse:
        """The form, or a part of it."""
        language = visit.words.language
        closed = self._closed(visit)
        mine = {box.id: box for box in visit.me.tree(locale=language).walk()}
        root = boxes(self.draft.tree(language), mine, visit.words, closed)
        return visit.page(template, edited=self, root=root, shown=open_boxes(root), closed=closed)

    def _closed(self, visit: Visit) -> str:
        """Why nothing of the role can be changed; whoever may only take away from it, may do that."""
        if not self.role.own:
            return visit.words("This role comes with the help desk. Clone it to change it.")
        touched = EditRole(self.role.name, visit.account, {"description": f"{self.draft.description}."})
        refusals = visit.admin.may(touched)
        return " ".join(refused((one for one in refusals if one.reason != "stronger"), visit))

    def conflict(self, visit: Visit) -> HTMLResponse:
        """What others changed since the form was opened, beside what it says."""
        own = (self.role.name, "role")
        about = [
            entry
            for entry in reversed(visit.admin.history(newest=MOST))
            if any((change.name.name, change.name.kind) == own for change in entry.documents)
        ]
        entries = about[-(self.now - self.seen) :] if self.now > self.seen else about[-1:]
        told = [(entry, self._said(entry, visit)) for entry in entries]
        return visit.page("conflict.html", 409, edited=self, entries=told)

    def _said(self, entry: AdminEntry, visit: Visit) -> list[str]:
        return [text for change in entry.documents for text in in_words(change, self.titles, visit)]


def plain_page(template: str, words: Words) -> HTMLResponse:
    """A page for somebody who is not known yet."""
    return HTMLResponse(templates.get_template(template).render(visit=None, _=words), headers=HEADERS)


@router.get("/roles/{role}")
def show_role(role: str, visit: AVisit) -> HTMLResponse:
    return Edited.of(role, visit).page(visit)


@router.post("/roles/{role}/boxes")
def click_boxes(role: str, visit: AVisit, form: AForm) -> HTMLResponse:
    """The form after some clicks; nothing is saved. The script asks for this after each of them."""
    return Edited.of(role, visit, form).page(visit)


@router.post("/roles/{role}/preview")
def preview(role: str, visit: AVisit, form: AForm) -> HTMLResponse:
    """Who would gain and lose what, before anything is saved."""
    edited = Edited.of(role, visit, form)
    if edited.seen != edited.now:
        return edited.conflict(visit)
    change = visit.admin.edited(edited.draft)
    reason = why_not(visit, change)
    try:
        told = gains_and_losses(visit.admin.preview(change), role, edited.titles, visit)
    except RefusedChangeError:
        told = {"gains": [], "losses": []}  # the set would not be valid: the reason says why
    return visit.page("preview.html", edited=edited, told=told, reason=reason)


@router.post("/roles/{role}")
def save(role: str, visit: AVisit, form: AForm) -> Response:
    edited = Edited.of(role, visit, form)
    try:
        made = visit.admin.save(edited.draft, edited.seen, reason=form.one("reason")[:500])
    except ConflictError:
        return Edited.of(role, visit, form).conflict(visit)
    return visit.done(made, f"/settings/roles/{role}")
