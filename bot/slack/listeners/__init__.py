"""What happens on each thing that people do in Slack, by topic.

Every module has tables of handlers by id; `dispatch` finds the handler of a payload
and turns what it refuses into a sentence.
"""
