"""The kinds of component that an island consists of, each in one file.

A file holds the figures that a requirement states, their arrays, the columns and rows of the linear
program with their formulas, and the reading of a solution. Other packages call the methods that
every device has (`device`), and don't ask for its kind. `kinds` registers the kinds of device.
"""
