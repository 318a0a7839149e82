"""The life of a world: create, fork, reset, delete; templates, copies, start-up and clean-up."""
