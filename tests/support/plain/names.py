"""Names that a careless compiler, CSV reader or matcher would trip over."""

from hypothesis import strategies as st

HOSTILE = (
    "ana",
    "admin",
    "role:admin",
    "user:ana",
    "team:default/ana",
    "default",
    "-",
    "*",
    "a*",
    ":x",
    ":every",
    ":full",
    ":id/*",
    "a/b",
    "/",
    "%",
    "%2F",
    "%252F",
    "a,b",
    "a, b",
    ", deny",
    "allow",
    "deny",
    'q"uote',
    '"',
    '"ana"',
    "it's",
    "line\nbreak",
    "\r\n",
    "\t",
    " ",
    " ana",
    "ana ",
    "#ana",
    "[x]",
    "]",
    "]@all",
    "[",
    "(",
    ")",
    "{}",
    "a]@my[b",
    "a@b.c",
    "\\",
    "\\n",
    "gate:plan=pro",
    "p, ana",
    "$(x)",
    ".*",
    "no",
    "017",
    "12:30",
    "~",
    "null",
    "\u202eana",
    "\u0430na",
    "Ana",
    "\u00e9",
    "e\u0301",
    "\u00df",
    "\u2028",
    "\x85",
    "\ufeff",
    "\x01",
    "\U0001f600",
    "\u0130",
    "r.sub",
    "eval(1)",
)
"""Also each other's prefixes, encodings, cases and look-alikes."""

WORDS = ("a", "b", "show", "edit", "admin", "all", "p", "g2", "eft", "A-1", "x_y", "View")
"""Names that take part in the grammar: letters, digits, `_` and `-` only."""

ALIASES = (
    "read:org",
    "admin.user",
    "a b",
    "role:admin",
    "-",
    "a,b",
    "%2A",
    '"',
    "\u00e9",
    ":every",
    "a.b.c.d.e",
)

NAMES = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5),
)


def pools(size: int) -> st.SearchStrategy[list[str]]:
    """A few names that one policy set uses for everything: users, teams, roles, domains, instances."""
    return st.lists(NAMES, min_size=size, max_size=size, unique=True)
