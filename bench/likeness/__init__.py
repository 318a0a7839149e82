"""The simulated sessions beside real charging. `python -m bench.likeness` compares and draws docs/likeness.svg."""
