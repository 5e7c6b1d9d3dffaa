"""Servers to compare ours with, each a process of its own."""
