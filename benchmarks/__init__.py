"""Benchmarks: `make bench`. Each yields rows of a table; ratios compare figures of one run."""
