"""Podero's resources: each module has a `router`, what its operations take, and how the resource is shown."""
