"""Giving: whether somebody may give what a change gives, and may edit the role that it edits."""
