"""`python -m app`."""

try:
    from .cli import main

    main()
except KeyboardInterrupt:
    # Ctrl-C while modules load; later the command line handles it.
    raise SystemExit(130) from None
