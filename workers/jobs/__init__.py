"""Recurring jobs, three lines each: open a transaction, call one action. What they do is the action's to say."""
