"""Wattif: a sandbox that emulates EV-charging vendors' APIs over one simulated world with a simulated clock.

    main : server : cli                    put a server together, run it, and call it from the command line
    client                                 calls the control API of a running server
    vendors | control | dashboard          HTTP APIs and pages
    web                                    what they share: routing, access to a world, bodies, errors
    worlds                                 the life of a world: create, fork, reset, delete, export, import
    operations | archive | generate        what a caller may do in a world; a world as a file; a drawn population
    scenario                               scenario files
    store                                  SQL, and only here
    domain | settings | wall_clock | data_files
                                           rules without I/O; settings; the wall clock and chance; data files

Each layer imports only those below it. Packages between `|` do not import one another, nor do vendors. `make lint`
checks this.
"""

__version__ = "0.6.0"
