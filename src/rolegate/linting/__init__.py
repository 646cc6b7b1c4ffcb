"""Lint: what a reviewer would question in a policy set that is valid; each rule is a file of its own."""
