"""What browsers may keep of an answer."""

from __future__ import annotations

IMMUTABLE = "public, max-age=31536000, immutable"
"""The `Cache-Control` of an address whose content never changes: kept for a year, never asked."""
