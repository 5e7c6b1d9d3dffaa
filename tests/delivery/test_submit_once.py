"""One wish, one job: double clicks, lost answers, lost messages, a broker that is away."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from dashboard.db.extensions import db
from dashboard.db.models import Job, User
from tests.stack import Client, Stack, Web, wait_for


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An installation with two web processes; its worker isn't started."""
    stack = Stack(tmp_path_factory.mktemp("stack"))
    stack.add_web()
    stack.add_web()
    yield stack
    stack.stop()


@pytest.fixture(autouse=True)
def all_is_well(stack: Stack) -> Iterator[None]:
    yield
    stack.worker.kill()
    wait_for("the web processes to be ready again", lambda: all(w.is_ready() for w in stack.webs))


def submit(web: Web, token: str, key: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    return requests.post(
        f"{web.url}/api/v1/jobs", json={"sample": "tiny"}, headers=headers, timeout=30
    )


def jobs_of(stack: Stack, key: str) -> list[str]:
    with stack.app.app_context():
        return list(db.session.scalars(db.select(Job.id).filter_by(idempotency_key=key)))


def test_of_many_clicks_at_once_on_two_processes_one_makes_the_job(stack: Stack) -> None:
    token = stack.token()
    with ThreadPoolExecutor(12) as clicks:
        answers = list(clicks.map(lambda n: submit(stack.webs[n % 2], token, "clicked"), range(12)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert jobs_of(stack, "clicked") == [answers[0].json()["id"]]


def test_repeats_while_the_broker_is_away_are_refused_like_the_first(stack: Stack) -> None:
    token = stack.token()
    # Frozen: some of what is sent to it is done later, when nobody waits for it any more.
    os.kill(stack.valkey.pid, signal.SIGSTOP)
    with ThreadPoolExecutor(4) as clicks:
        answers = list(clicks.map(lambda n: submit(stack.webs[n % 2], token, "away"), range(4)))
    os.kill(stack.valkey.pid, signal.SIGCONT)
    assert {answer.status_code for answer in answers} == {503}
    assert jobs_of(stack, "away") == []
    again = submit(stack.webs[0], token, "away")
    assert again.status_code == 202
    stack.worker.start()
    ended = Client(stack.webs[1], token).wait_for_end(again.json()["id"])
    assert ended["outcome"] == "finished"
    assert jobs_of(stack, "away") == [again.json()["id"]]


def test_a_job_whose_web_process_died_before_it_was_queued_runs_all_the_same(stack: Stack) -> None:
    token = stack.token()
    with stack.app.app_context():
        owner = db.session.scalars(db.select(User).filter_by(name="olga")).one()
        job = Job(
            id="stored-and-no-more",
            owner_id=owner.id,
            title="One winter day",
            sample="tiny",
            disabled_devices=[],
            options={},
            idempotency_key="unanswered",
        )
        db.session.add(job)
        db.session.commit()
    # Its browser got no answer, and asks again.
    assert submit(stack.webs[0], token, "unanswered").json()["id"] == "stored-and-no-more"
    stack.worker.start()
    ended = Client(stack.webs[0], token).wait_for_end("stored-and-no-more")
    assert (ended["outcome"], ended["attempt"]) == ("finished", 1)


def test_a_queued_job_whose_message_is_lost_runs_as_soon_as_a_worker_is_free(stack: Stack) -> None:
    client = Client(stack.webs[0], stack.token())
    job = client.submit()
    # It keeps nothing: the queue is gone.
    stack.valkey.restart()
    stack.worker.start()
    ended = client.wait_for_end(job)
    assert (ended["outcome"], ended["attempt"]) == ("finished", 1)
