"""The vendors' APIs. Each shows the simulated world in its own words and decides nothing; none knows another."""
