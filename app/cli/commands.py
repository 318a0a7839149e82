"""The commands that call a running server. Each sends one request, and prints the answer."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ..client import ControlClient, UsageError, calls
from ..client.calls import given
from . import messages
from .answers import show
from .arguments import Lifetime, NewWorld, OneWorld, OtherWorld, Prefix, Raw, Speed, World, examples, with_client
from .files import file_bytes, is_stream, json_of, replaced_file
from .output import say


class _WorldsGroup(TyperGroup):
    """`worlds` without a command lists the worlds."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - Typer does not export its context
        names_command = args and (args[0] == "--help" or not args[0].startswith("-"))
        return super().parse_args(ctx, args if names_command else ["list", *args])


commands = typer.Typer()
_worlds = typer.Typer(
    cls=_WorldsGroup,
    rich_markup_mode=None,
    help="List, show, create, reset and delete worlds.",
    epilog=examples("worlds", "worlds create mine", "worlds show mine", "worlds delete mine"),
)
commands.add_typer(_worlds, name="worlds")


@_worlds.command("list", epilog=examples("worlds list", "worlds list --prefix test-", "worlds list --json"))
@with_client
def list_worlds(client: ControlClient, *, prefix: Prefix = None, raw: Raw = False) -> None:
    """List the worlds; `worlds` alone does the same."""
    show(client.send(calls.list_worlds(prefix)), messages.worlds, raw=raw)


@_worlds.command(
    "show", short_help="Show a world with its keys and sample ids.", epilog=examples("worlds show default")
)
@with_client
def show_world(client: ControlClient, name: World, *, raw: Raw = False) -> None:
    """Show a world: its clock, its credentials, sample ids, and example calls to copy."""
    show(client.send(calls.show_world(name)), messages.world(client.url), raw=raw)


@_worlds.command(
    "create",
    epilog=examples(
        "worlds create",
        "worlds create mine --scenario town --at now --speed 60",
        "worlds create again --fork mine --expires-in PT1H",
        "worlds create checkout --credentials keys.json",
    ),
)
@with_client
def create_world(
    client: ControlClient,
    name: NewWorld = None,
    *,
    scenario: Annotated[
        str | None,
        typer.Option(
            metavar="SCENARIO", help="The scenario it is made from, by its name on the server; default village."
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="The same scenario, seed and start give the same answers.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(metavar="INSTANT", help="When it begins: now, or an RFC 3339 instant.")
    ] = None,
    speed: Speed = None,
    fork: OtherWorld = None,
    expires_in: Lifetime = None,
    credentials: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|JSON",
            help="Keys of your own, as `worlds show --json` has them: a JSON file, - for stdin, or the JSON.",
        ),
    ] = None,
    raw: Raw = False,
) -> None:
    """Create a world with its own credentials and its own clock."""
    call = calls.create_world(
        name,
        scenario=scenario,
        seed=seed,
        start=at,
        speed=speed,
        fork=fork,
        expires_in=expires_in,
        credentials=None if credentials is None else _credentials_in(json_of(credentials)),
    )
    show(client.send(call), messages.world(client.url), raw=raw)


@_worlds.command("reset", epilog=examples("worlds reset documented"))
@with_client
def reset_world(client: ControlClient, name: World, *, raw: Raw = False) -> None:
    """Put a world back to its beginning; its credentials stay the same."""
    show(client.send(calls.reset_world(name)), messages.world(client.url), raw=raw)


@_worlds.command(
    "delete",
    short_help="Delete a world, or all whose names begin with a prefix.",
    epilog=examples("worlds delete mine", "worlds delete --prefix test-"),
)
@with_client
def delete_world(client: ControlClient, name: OneWorld = None, *, prefix: Prefix = None, raw: Raw = False) -> None:
    """Delete a world, or with --prefix all worlds whose names begin so, but for default and documented.

    With --json nothing is printed for one world, because the server's answer is empty.
    """
    if (name is None) == (prefix is None):
        raise UsageError("worlds delete takes either a NAME or --prefix")
    if prefix is not None:
        show(client.send(calls.delete_worlds(prefix)), messages.deleted_by(prefix), raw=raw)
    else:
        show(client.send(calls.delete_world(str(name))), lambda _: messages.deleted(str(name)), raw=raw)


@commands.command(
    short_help="Show, set or advance a world's clock.",
    epilog=examples(
        "clock default",
        "clock default --speed 60",
        "clock mine --by PT8H",
        "clock mine --to 2026-04-02T00:00:00Z",
        "clock mine --until cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4 settled",
    ),
)
@with_client
def clock(
    client: ControlClient,
    name: World,
    *,
    speed: Speed = None,
    by: Annotated[str | None, typer.Option(metavar="DURATION", help="Advance by an ISO 8601 duration: PT8H.")] = None,
    to: Annotated[str | None, typer.Option(metavar="INSTANT", help="Advance to an RFC 3339 instant.")] = None,
    until: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="ID STATUS", help="Advance until a session or reservation has a status: completed."),
    ] = None,
    raw: Raw = False,
) -> None:
    """Show a world's clock, set its speed, or advance it and list what happens on the way."""
    wanted = given(speed=speed, by=by, to=to, until=until)
    if len(wanted) > 1:
        raise UsageError("only one of --speed, --by, --to and --until can be given")
    if speed is not None:
        show(client.send(calls.set_speed(name, speed)), messages.clock(name), raw=raw)
    elif wanted:
        show(client.send(calls.advance(name, by, to=to, until=until)), messages.advance(name), raw=raw)
    else:
        show(client.send(calls.show_clock(name)), messages.clock(name), raw=raw)


