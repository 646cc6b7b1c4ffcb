"""Trees of checkboxes: what somebody holds as people see it, drafts of it, and the grants that say it."""
