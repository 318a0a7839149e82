"""People, stations, behaviour and day plans, drawn from a seed with Faker and the catalogue."""
