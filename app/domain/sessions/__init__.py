"""A charging session: its power plan, its start, the changes to it, and its values at an instant."""
