"""Tells Schemathesis what contracts do not say, because generators of clients would stumble over it."""

from typing import Any

import schemathesis


@schemathesis.hook
def before_load_schema(_context: schemathesis.HookContext, raw_schema: dict[str, Any]) -> None:
    """Gives the header `X-Sandbox-At` its format: Schemathesis makes no header by a pattern with hyphens and colons."""
    everywhere = raw_schema.get("components", {}).get("parameters", {}).values()
    operations = (item[method] for item in raw_schema["paths"].values() for method in item.keys() & {"get", "post"})
    own = (parameter for operation in operations for parameter in operation.get("parameters", ()))
    for parameter in (*everywhere, *own):
        if parameter.get("name") == "X-Sandbox-At":
            parameter["schema"] = {**parameter["schema"], "format": "date-time"}
