"""What all HTTP APIs of a server share: routing, bodies, errors, responses, and the way from a key to a world."""
