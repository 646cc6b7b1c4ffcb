"""Small catalogs in which everything may have been called like anything else."""

from typing import Any

from hypothesis import strategies as st

from plain.catalog import Data

Draw = Any
NAMES = ("a", "b", "c")


@st.composite
def named_catalogs(draw: Draw) -> Data:
    """A small catalog in which everything may have been called like anything else."""
    texts = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(".".join)

    def nodes(depth: int) -> Data:
        made: Data = {}
        for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)):
            node: Data = {"title": name}
            if draw(st.integers(0, 3)) == 0:
                node["renamed_from"] = draw(st.lists(texts, min_size=1, max_size=2, unique=True))
            if depth < 2 and draw(st.booleans()):
                node["permissions"] = nodes(depth + 1)
                if draw(st.integers(0, 4)) == 0:
                    node["fields"] = [draw(st.sampled_from(NAMES))]
            elif draw(st.integers(0, 3)) == 0:
                node["aliases"] = [draw(texts)]
            made[name] = node
        return made

    return {"catalog": "drawn", "permissions": nodes(0)}
