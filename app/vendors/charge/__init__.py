"""Charge (chargeapi.co): fleets with drivers and vehicles, who reserve, charge and pay."""
