"""What the process from which all others are forked has done, so that none of them does it again.

To import this is to do it. No collector looks through what is frozen: in a child it would copy
every page that the child shares with its parent.
"""

import gc

from bot import checklists
from bot.domain.checklist.rules import LANGUAGES
from bot.slack.texts import texts_in

checklists.default()
for each in LANGUAGES:
    texts_in(each)
gc.collect()
gc.freeze()
