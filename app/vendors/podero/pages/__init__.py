"""Pages for the users of Podero's customers, which stand in for Podero's own: they open by the link key of a world."""
