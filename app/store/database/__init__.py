"""The database itself, SQLite or PostgreSQL. `ask` reads and `change` writes, in one transaction each."""
