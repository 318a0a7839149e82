"""Tables, indexes and the schema's version."""
