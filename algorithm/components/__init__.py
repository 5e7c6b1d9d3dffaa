"""The kinds of component that an island is made of, each in one file with all that it is.

A file has the figures that people state, the arrays that these come to, the columns and rows of the
linear program with the formula, and what a solution of them says. The rest of the house calls the
verbs that every component has (`device`), and never asks what kind one is. Registered in `kinds`.
"""
