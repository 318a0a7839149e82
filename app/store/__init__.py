"""The database, and the only package that imports SQLAlchemy and SQLModel.

`database` runs transactions and `schema` declares the tables; each other module reads and writes one kind of entity.
"""
