"""The vendors' faces. Each translates the one world into its own words and decides nothing; none knows another."""
