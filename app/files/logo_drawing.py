"""Draws an operator's logo as SVG: a bird on a coloured ground above the operator's initials.

The operators of the catalogue are called after birds. Ground and bird are chosen by the name, so an operator has the
same logo everywhere, and neighbours in a list look different.
"""

from colorsys import hls_to_rgb
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from html import escape
from string import Template
from typing import Final

_HUES: Final = 24
_BIRDS: Final = (
    # A songbird on its feet, a bird on the wing, a swallow, and a heron: the body, and the wing upon it.
    (
        "M10 27C9 16 20 8 31 11C33 5 43 3 47 10L54 13L47 16C47 29 39 36 29 36L28 41H25V36C22 36 19 35 17 34L6 42Z",
        "M20 22C26 16 35 18 37 25C31 30 24 29 20 22Z",
        (42, 10.5),
    ),
    (
        "M4 12C16 8 26 12 32 22C36 13 46 7 60 9C52 13 47 20 44 28L52 30L43 34C36 39 25 40 13 36L24 31C19 24 13 17 4 12",
        "M32 22C33 26 33 28 36 31C38 25 42 18 47 13C40 14 35 17 32 22Z",
        (43.5, 30.5),
    ),
    (
        "M8 6C22 8 32 14 37 21C44 19 51 22 53 27L58 29L52 31C48 36 40 37 33 34L20 42L24 33L8 36L26 27C20 22 13 14 8 6Z",
        "M18 12C26 14 33 19 37 25C31 25 24 20 18 12Z",
        (49, 26.5),
    ),
    (
        (
            "M8 26C14 15 27 14 35 20C38 17 38 13 37 9C37 4 43 2 47 5L58 9L46 10C46 18 45 26 37 31"
            "C34 33 31 34 29 34V42H27V34H25V42H23V33C17 33 12 30 8 26Z"
        ),
        "M15 24C20 18 28 19 32 24C27 29 20 29 15 24Z",
        (42.5, 7.2),
    ),
)
_SVG: Final = Template(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="256" height="256" role="img"'
    ' aria-labelledby="name"><title id="name">$name</title>'
    '<rect x="1" y="1" width="62" height="62" rx="14" fill="$ground" stroke="#fff" stroke-opacity=".25"/>'
    '<path d="$body" fill="#fff"/><path d="$wing" fill="$accent"/>'
    '<circle cx="$eye_x" cy="$eye_y" r="1.4" fill="$ground"/>'
    '<text x="32" y="58" text-anchor="middle" fill="#fff" font-family="system-ui,sans-serif" font-size="14"'
    ' font-weight="700" letter-spacing="1">$initials</text></svg>'
)


@dataclass(frozen=True, slots=True)
class Colours:
    """The ground and the accent of a logo, as `#rrggbb`."""

    ground: str
    accent: str


@lru_cache(maxsize=1024)
def svg(name: str) -> str:
    """The logo of an operator."""
    body, wing, (eye_x, eye_y) = _BIRDS[_drawn(name) // _HUES % len(_BIRDS)]
    drawn = colours(name)
    return _SVG.substitute(
        name=escape(name),
        initials=escape(initials(name)),
        body=body,
        wing=wing,
        eye_x=eye_x,
        eye_y=eye_y,
        ground=drawn.ground,
        accent=drawn.accent,
    )


def colours(name: str) -> Colours:
    """The colours of an operator. White text on the ground has a contrast of at least 4.5 to 1."""
    hue = _drawn(name) % _HUES / _HUES
    return Colours(_rgb(hue, 0.27, 0.62), _rgb(hue, 0.62, 0.55))


def initials(name: str) -> str:
    """The first letters of the first and the last word, or of the only one."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def _drawn(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "big")


def _rgb(hue: float, lightness: float, saturation: float) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in hls_to_rgb(hue, lightness, saturation))
