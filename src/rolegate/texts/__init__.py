"""Texts, whatever they say: what can be seen of one, how it is shown without harm, what it is almost like."""
