"""Names from Faker, each from a seed of its own. Its company names may be real brands, so they are not used."""

from collections.abc import Mapping
from typing import Final
from unicodedata import combining, normalize

from faker import Faker

from .people import Namer

_TRADES = ("Logistics", "Taxi", "Couriers", "Car Rental", "Home Care")
_SPECIAL = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th"})


def faker_names(seed: int) -> Namer:
    """Returns a namer that gives the same name for the same seed, kind and number."""
    # All are made here, because each takes 10 ms: the caller runs this in a thread, while others are served.
    fakers = {locale: Faker(locale, use_weighting=False) for locale in ("en_GB", *LOCALES.values())}

    def name(kind: str, country: str, number: int) -> tuple[str, str]:
        faker = fakers[LOCALES.get(country, "en_GB")]
        faker.seed_instance(f"{seed}/{kind}/{number}")
        if kind == "fleet":
            company = f"{faker.last_name()} {_TRADES[number % len(_TRADES)]}"
            return company, f"fleet@{_plain(company)}.example"
        first, last = str(faker.first_name()), str(faker.last_name())
        return f"{first} {last}", f"{_plain(first)}.{_plain(last)}@example.com"

    return name


def _plain(text: str) -> str:
    """The text in small ASCII letters and hyphens, for an address."""
    bare = normalize("NFKD", text.lower().translate(_SPECIAL))
    letters = (letter if letter.isalnum() else "-" for letter in bare if not combining(letter) and letter.isascii())
    return "-".join(part for part in "".join(letters).split("-") if part) or "someone"


LOCALES: Final[Mapping[str, str]] = {
    "DE": "de_DE",
    "AT": "de_AT",
    "CH": "de_CH",
    "FR": "fr_FR",
    "BE": "nl_BE",
    "NL": "nl_NL",
    "LU": "fr_FR",
    "IT": "it_IT",
    "ES": "es_ES",
    "PT": "pt_PT",
    "DK": "da_DK",
    "SE": "sv_SE",
    "NO": "no_NO",
    "FI": "fi_FI",
    "PL": "pl_PL",
    "CZ": "cs_CZ",
    "HU": "hu_HU",
    "GB": "en_GB",
    "IE": "en_IE",
    "EE": "et_EE",
    "SI": "sl_SI",
}
"""The language of people's names, by country."""
