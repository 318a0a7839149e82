"""What a caller may do in a world: load, decide, save."""
