"""Running the whole application on one machine, for development: `python -m dashboard.development`.

Does what a Procfile platform does elsewhere, with an embedded Valkey where no Redis is given.
"""
