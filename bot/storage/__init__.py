"""Where everything is kept: SQLAlchemy, and nothing else."""
