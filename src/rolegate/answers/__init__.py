"""Views of a policy for people: trees, tables, lists and explanations."""
