"""Pending actions of devices: their ids, and the signed secrets with which an action is resolved and reported.

Nothing is kept of an action before it is started: its id follows from the device and from when its link was lost, and
the secret says which device that is. A secret begins with the link key of its world (PODERO-032).
"""

import re
from dataclasses import dataclass
from hashlib import blake2b
from hmac import compare_digest
from typing import Final

from starlette.requests import Request

from ...domain import ids
from ...domain.clock import HOUR, MILLISECOND
from ...store.world import World
from ...web.app_context import context_of
from ...web.world_access import place_of
from .device_models import KINDS
from .devices import Device
from .errors import PoderoError

_SHORT_FORMS: Final = {kind: name for name, kind in KINDS.items()}
_PATH: Final = "/api/partners/v2.0/cues"
_LASTS: Final = HOUR
_SECRET: Final = re.compile(
    r"(?P<link_key>[A-Za-z0-9]{8,64})\.(?P<name>ev|hp|iv|wb)\.(?P<device>[0-9a-f]{32})"
    r"\.(?P<until>[0-9]{1,16})\.(?P<mac>[0-9a-f]{32})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Secret:
    """What a secret says: the link key of its world, and the kind and the id of the device. `until` is in ms."""

    link_key: str
    kind: str
    device: str
    until: int


def id_of_cue(world: World, device: str, lost_at: int) -> str:
    """The id of the action that a device needs since it lost its link."""
    return ids.uuid_text(world.seed, "cue", f"{device}/{lost_at}")


def resolution_url(request: Request, kind: str, device: Device) -> str | None:
    """Where the pending action of a device is resolved; None if there is none.

    `kind` is that of the device's document. The secret in the link is valid for an hour.
    """
    place = place_of(request)
    if device.cloud_lost_at is None or place is None:
        return None
    secret = _written(place.world, Secret(place.world.link_key, kind, device.id, (place.now + _LASTS) // MILLISECOND))
    origin = context_of(request).links.origin(request)
    return f"{origin}{_PATH}/{id_of_cue(place.world, device.id, device.cloud_lost_at)}/resolve?secret={secret}"


def read_secret(text: str) -> Secret:
    """What a secret says; its signature is not checked yet. Raises PoderoError (403)."""
    found = _SECRET.fullmatch(text)
    if found is None:
        raise forbidden("The secret is not one that an action has.")
    device = found["device"]
    dashed = "-".join((device[:8], device[8:12], device[12:16], device[16:20], device[20:]))
    return Secret(found["link_key"], KINDS[found["name"]], dashed, int(found["until"]))


def check_secret(world: World, secret: Secret, text: str, now: int) -> None:
    """Refuses a secret that another world has signed, that is forged, or that has expired. Raises PoderoError (403)."""
    if secret.link_key != world.link_key or not compare_digest(_written(world, secret), text):
        raise forbidden("This world has not signed the secret.")
    if now >= secret.until * MILLISECOND:
        raise forbidden("The secret has expired: it is valid for an hour of the world's time.")


def forbidden(reason: str) -> PoderoError:
    """The refusal of a secret."""
    return PoderoError(403, "Forbidden", reason=reason)


def _written(world: World, secret: Secret) -> str:
    said = f"{secret.link_key}.{_SHORT_FORMS[secret.kind]}.{secret.device.replace('-', '')}.{secret.until}"
    mac = blake2b(said.encode(), key=ids.secret(world.seed, "cue"), digest_size=16).hexdigest()
    return f"{said}.{mac}"
