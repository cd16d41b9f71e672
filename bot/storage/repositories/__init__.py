"""Row to domain object and back, one module per noun; a repository sees one workspace only."""
