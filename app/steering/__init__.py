"""The half of the command line that steers a running server: worlds, clocks, events, files of worlds."""
