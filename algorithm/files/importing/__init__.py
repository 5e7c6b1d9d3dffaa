"""Reads the files that people have: meter exports, prices, weather.

Public: `read.read_table`, which returns one file as an `ImportedTable` with all that it took it
for; `choices.Choices`, which corrects that; `combine.requirement_of`, which makes a requirement of
several; `load_profiles.standard_table` for those who have no meter. `process` reads an uploaded
file in a process with limits.
"""
