"""Answers in a language of the set: their reasons, notes, steps and suggestions."""

from __future__ import annotations

from dataclasses import replace

from rolegate.answers.explain import Explanation, explain
from rolegate.answers.explanation_step import ExplanationStep
from rolegate.engine.decision import Decision
from rolegate.engine.question import DecisionNote, Question
from rolegate.engine.snapshot import Snapshot
from rolegate.engine.speaker import Speaker


def decided(question: Question, snapshot: Snapshot, locale: str | None = None) -> Decision:
    """The decision on *question*; in a language of the set if one is named, otherwise in English with paths.

    Raises:
        UnknownNameError: for a language that the set does not have.
    """
    decision = snapshot.decide(question)
    if locale is None:
        return decision
    return said_decision(decision, Speaker.of(snapshot.resolved, locale, question.domain))


def explained(question: Question, snapshot: Snapshot, locale: str | None = None) -> Explanation:
    """The explanation of the decision on *question*, as `decided`.

    Raises:
        UnknownNameError: for a language that the set does not have.
    """
    found = explain(question, snapshot)
    if locale is None:
        return found
    return said_explanation(found, Speaker.of(snapshot.resolved, locale, question.domain))


def said_decision(decision: Decision, speaker: Speaker) -> Decision:
    """*decision* with its reason and notes in the language of *speaker*."""
    notes = tuple(
        DecisionNote(note.code, speaker.say(note.message), speaker.say(note.help)) for note in decision.notes
    )
    language = speaker.said.language
    return replace(decision, reason=speaker.say(decision.reason), notes=notes, language=language)


def said_explanation(explanation: Explanation, speaker: Speaker) -> Explanation:
    """*explanation* in the language of *speaker*; grants, files and places stay as they are."""
    return replace(
        explanation,
        decision=said_decision(explanation.decision, speaker),
        chain=_steps(explanation.chain, speaker),
        blocked=_steps(explanation.blocked, speaker),
        nearest=tuple(replace(change, text=speaker.say(change.text)) for change in explanation.nearest),
    )


def _steps(steps: tuple[ExplanationStep, ...], speaker: Speaker) -> tuple[ExplanationStep, ...]:
    return tuple(replace(step, text=speaker.say(step.text)) for step in steps)
