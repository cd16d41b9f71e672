"""Past clients and refusals that a team enters from memory, to have figures from the first day.

They are not prospects: nobody decides about them, is reminded of them or asked how they turned out.
What the checklist says of their answers is kept with them, and counted apart from lived prospects.
"""
