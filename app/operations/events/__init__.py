"""What happens in a world that no vendor's API causes: a module per subject, each with its `EVENTS` by name."""
