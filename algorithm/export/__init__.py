"""Exports of a result: tables, a folder of files, a workbook, a diagram, a PyPSA network.

A search itself needs none of them.
"""
