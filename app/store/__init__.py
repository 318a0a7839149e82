"""SQL, and only here. Two verbs reach the database: `ask` reads, `change` writes; nobody else commits."""
