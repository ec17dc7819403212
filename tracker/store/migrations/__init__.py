"""The history of the tables, for Alembic, packaged so that an installed service can bring them up to date.

A step takes nothing away that the version before it needs: while one host after the other gets the new
version, both work on the same tables. What nobody needs any more goes with a later version.
"""
