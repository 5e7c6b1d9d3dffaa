"""Reads tables and JSON files, in the formats that people use, into values by the step.

Public: `reading` (`read_requirement`, `read_columns`, `read_table`) and `json_text.parse_json`;
`reading_process` reads an uploaded table in a process with limits.
"""
