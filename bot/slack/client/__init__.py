"""Our calls to the Slack Web API, and what their failures mean."""
