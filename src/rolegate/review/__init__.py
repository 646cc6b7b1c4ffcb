"""Review: what a change of a policy does to people's access, and what has to stay true of it."""
