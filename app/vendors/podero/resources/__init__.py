"""Podero's resources: each module has a `router`, the inputs of its operations, and functions that show it."""
