"""An application that keeps its users, teams and roles in its own tables."""
