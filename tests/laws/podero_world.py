"""A world of Podero's with a model of it, and what random calls choose from."""

from collections.abc import Iterator
from random import Random
from typing import Final

import httpx2
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
)

from tests.laws.charge_calls import spoiled
from tests.laws.podero_calls import DEVICES, Body
from tests.laws.podero_model import Member, PoderoModel
from tests.laws.vendor_client import Row, create

CHANCE: Final = st.integers(0, 2**40).map(Random)
_BASE: Final = "/api/partners/v2.0"
UNKNOWN: Final = "00000000-0000-4000-8000-000000000000"
_OLD: Final = 2
"""How many users from before are called, besides the sample."""


class PoderoWorld(RuleBasedStateMachine):
    """A world of each of two seeds; the second only lends its ids to calls in the first."""

    http: httpx2.Client
    names: Iterator[int]

    @initialize()
    def begin(self) -> None:
        self.client, self.other = (create(self.http, "podero", _BASE, self.names, seed) for seed in (1, 2))
        self.model, self.seen = PoderoModel(), 0
        keys, theirs = (each.sample()["credentials"]["podero"] for each in (self.client, self.other))
        self.org = keys["org_id"]
        listed = [row["id"] for row in self.client.good("GET", f"/org/{self.org}/users")]
        for each in dict.fromkeys([keys["user_id"], *listed[:_OLD]]):
            self._meet(each)
        ours = set(listed)
        rows = self.other.good("GET", f"/org/{theirs['org_id']}/users")
        self.strays = [row["id"] for row in rows if row["id"] not in ours][:5]
        base = f"/org/{theirs['org_id']}/users"
        self.stray_devices = {
            kind: [row["id"] for each in self.strays for row in self.other.good("GET", f"{base}/{each}/{kind}")]
            for kind in DEVICES
        }
        self.emails = 0

    def _changed(self, method: str, place: str, body: Body) -> Row | None:
        """What a call answers that changes something; one that is refused changes nothing."""
        before = self.client.exported()
        answer = self.client.ask(method, place, body=body)
        if answer.is_success:
            shown: Row = answer.json()
            return shown
        assert self.client.exported() == before, (place, body)
        return None

    def _body(self, body: Body, chance: Random) -> Body:
        return spoiled(body, chance) if chance.random() < 0.15 else body

    def _path(self, user_id: str) -> str:
        return f"/org/{self.org}/users/{user_id}"

    def _meet(self, user_id: str) -> None:
        """Takes a user into the model as it is shown."""
        member = Member()
        for row in self.client.good("GET", f"{self._path(user_id)}/energy-contracts"):
            member.contracts[row["id"]] = row
        for kind in DEVICES:
            rows = self.client.good("GET", f"{self._path(user_id)}/{kind}")
            member.devices[kind] = [row["id"] for row in reversed(rows)]
        self.model.members[user_id] = member

    def _note(self, target: str, kind: str, shown: Row) -> None:
        deleted = self.model.members[target].deleted[kind]
        if shown["deleted_at"] is None:
            deleted.discard(shown["id"])
        else:
            deleted.add(shown["id"])

    def _user(self, chance: Random) -> str:
        is_stray = chance.random() < 0.08 or not self.model.members
        ids = [*self.strays, *self.model.removed, UNKNOWN] if is_stray else sorted(self.model.members)
        return chance.choice(ids)

    def _id(self, chance: Random, mine: list[str], others: list[str]) -> str:
        return chance.choice([*others, UNKNOWN] if chance.random() < 0.15 or not mine else mine)

    def _buildings(self, target: str) -> list[str]:
        member = self.model.members.get(target)
        return [] if member is None else list(member.buildings)

    def _all_buildings(self, target: str) -> list[str]:
        return [each for one, member in self.model.members.items() if one != target for each in member.buildings]

    def _device(self, chance: Random, kind: str) -> tuple[str, str]:
        target = self._user(chance)
        member = self.model.members.get(target)
        others = [each for one, it in self.model.members.items() if one != target for each in it.devices[kind]]
        mine = [] if member is None else member.devices[kind]
        return target, self._id(chance, mine, [*others, *self.stray_devices[kind]])
