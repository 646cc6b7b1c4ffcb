"""What a pattern is said to cover of a kind is what Casbin's own functions match of it."""

from __future__ import annotations

import itertools

import casbin.util
from hypothesis import given
from hypothesis import strategies as st

from drawing import examples
from rolegate.importing.object_templates import ObjectTemplate, cover, template_of

FUNCTIONS = {
    "keyMatch": casbin.util.key_match,
    "keyMatch2": casbin.util.key_match2,
    "keyMatch3": casbin.util.key_match3,
    "regexMatch": casbin.util.regex_match,
}
_SEGMENTS = ("a", "b", "1", "a.b", ":x", "{x}", "*", "a*", "", "a:b", "a?", "b+")
_IDS = ("a", "b", "1", "a.b", "ab", "z:y", "a?", "aa")

templates = st.builds(
    lambda literals, rest: ObjectTemplate((*(f"/{text}/" for text in literals), ""), rest),
    st.lists(st.sampled_from(("a", "b", "a/b", "a.b")), min_size=1, max_size=2),
    st.booleans(),
) | st.sampled_from((ObjectTemplate(("a:", ""), rest=True),))
patterns = st.lists(st.sampled_from(_SEGMENTS), min_size=1, max_size=5).map(
    lambda parts: "/" + "/".join(parts)
) | (st.sampled_from(("*", "a:*", "a:1", "a*", ".*", "^/a/.*", "a:b")))


def fits(ids: tuple[str, ...], covered: object) -> bool:
    """Whether a grant on *covered* is one on *ids*."""
    return isinstance(covered, tuple) and all(one in (None, id) for one, id in zip(covered, ids, strict=True))


@given(st.sampled_from(sorted(FUNCTIONS)), patterns, templates)
@examples(1500, 30)
def test_a_cover_is_what_casbin_matches(function: str, pattern: str, template: ObjectTemplate) -> None:
    """All that is covered matches, and all that matches is covered, unless that is said to be unknown."""
    covered = cover(function, pattern, template)
    if covered == "some":
        return
    last = (*_IDS, "a/b", "1/x") if template.rest else _IDS
    for ids in itertools.product(*([_IDS] * (template.depth - 1)), last):
        text = template.write(ids)
        try:
            matched = FUNCTIONS[function](text, pattern)
        except Exception:  # Casbin raises for this pattern, and then the line is left out
            return
        if template.read(text) == ids and (function != "keyMatch" or "*" in pattern):
            assert matched == fits(ids, covered), (function, pattern, template, text, covered)


@given(st.sampled_from(("keyMatch", "keyMatch2", "keyMatch3")), patterns)
@examples(800, 30)
def test_the_kind_of_a_pattern_is_all_of_it(function: str, pattern: str) -> None:
    """A pattern that makes a kind covers each of its instances."""
    template = template_of(function, pattern)
    if template is not None:
        assert (None,) * template.depth == cover(function, pattern, template)


def test_a_shape_that_people_write_is_read_as_it_is_shown() -> None:
    """`/invoice/{id}`, `doc:{id...}`; what has no id, or one in front, is no shape."""
    assert ObjectTemplate(("/invoice/", "")) == ObjectTemplate.written("/invoice/{id}")
    assert ObjectTemplate(("doc:", ""), rest=True) == ObjectTemplate.written("doc:{id...}")
    assert "/a/{x}/b/{y...}" == ObjectTemplate(("/a/", "/b/", ""), rest=True).said(("x", "y"))
    assert [None] * 4 == [
        ObjectTemplate.written(text) for text in ("/a", "{id}/x", "/a/{x...}/b", "/a/{x}{y}")
    ]
