"""Postgres as the database: its tables, its failures, and who is held up by them: nobody else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import requests
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade

from algorithm import load_sample
from dashboard.app import create_app
from dashboard.config import Settings
from dashboard.db.extensions import db
from dashboard.db.models import Job, User, now
from tests.backends.servers import Postgres
from tests.stack import Client, Stack, Viewer, viewing, wait_for

CONNECTIONS = 3
"""Fewer than the tests' readers at once."""


@pytest.fixture(scope="module", params=["eventlet", "gevent"])
def stack(
    request: pytest.FixtureRequest, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """One web process; its searches wait for a worker that nobody starts."""
    settings = {"DATABASE_URL": postgres.database(), "DATABASE_CONNECTIONS": str(CONNECTIONS)}
    stack = Stack(tmp_path_factory.mktemp("stack"), mode=request.param, settings=settings)
    stack.add_web()
    yield stack
    stack.stop()


@pytest.fixture
def url(stack: Stack) -> str:
    return stack.environ["DATABASE_URL"]


@pytest.fixture
def client(stack: Stack) -> Iterator[Client]:
    yield Client(stack.webs[0], stack.token())
    wait_for("the web process to be ready again", stack.webs[0].is_ready)


SEVERAL = 2
"""Answers that a process which was held up gives one after the other, as soon as it isn't."""


class Meanwhile:
    """Asks whether the process is alive, for as long as something else is under way."""

    def __init__(self, client: Client) -> None:
        self._url = f"{client.web.url}/healthz"

    def answers(self, *under_way: Future[Any]) -> int:
        """How many answers came while all of that was under way."""
        count = 0
        while not any(one.done() for one in under_way):
            answered = requests.get(self._url, timeout=60).ok
            count += answered and not any(one.done() for one in under_way)
            time.sleep(0.05)
        return count


def assert_away(answer: requests.Response) -> None:
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), answer.text
    assert "database is unavailable" in answer.json()["message"]


def requirement_named(name: str) -> dict[str, Any]:
    requirement = load_sample("tiny").model_dump(mode="json", exclude_unset=True)
    return {"requirement": requirement | {"name": name}}


def test_the_migrations_make_the_tables_that_the_models_describe_and_take_them_back(
    postgres: Postgres,
) -> None:
    environ = {"FLASK_CONFIG": "testing", "SECRET_KEY": "s", "REDIS_URL": "redis://nowhere"}
    settings = Settings.from_environment(environ | {"DATABASE_URL": postgres.database()})
    with create_app(settings).app_context():
        upgrade()
        downgrade(revision="base")
        upgrade()
        with db.engine.connect() as connection:
            found = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(found, db.metadata) == []
        db.engine.dispose()


def test_moments_are_utc_wherever_the_server_is(postgres: Postgres) -> None:
    environ = {"FLASK_CONFIG": "testing", "SECRET_KEY": "s", "REDIS_URL": "redis://nowhere"}
    settings = Settings.from_environment(environ | {"DATABASE_URL": postgres.database()})
    with create_app(settings).app_context():
        db.create_all()
        owner = User(name="olga")
        db.session.add(owner)
        db.session.flush()
        began = now()
        job = Job(
            id="1",
            owner_id=owner.id,
            title="",
            disabled_devices=[],
            options={"time_limit_s": 100},
            started_at=began,
        )
        db.session.add(job)
        db.session.commit()
        assert (job.started_at, str(job.started_at)[-6:]) == (began, "+00:00")
        assert 0 < (job.seconds_left or 0) <= 100
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.get("/api/v1/jobs/%00"),
        lambda client: client.get("/api/v1/jobs?search=%00"),
        lambda client: client.post("/api/v1/jobs", requirement_named("a\0b")),
        lambda client: client.post("/api/v1/jobs", requirement_named("a\ud800b")),
        lambda client: client.get(f"/api/v1/jobs/1/plans/{10**30}/dispatch"),
    ],
    ids=[
        "NUL in an address",
        "NUL in a question",
        "NUL in a name",
        "half a letter in a name",
        "a number that is too large",
    ],
)
def test_what_the_database_can_not_store_is_refused(
    client: Client, ask: Callable[[Client], requests.Response]
) -> None:
    answer = ask(client)
    assert answer.status_code in (404, 422), answer.text
    assert answer.json()["message"]


