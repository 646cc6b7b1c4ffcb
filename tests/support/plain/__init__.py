"""A second opinion on what a policy set means: sets of tuples, no code shared with the compiler."""
