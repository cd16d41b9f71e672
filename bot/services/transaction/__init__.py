"""The steps that use cases share within one transaction."""
