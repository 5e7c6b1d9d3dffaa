"""What becomes of a result outside: tables, a folder of files, a diagram, a PyPSA network.

Called by `terminal` and by the web; a search needs none of it.
"""
