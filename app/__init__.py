"""Wattif: a sandbox that emulates three EV-charging vendors over one simulated world with a simulated clock.

    main · cli · serving · steering put it together, start it, steer it from outside
    vendors | control | dashboard   faces: HTTP in, HTTP out
    web                             credential → world → moment; what all faces share
    simulation                      what time it is; what a caller may do
    store                           SQL, and only here
    world | settings                rules: values in, values out

Each layer imports only those below it; vendors do not know one another. `make lint` holds this.
"""

__version__ = "0.1.0"
