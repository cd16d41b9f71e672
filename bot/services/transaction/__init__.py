"""The steps that use cases share inside one transaction."""