@commands.command(
    short_help="Make an event happen in a world, or list the events.",
    epilog=examples(
        "simulate mine",
        "simulate mine unplug cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4",
        "simulate mine station_silent chst_ID --at +PT10M --for PT30M",
        "simulate mine adjustment txn_ID --amount -250",
        "simulate mine price_change chst_ID --price kwh=0.49",
        "simulate mine plug_in veh_ID --battery-level 40",
    ),
)
@with_client
def simulate(
    client: ControlClient,
    name: World,
    event: Annotated[
        str | None, typer.Argument(metavar="EVENT", help="The event; without one, all events are listed.")
    ] = None,
    subject: Annotated[str | None, typer.Argument(metavar="ID", help="What it happens to.")] = None,
    *,
    at: Annotated[
        str | None, typer.Option(metavar="INSTANT", help="When: +PT10M from now, or an RFC 3339 instant; default now.")
    ] = None,
    lasts: Annotated[str | None, typer.Option("--for", metavar="DURATION", help="How long it lasts: PT30M.")] = None,
    amount: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Money, in the smallest unit of the currency: 250.")
    ] = None,
    price: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=AMOUNT", help="A new net price: kwh=0.49; without an amount it is taken away."),
    ] = None,
    km: Annotated[float | None, typer.Option(metavar="NUMBER", help="How far a vehicle drives.")] = None,
    battery_level: Annotated[
        float | None, typer.Option(metavar="PERCENT", help="With how much charge a vehicle is plugged in.")
    ] = None,
    raw: Raw = False,
) -> None:
    """Make something happen in a world that no API call does, or list what can happen."""
    prices = dict(map(_price, price or ())) or None
    fields = given(at=at, lasts=lasts, amount=amount, prices=prices, km=km, battery_level=battery_level)
    if event is not None and subject is not None:
        show(client.send(calls.simulate(name, event, subject, **fields)), messages.event, raw=raw)
    elif fields or event is not None:
        raise UsageError(f"an event needs an ID; `simulate {name}` lists the events with the IDs they take")
    else:
        show(client.send(calls.list_events(name)), messages.events(name), raw=raw)


def _price(text: str) -> tuple[str, str | int | None]:
    """The name of a price and what it becomes; minutes are a number."""
    name, equals, amount = text.partition("=")
    if not equals:
        raise UsageError(f"--price {text} is not a name and an amount, such as kwh=0.49")
    return name, int(amount) if name == "grace" and amount.isdecimal() else amount or None


@commands.command(
    short_help="Confirm a setup intent or a payment intent.",
    epilog=examples(
        "confirm mine seti_ID_secret_TEXT visa",
        "confirm mine seti_ID authentication_required",
        "confirm mine seti_ID mastercard --wallet apple_pay",
        "confirm mine pi_ID_secret_TEXT",
    ),
)
@with_client
def confirm(
    client: ControlClient,
    name: World,
    intent: Annotated[str, typer.Argument(metavar="INTENT", help="The intent's id, or its client secret.")],
    card: Annotated[
        str | None,
        typer.Argument(metavar="CARD", help="A brand, or how the card behaves; a payment intent has a card already."),
    ] = None,
    *,
    wallet: Annotated[
        str | None, typer.Option(metavar="WALLET", help="The wallet of a new card: apple_pay or google_pay.")
    ] = None,
    raw: Raw = False,
) -> None:
    """Confirm an intent as a payment provider's front end does: add a card, authenticate a start, or pay a debt."""
    kind = "setup" if intent.startswith("seti_") else "payment"
    call = calls.confirm_intent(name, kind, intent, card=card, wallet=wallet)
    show(client.send(call), messages.confirmation, raw=raw)


@commands.command("export", short_help="Write a world to a JSON file.", epilog=examples("export mine mine.json"))
@with_client
def export_world(
    client: ControlClient,
    name: World,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="The file to write; default stdout.")] = None,
) -> None:
    """Write a world with everything in it to a JSON file, or to stdout."""
    with replaced_file(file) as write_chunk:
        size = client.download(calls.export_world(name).path, write_chunk)
    if not is_stream(file):
        say(f"World {name} was written to {file}: {size:,} bytes.")


@commands.command(
    "import", short_help="Create a world from a JSON file.", epilog=examples("import mine.json again --expires-in PT1H")
)
@with_client
def import_world(
    client: ControlClient,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `export` wrote; - is stdin.")],
    name: NewWorld = None,
    *,
    expires_in: Lifetime = None,
    raw: Raw = False,
) -> None:
    """Create a world from a file that `export` wrote. It gets new credentials."""
    call = calls.import_world(file_bytes(file), name=name, expires_in=expires_in)
    show(client.send(call), messages.world(client.url), raw=raw)


def _credentials_in(content: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The credentials, which may be given with the whole world that shows them."""
    return content.get("credentials", content) if isinstance(content, dict) else content
