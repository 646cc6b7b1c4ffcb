"""The law of `fmt` and `lint --fix`, on drawn sets full of comments in which nothing is in its form."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from drawing import examples
from formatted_sets import FormattedTally, format_and_mend
from plain.strategies import Files, policy_sets


@examples(30)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_what_is_formatted_and_mended_means_the_same(files: Files, seed: int) -> None:
    """Lines, findings, access and comments; a second run changes nothing. The command draws 1,500 files."""
    format_and_mend(files, seed, FormattedTally())
