"""From YAML text to shaped documents; every value remembers its file, line and column."""
