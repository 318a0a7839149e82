"""The vendors' APIs. Each shows the one simulated world in its own words; none decides what happens, none knows another."""
