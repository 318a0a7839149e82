"""Estimations: what a session would deliver and cost; created, and retrieved until they expire."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any, ClassVar, Final

import orjson
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ....domain.clock import HOUR, millis
from ....domain.currencies import decimals  # noqa: F401
from ....domain.estimates import CostLine, Estimate
from ....domain.ids import prefixed_id
from ....domain.models import Document
from ....domain.pricing import currency, tariff
from ....operations.estimates import estimate_at
from ....store import documents
from ....store.sessions import take_number
from ....store.world_transaction import WorldTransaction, one_statement
from ....web.routing import OperationRoute
from ..auth import ChargeWorld
from ..changes import answer_change
from ..errors import ChargeError
from ..expand import Expandable
from ..inputs import Input, OnlyExpand, Reference, Whole, body_of
from ..reads import answer_object
from ..vendor import CHANNEL, NAME
