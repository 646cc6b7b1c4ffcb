"""What can be granted: permissions, groups, scopes, resources, availability."""
