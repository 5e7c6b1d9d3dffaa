"""Whether the database accepts writes: one that is locked, full or read-only can still be read."""

from __future__ import annotations

import os
from uuid import uuid4

from dashboard.db.extensions import db
from dashboard.db.models import Probe

SIZE = 5000
"""Bytes that are written: more than a page, so that a full database needs a new one."""


def try_to_write() -> None:
    """Write a row and delete it again; raises SQLAlchemy's errors."""
    probe = Probe(id=uuid4().hex, body=os.urandom(SIZE))
    db.session.add(probe)
    db.session.flush()
    db.session.delete(probe)
    db.session.commit()
