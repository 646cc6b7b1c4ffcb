"""The exceptions callers meet; what is wrong with a policy file is a diagnostic instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolegate.diagnostics import quoted
from rolegate.wording.languages import wording
from rolegate.wording.phrases import Phrase, spoken

if TYPE_CHECKING:
    from collections.abc import Callable

    from rolegate.diagnostics import Diagnostic
    from rolegate.giving.may_give import Refusal


class RolegateError(Exception):
    """The base of everything rolegate raises on purpose."""

    def message(self, locale: str | None = None) -> str:
        """What to tell whoever asked, in a language where the program has words for it, or in English.

        It raises nothing, whatever the language is: this is where an error is told.
        """
        said = self.args[0] if self.args else ""
        return spoken(said, locale) if locale is not None and isinstance(said, Phrase) else str(self)


def wrong_argument(name: str, value: object, takes: str, instead: str) -> TypeError:
    """What to raise for an argument of the wrong kind, with what to write *instead*."""
    return TypeError(f"`{name}` takes {takes}, not `{type(value).__name__}`: {instead}")


class PolicyNotFoundError(RolegateError):
    """The path holds no policy set."""


class NothingHereError(PolicyNotFoundError):
    """There is no such folder, or no policy set in it or below."""


class RevisionError(RolegateError):
    """A revision of git cannot be read, or holds no such folder."""


class InvalidPolicyError(RolegateError):
    """The policy set has errors; `diagnostics` holds every finding, warnings too.

    `help` says what can be done where the set itself cannot be mended.
    """

    def __init__(self, diagnostics: tuple[Diagnostic, ...], help: str = "") -> None:
        self.diagnostics = diagnostics
        self.help = help
        errors = [d for d in diagnostics if d.severity == "error"]
        shown = "\n".join(str(error) for error in errors[:20])
        more = f"\n… and {len(errors) - 20} more" if len(errors) > 20 else ""
        said = f"the policy set has {len(errors)} error{'s' * (len(errors) != 1)}:\n{shown}{more}"
        super().__init__(f"{said}\n{help}" if help else said)


class SettingsError(RolegateError):
    """The settings of a project cannot be read, or say what is not known."""


class InvalidExpectationsError(InvalidPolicyError):
    """The expectations of a policy set have errors, so none of them is put to it."""


class InvalidQuestionError(RolegateError):
    """The question cannot be asked: it has no subject, or a value of the wrong kind."""


def wrong_kind(key: str, takes: str = "a text") -> InvalidQuestionError:
    """What to raise for a value of *key* that is not what it *takes*."""
    return InvalidQuestionError(f"`{key}` has a value of the wrong kind: it takes {takes}")


class UnknownNameError(RolegateError):
    """Nothing of this `kind` is called `name`, or it does not fit; `help` has the nearest names.

    `said` is the sentence without them.
    """

    def __init__(self, kind: str, name: str, message: str = "", help: str = "") -> None:
        self.kind, self.name, self.help = kind, name, help
        self.said = message or f"unknown {kind} {quoted(name)}"
        super().__init__(self.said + (f"; {help}" if help else ""))


class TreeTooLargeError(RolegateError):
    """A tree has more boxes than anybody can look at; `code` has a page that says what to ask instead."""

    code = "RG608"


class InvalidLinesError(RolegateError):
    """These are not the lines of a compiled policy."""


class CasbinImportError(RolegateError):
    """What a Casbin model says cannot be said as a policy set, or it cannot be read; nothing is imported.

    `diagnostics` says why, where it is about a place in the source.
    """

    def __init__(self, message: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        self.diagnostics = diagnostics
        super().__init__(message)


class RouteLockError(RolegateError):
    """A file of routes and their guards cannot be read, or does not fit what it is compared with."""


class GuardError(RolegateError):
    """A guard of a web route cannot ask about the value that the handler of the route gets."""


class EditError(RolegateError):
    """A file cannot be changed as it was asked, so nothing was written; `diagnostics` says why if it can."""

    def __init__(self, message: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        self.diagnostics = diagnostics
        super().__init__(message)

    @classmethod
    def of_findings(cls, message: str, found: tuple[Diagnostic, ...]) -> EditError:
        """*message* with the first findings below it."""
        shown = "".join(f"\n{finding}" for finding in found[:5])
        more = f"\n… and {len(found) - 5} more" if len(found) > 5 else ""
        return cls(f"{message}:{shown}{more}" if found else message, found)


class ChangeError(RolegateError):
    """A change cannot be made, whoever makes it: what it is about is not there, or is there already."""

    def __init__(self, message: str, code: str = "RG965") -> None:
        self.code = code
        self.said = message
        self.say: Callable[[str, str], str] = spoken
        super().__init__(f"{message} ({self.code})")

    def message(self, locale: str | None = None) -> str:
        """The sentence for whoever asked, in a language; with titles, if it is known of which set."""
        return str(self.said) if locale is None else self.say(self.said, locale)


class RefusedChangeError(RolegateError):
    """Whoever asked for a change may not make it: `refusals` says why, the first of them in the message."""

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        self.refusals = refusals
        self.code = refusals[0].code
        more = f" (and {len(refusals) - 1} more)" if len(refusals) > 1 else ""
        super().__init__(f"{refusals[0]} ({self.code}){more}")

    def message(self, locale: str | None = None) -> str:
        """The sentence for whoever asked, in a language, with titles."""
        first, more = self.refusals[0].message(locale), len(self.refusals) - 1
        return wording(locale)("refused_more", first=first, number=more) if more else first


class StoreError(RolegateError):
    """A store cannot be read or written; where `code` is not empty, it has a page that says more."""

    def __init__(self, message: str, code: str = "") -> None:
        self.code = code
        super().__init__(f"{message} ({code})" if code else message)


class PlanRefusedError(StoreError):
    """A set may not be applied to a store as it is; `reasons` say why, each in one line."""

    def __init__(self, message: str, reasons: tuple[str, ...], code: str) -> None:
        self.reasons = reasons
        shown = "".join(f"\n  {reason}" for reason in reasons[:20])
        more = f"\n  and {len(reasons) - 20} more" if len(reasons) > 20 else ""
        super().__init__(f"{message}:{shown}{more}\nnothing was written", code)


class ConflictError(StoreError):
    """Somebody else changed or owns what was to be written, so nothing was."""
