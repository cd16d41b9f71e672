"""The proof of a checklist: its formulas, the solver, its sentences, and a process to run it in."""
