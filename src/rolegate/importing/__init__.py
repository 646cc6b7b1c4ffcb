"""Policies of other programs become policy sets, with a report of what could not be said."""
