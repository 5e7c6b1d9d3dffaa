"""Tables and JSON files as people have them, read into numbers by the step.

Public: `reading` (`read_requirement`, `read_columns`, `read_table`) and `json_text.parse_json`;
`reading_process` reads an uploaded table in a process with limits.
"""
