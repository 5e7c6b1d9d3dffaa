"""`python -m algorithm`: a search in a terminal, with a progress line and tables."""

from algorithm.terminal.command import main

__all__ = ["main"]
