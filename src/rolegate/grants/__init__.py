"""Who holds what: roles, domains and bindings become rights."""
