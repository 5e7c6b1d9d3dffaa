"""A virtual environment for each peer, with the packages that its requirements file pins."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

from dashboard.config import ROOT

FOLDER = ROOT / ".peers"


def python_of(peer: str) -> str:
    """The interpreter of the environment of `peer`, which is made where it is missing or outdated.

    Raises subprocess.CalledProcessError if a package can't be installed.
    """
    requirements = Path(__file__).parent / f"requirements-{peer}.txt"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    folder = FOLDER / peer
    python, stamp = folder / "bin" / "python", folder / ".installed"
    if not stamp.exists() or stamp.read_text() != digest:
        print(f"Installing {requirements.name} into {folder}", file=sys.stderr)
        venv.create(folder, clear=True, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", str(requirements)], check=True)
        stamp.write_text(digest)
    return str(python)


def versions(python: str, *packages: str) -> str:
    """The packages of an environment with their versions, for people."""
    script = "import sys, importlib.metadata as m; print(*map(m.version, sys.argv[1:]))"
    found = subprocess.run(
        [python, "-c", script, *packages], check=True, capture_output=True, text=True
    )
    return ", ".join(map(" ".join, zip(packages, found.stdout.split(), strict=True)))
