"""A charging session: its power plan, how it starts, what changes it, and what it looks like at an instant."""
