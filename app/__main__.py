"""`python -m app` in a checkout, `python -m wattif` where the wheel is installed."""

try:
    from .cli import main

    main()
except KeyboardInterrupt:
    # Ctrl-C while modules load; later the command line handles it.
    raise SystemExit(130) from None
