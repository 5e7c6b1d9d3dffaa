"""A database of before keeps all that is in it, and its ids are not given out again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from dashboard.accounts import people
from dashboard.app import create_app
from dashboard.config import ROOT, Settings
from dashboard.db.extensions import db
from dashboard.db.models import ApiToken, Job, User
from dashboard.development.valkey import free_port

TOKEN = ApiToken.digest_of("a token")


@pytest.fixture
def before(settings: Settings) -> Flask:
    """An application whose database is as it was before people had a standing."""
    app = create_app(settings)
    with app.app_context():
        upgrade(revision="0004")
        for statement in (
            """INSERT INTO "user" (id, name, role) VALUES
               (1, 'olga', 'operator'), (2, 'OLGA', 'viewer'), (7, '王小明', 'admin')""",
            f"""INSERT INTO api_token (id, user_id, digest, created_at)
                VALUES (3, 7, '{TOKEN}', '2026-01-01 00:00:00')""",
            """INSERT INTO job (id, owner_id, title, disabled_devices, options, state, status,
                                attempt, created_at)
               VALUES ('j', 7, 'a search', '[]', '{}', 'SUCCESS', '', 1, '2026-01-01 00:00:00')""",
        ):
            db.session.execute(text(statement))
        db.session.commit()
    return app


def test_people_their_tokens_and_their_searches_stay(before: Flask) -> None:
    with before.app_context():
        upgrade()
        users = db.session.scalars(db.select(User).order_by(User.id)).all()
        assert [(user.id, user.name, user.standing) for user in users] == [
            (1, "olga", "active"),
            (2, "OLGA", "active"),
            (7, "王小明", "active"),
        ]
        assert db.session.get(Job, "j").owner.name == "王小明"
        for name in ("olga", "OLGA"):
            assert people.named(name).name == name
    bearer = {"Authorization": "Bearer a token"}
    assert before.test_client().get("/api/v1/me", headers=bearer).json["name"] == "王小明"


def test_the_id_of_somebody_who_is_gone_is_not_given_out_again(before: Flask) -> None:
    with before.app_context():
        upgrade()
        first = people.add("otto", "viewer").id
        db.session.execute(text(f'DELETE FROM "user" WHERE id = {first}'))
        db.session.commit()
        assert people.add("petra", "viewer").id > first > 7


def test_the_way_back_keeps_them_too(before: Flask) -> None:
    with before.app_context():
        upgrade()
        people.remove(people.named("王小明"))
        people.add("王小明", "viewer")
        db.session.remove()
        downgrade(revision="0004")
        names = list(db.session.scalars(text('SELECT name FROM "user" ORDER BY id')))
        assert names == ["olga", "OLGA", "王小明 (7)", "王小明"]
        upgrade()
        assert db.session.get(Job, "j").owner.name == "王小明 (7)"


def test_the_migrated_tables_are_those_of_the_models(before: Flask, tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with before.app_context():
        upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection)
            found = compare_metadata(context, db.metadata)
        ours = ("user", "api_token", "session", "sign_in_link")
        assert [change for change in found if any(name in str(change) for name in ours)] == []


def test_a_release_whose_database_is_away_ends_with_one_line_without_its_password() -> None:
    environ = {
        "FLASK_CONFIG": "testing",
        "SECRET_KEY": "a key for tests alone, which is long enough",
        "REDIS_URL": "redis://nowhere",
        "DATABASE_URL": f"postgres://me:secret@127.0.0.1:{free_port()}/x",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 1
    assert ended.stderr.strip().splitlines()[-1].startswith("The database of DATABASE_URL is away")
    assert "Traceback" not in ended.stderr
    assert "secret" not in ended.stderr
