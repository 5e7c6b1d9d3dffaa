"""What is kept in files can be read by nobody else on the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from dashboard.config import ROOT
from dashboard.db.extensions import db
from dashboard.db.models import User
from dashboard.private_files import private_folder


def mode(path: Path) -> str:
    return oct(path.stat().st_mode & 0o777)


@pytest.fixture
def database(app: Flask) -> Path:
    """The application's database; other files stand beside it."""
    return Path(app.extensions["settings"].database_url.removeprefix("sqlite:///"))


def test_a_database_is_its_owner_s_alone_with_all_that_is_beside_it(
    app: Flask, database: Path
) -> None:
    with app.app_context():
        db.session.add(User(name="olga"))
        db.session.commit()
        beside = {path.name: mode(path) for path in database.parent.glob("test.db*")}
    assert beside == dict.fromkeys(["test.db", "test.db-wal", "test.db-shm"], "0o600")


def test_a_database_that_others_could_read_is_mended_at_the_next_start(
    app: Flask, database: Path
) -> None:
    with app.app_context():
        db.session.add(User(name="olga"))
        db.session.commit()
        for path in database.parent.glob("test.db*"):
            path.chmod(0o644)
        db.session.remove()
        # A connection that stays open, so that its siblings stay, too.
        with db.engine.connect() as _, db.engine.connect() as _:
            db.engine.dispose()
            db.session.scalar(db.select(User))
            modes = {mode(path) for path in database.parent.glob("test.db*")}
    assert modes == {"0o600"}


def test_the_instance_folder_is_its_owner_s_alone(tmp_path: Path) -> None:
    made, found = tmp_path / "made", tmp_path / "found"
    found.mkdir(mode=0o755)
    for folder in (made, found):
        private_folder(folder)
        assert mode(folder) == "0o700"


def test_a_fresh_checkout_s_database_is_private_whatever_the_umask(tmp_path: Path) -> None:
    made = tmp_path / "island.db"
    environ = {
        "PATH": os.environ["PATH"],
        "FLASK_CONFIG": "testing",
        "SECRET_KEY": "k",
        "DATABASE_URL": f"sqlite:///{made}",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
    subprocess.run(command, cwd=ROOT, env=environ, umask=0, check=True, capture_output=True)
    assert mode(made) == "0o600"