def test_jobs_are_listed_page_by_page(client: Client) -> None:
    submitted = [client.submit(name="Werk Nord") for _ in range(3)]
    listed = client.get(f"/api/v1/jobs?before={submitted[2]}&search=werk NORD").json()["jobs"]
    assert [job["job"] for job in listed] == submitted[1::-1]


def test_a_locked_table_holds_up_nobody_else(
    postgres: Postgres, stack: Stack, client: Client, url: str
) -> None:
    job = client.submit()
    with (
        viewing(client.web, stack.token(), job) as (viewer,),
        ThreadPoolExecutor() as pool,
    ):
        wait_for("the job", lambda: viewer.last)
        with postgres.locked(url):
            asked = pool.submit(client.get, f"/api/v1/jobs/{job}")
            assert Meanwhile(client).answers(asked) > SEVERAL
            assert_away(asked.result())
            assert_away(client.post("/api/v1/jobs", json={"sample": "tiny"}))
            page = client.get(f"/jobs/{job}")
            assert (page.status_code, "text/html" in page.headers["Content-Type"]) == (503, True)
            assert "The database is unavailable" in page.text
            wait_for("the viewer to be told", lambda: False in viewer.relay)
            assert not client.web.is_ready()
        wait_for("the viewer to be told", lambda: viewer.relay[-1])
    assert client.submit()


def test_a_viewer_who_comes_while_a_table_is_locked_sees_the_job_later(
    postgres: Postgres, stack: Stack, client: Client, url: str
) -> None:
    job, token = client.submit(), stack.token()
    with postgres.locked(url):
        viewer = Viewer(client.web, token, job).connect()
        wait_for("the viewer to be told", lambda: False in viewer.relay)
    wait_for("the job", lambda: viewer.last)
    viewer.close()


def test_a_process_has_no_more_connections_than_it_is_told(
    postgres: Postgres, client: Client, url: str
) -> None:
    with postgres.locked(url), ThreadPoolExecutor(4 * CONNECTIONS) as pool:
        asked = [pool.submit(client.get, "/api/v1/jobs") for _ in range(4 * CONNECTIONS)]
        most = 0
        while not all(one.done() for one in asked):
            most = max(most, postgres.connections(url))
        for one in asked:
            assert_away(one.result())
        # The lock's own, and those of the application in this process.
        assert most <= CONNECTIONS + 1 + CONNECTIONS


def test_dropped_connections_cost_no_request(postgres: Postgres, client: Client) -> None:
    for _ in range(3):
        assert client.get("/api/v1/jobs").ok
        postgres.drop_connections()
    assert client.submit()


def test_a_server_that_is_away_and_back_is_found_again(
    postgres: Postgres, stack: Stack, client: Client
) -> None:
    job = client.submit()
    with viewing(client.web, stack.token(), job) as (viewer,):
        wait_for("the job", lambda: viewer.last)
        postgres.kill()
        assert_away(client.get("/api/v1/jobs"))
        wait_for("the viewer to be told", lambda: False in viewer.relay)
        assert not client.web.is_ready()
        assert requests.get(f"{client.web.url}/healthz", timeout=60).ok
        postgres.start()
        wait_for("the viewer to be told", lambda: viewer.relay[-1])
    assert client.job(job)["state"] == "PENDING"


def test_a_server_that_stands_still_is_not_waited_for(postgres: Postgres, client: Client) -> None:
    assert client.get("/api/v1/jobs").ok
    postgres.freeze()
    try:
        with ThreadPoolExecutor() as pool:
            asked = pool.submit(client.get, "/api/v1/jobs")
            assert Meanwhile(client).answers(asked) > SEVERAL
            assert_away(asked.result())
    finally:
        postgres.thaw()
    wait_for("an answer", lambda: client.get("/api/v1/jobs").ok)
