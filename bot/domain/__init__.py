"""The product's rules as plain Python: no I/O, no clock, no environment.

Read in this order: ``rules`` (what can be said about answers), ``checklist`` (what is asked, and
when), ``answers`` (how they come in), ``verdict`` (what the rules make of them), ``totality`` (the
proof that they always make something of them).
"""
