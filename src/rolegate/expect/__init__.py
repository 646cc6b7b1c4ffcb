"""Expectations: what a policy set should answer, with every name looked up."""
