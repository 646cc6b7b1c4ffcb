"""Policies in a SQL database: items that files or tenants own, and the rules that Casbin reads."""
