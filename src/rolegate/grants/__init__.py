"""Who holds what: rights, roles, domains and the lines that bind them."""
