"""Answers beyond yes and no: explanations, lists of holders and instances, fields, and the matrix."""
