"""The access diff of several policy sets, as text and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from rolegate.review.compared_routes import ComparedRoutes
from rolegate.review.diff_markdown import LIMIT, diff_markdown
from rolegate.review.diff_text import diff_lines
from rolegate.review.fitted_lines import text_size
from rolegate.review.set_diff import SetDiff
from rolegate.review.sets_diff import SetsDiff
from rolegate.review.verdict_text import refused_routes, routes_text, verdict_lines, verdict_markdown
from rolegate.texts.escaping import in_markdown, plain


def sets_lines(diff: SetsDiff, routes: ComparedRoutes | None = None) -> Iterator[str]:
    """What changes in each set that changes; otherwise, that nothing does in so many; then the *routes*."""
    changed = told_sets(diff)
    lost = routes.refused if routes is not None else 0
    for number, known in enumerate(changed):
        if number:
            yield ""
        yield f"{plain(title_of(known))}:"
        for line in diff_lines(known.diff) if known.diff is not None else (alone_text(known),):
            yield f"  {line}" if line else ""
        if known.verdict is not None:
            yield ""
            yield from (f"  {line}" for line in verdict_lines(known.verdict, elsewhere=bool(lost)))
    if not changed:
        yield nobody_text(diff)
    if routes is not None:
        yield from routes.report()
        yield from ["", f"refused: {routes_text(lost)}"] if lost else []


def sets_markdown(diff: SetsDiff, routes: ComparedRoutes | None = None) -> str:
    """The comment for all sets; those that no longer fit are named. The *routes* come last."""
    changed = told_sets(diff)
    lost = routes.refused if routes is not None else 0
    end = routes.markdown() if routes is not None else ""
    said, left = [f"{line}\n" for line in refused_routes(lost)], []
    if not changed:
        said.append(f"**Access: {nobody_text(diff)}.**\n")
    room = LIMIT - 2_000 - text_size(end)
    for known in changed:
        judged = () if known.verdict is None else verdict_markdown(known.verdict, elsewhere=bool(lost))
        top = (f"### {in_markdown(title_of(known))}", *judged)
        text = "\n\n".join((*top, f"**{in_markdown(alone_text(known))}.**\n"))
        if known.diff is not None:
            text = diff_markdown(known.diff, top)
        if len(text) > room:
            left.append(in_markdown(known.folder[:100]))
            continue
        room -= len(text) + 1
        said.append(text)
    if left:
        more = f" and {len(left) - 10} more" if len(left) > 10 else ""
        said.append(f"**Access changes in these as well: {', '.join(left[:10])}{more}**\n")
    said += [f"{end}\n"] * bool(end)
    return "\n".join(said)


def told_sets(diff: SetsDiff) -> list[SetDiff]:
    """The sets of which there is something to say."""
    said = {
        known.folder
        for known in diff.sets
        if known.verdict is not None and (known.verdict.refusals or known.verdict.findings)
    }
    return [known for known in diff.sets if known or known.folder in said]


def title_of(known: SetDiff) -> str:
    """The folder of a set, and the one that it was in before."""
    return known.folder if known.former is None else f"{known.former} → {known.folder}"


def alone_text(known: SetDiff) -> str:
    """What is said of a set that one side does not have, and of what the repository only points to."""
    if known.pointer is not None and known.pointer.is_link:
        return f"the link {known.pointer.said}: that is out of the repository, and what is there is not read"
    if known.pointer is not None:
        said = f"the submodule {known.pointer.said}"
        return f"{said}: its policy sets are not read, compare them in its repository"
    if known.state == "new":
        said = "the policy set is new: it is compared with nothing, and whatever it gives is a gain"
        return f"{said}; `rolegate report` shows it"
    return "the policy set is gone: it is compared with nothing, and all that it gave is taken away"


def nobody_text(diff: SetsDiff) -> str:
    """That nothing changes, in so many sets."""
    number = len(diff.sets)
    return f"nobody's access changes in {number} policy set{'' if number == 1 else 's'}"
