"""A world as a file: the codec and its validation, without a database."""
