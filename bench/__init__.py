"""The benchmark: Wattif under load beside the same bytes as a constant, its start-up, its memory and its clock.

Whatever it starts it ends, and it asks nobody but this machine.
"""
