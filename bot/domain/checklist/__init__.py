"""A checklist: what is asked, what its rules make of the answers, and the proof that they do.

Read in this order: ``rules`` (what can be said about answers), ``model`` (what is asked, and when),
``answers`` (how they come in), ``verdict`` (what the rules make of them), ``totality`` (the proof
that every combination of answers gets a verdict).
"""
