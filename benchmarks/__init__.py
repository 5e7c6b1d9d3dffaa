"""Benchmarks: `make bench`. Each prints rows of a table; figures are compared within one run."""
