"""A checklist: what is asked, what its rules make of the answers, and the proof that they do."""
