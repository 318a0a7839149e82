"""The control API of a running server, from outside: an HTTP client and its errors."""
