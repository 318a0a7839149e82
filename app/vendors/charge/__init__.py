"""Charge (chargeapi.co): charging sessions and reservations for fleets and drivers."""
