"""The proof of a checklist: its formulas, the solver, its sentences, and a process for it."""
