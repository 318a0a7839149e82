"""Podero Partner: the charging sessions of electric vehicles, at home by the price of the hour, and away."""
