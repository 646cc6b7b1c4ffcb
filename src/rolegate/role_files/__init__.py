"""Role files are changed, written and cloned, always together with the set that they are part of."""
