"""The bounds of a server: what callers may have, and what they may make it do at the same time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most worlds of a server, and the most sessions that may be copied, imported or started in one.

    At the same time `builds` scenarios are drawn, `copies` worlds copied and `forks` forked, `imports` files are taken
    and `exports` written, and days are planned for `advances`; `waiting` callers wait for each, those of files for
    `patience_s`.
    """

    worlds: int = 2_000
    rows: int = 1_000_000
    builds: int = 2
    copies: int = 16
    forks: int = 2
    waiting: int = 200
    imports: int = 4
    exports: int = 16
    advances: int = 4
    patience_s: float = 5.0
