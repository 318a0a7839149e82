"""The help of `serve`, which lists the environment variables of its settings."""

from typing import Any

from typer.core import TyperCommand


class ServeCommand(TyperCommand):
    """`serve`, whose help lists the environment variables of its settings."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - Typer does not export their types
        super().format_epilog(ctx, formatter)
        from ..main import ServerSettings  # noqa: PLC0415 - only this help needs the settings of all vendors
        from ..settings import variable  # noqa: PLC0415 - the same

        options = {field: f"the same as {param.opts[0]}" for param in self.params for field in _fields(param.name)}
        with formatter.section("Environment variables, also as lines of a file .env; options take precedence"):
            formatter.write_dl(
                [
                    (variable(name), options.get(name, str(field.description)))
                    for name, field in ServerSettings.model_fields.items()
                ]
            )


def _fields(option: str | None) -> tuple[str, str]:
    """The names that the setting of an option may have."""
    return str(option), f"{option}_url"
