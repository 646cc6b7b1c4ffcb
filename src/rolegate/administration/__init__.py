"""Administration: what people change at run time, as values, and whether they may change it."""
