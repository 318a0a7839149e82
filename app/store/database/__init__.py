"""The database itself: two verbs, `ask` and `change`, on SQLite and on PostgreSQL."""
