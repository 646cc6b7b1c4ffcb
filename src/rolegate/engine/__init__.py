"""Decisions: a question goes in, an answer with its reason comes out."""
