"""The control API, `/_sandbox/v1`: worlds, their keys and their clocks."""

from .router import application

__all__ = ["application"]
