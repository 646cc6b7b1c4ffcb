"""A Casbin enforcer that answers from an index where its model allows that."""
