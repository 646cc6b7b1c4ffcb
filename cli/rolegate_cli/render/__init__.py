"""How answers look: trees, matrices and diagnostics for people and for other tools."""
