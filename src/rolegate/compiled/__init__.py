"""The compiled form: plain Casbin lines, sorted, each with the place it comes from."""
