"""The languages of the pages, and the texts that are to be translated.

Public: `languages` for requests; `extraction` for `make texts`.
"""
