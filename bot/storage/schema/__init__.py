"""The shape of the database: column types, constraints, append-only tables, migrations."""
