"""Scenario files: their schema, their validation with line numbers, and their conversion to domain objects."""
