"""Use cases: each public method is one sentence that a member would say."""
