"""Runs a server: its sockets, what uvicorn is handed, the order of start and stop, and what is printed meanwhile."""

from .launch import run

__all__ = ["run"]
