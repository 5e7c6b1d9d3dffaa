"""`python -m algorithm`: a search in a terminal, its live line and its tables."""

from algorithm.terminal.command import main

__all__ = ["main"]
