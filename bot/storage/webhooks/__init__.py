"""Webhooks: their tables, what one workspace does with them, and what is due over all of them."""
