"""Review: what a change of a policy does to people's access."""
