"""The history of the tables, for Alembic, packaged so that an installed service can bring them up to date."""
