"""The control API, `/_sandbox/v1`: worlds, their clocks, events, exports, and the server itself.

Each resource has a module with its operations, the models that they take, and the functions that write their bodies.
"""

from .application import OPERATIONS, application

__all__ = ["OPERATIONS", "application"]
