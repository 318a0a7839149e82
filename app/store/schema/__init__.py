"""Tables and indexes, how rows become entities, and the number of the schema with the steps that lead to it."""
