"""The compiled form: plain Casbin lines, canonical, with the place each comes from."""
