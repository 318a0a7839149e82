"""Numbers and texts from a stream of their own, so that drawing one more changes nothing that is drawn elsewhere."""

from hashlib import blake2b
from typing import Final, TypeVar

Value = TypeVar("Value")

_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"
_FRACTION: Final = 1 << 40


class Draws:
    """What is drawn for one thing, by the seed, its kind and its number. It is good for some eighty letters."""

    def __init__(self, seed: int, kind: str, n: int) -> None:
        self._left = int.from_bytes(blake2b(f"{seed}/details/{kind}/{n}".encode()).digest())

    def below(self, most: int) -> int:
        """A whole number from 0 to `most` - 1."""
        self._left, found = divmod(self._left, most)
        return found

    def share(self) -> float:
        """A number from [0, 1)."""
        return self.below(_FRACTION) / _FRACTION

    def choice(self, values: tuple[Value, ...]) -> Value:
        """One of the values."""
        return values[self.below(len(values))]

    def text(self, pattern: str, letters: str = _LETTERS) -> str:
        """The pattern with a digit for each `9` in it, and a letter for each `A`."""
        return "".join(
            str(self.below(10)) if sign == "9" else letters[self.below(len(letters))] if sign == "A" else sign
            for sign in pattern
        )
