"""A small Casbin policy of the usual model: who may read and void invoices."""

from plain.casbin_models import INDEXED
from plain.memory_adapter import Row

USUAL = INDEXED["the usual one"]
USUAL_MATCHER = "g(r.sub, p.sub, r.dom) && r.dom == p.dom && r.obj == p.obj"
ROWS: list[Row] = [
    ("p", "p", ["clerk", "acme", "invoice", "read"]),
    ("p", "p", ["boss", "acme", "invoice", "void"]),
    ("p", "p", ["clerk", "beta", "invoice", "read"]),
    ("g", "g", ["ana", "clerk", "acme"]),
    ("g", "g", ["ben", "boss", "acme"]),
    ("g", "g", ["boss", "clerk", "acme"]),
]
