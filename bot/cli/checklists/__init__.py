"""`walkaway checklist` where it needs a database: what is in use, and what came of it."""
