"""The code that all HTTP APIs share: routing, bodies, errors, responses, and access to the world of a key."""
