"""The only importer of SQL. `database` holds the two verbs, `schema` the tables; each other module is for one thing."""
