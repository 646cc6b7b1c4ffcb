"""rolegate beside its rivals, on one machine, in one process."""
