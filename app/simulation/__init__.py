"""What time it is in a world, what a caller may do there, and how worlds come to be."""
