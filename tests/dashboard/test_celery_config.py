"""What is sent to the workers, as it lies on the broker."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from redis import Redis

from dashboard.celery_config import HELP, SEARCH, celery_settings, sending_celery
from dashboard.config import Serializer, Settings
from dashboard.development.valkey import EmbeddedValkey


@pytest.mark.parametrize(
    ("serializer", "content_type"),
    [
        ("json", "application/json"),
        ("yaml", "application/x-yaml"),
        ("pickle", "application/x-python-serialize"),
    ],
)
def test_a_task_is_written_as_the_setting_says_and_json_is_always_understood(
    settings: Settings, valkey: EmbeddedValkey, serializer: Serializer, content_type: str
) -> None:
    chosen = replace(settings, serializer=serializer)
    sending_celery(chosen).send_task(SEARCH, args=["a job"], retry=False)
    with Redis.from_url(valkey.url) as redis:
        message = json.loads(redis.lpop("celery") or "")
    assert message["content-type"] == content_type
    assert set(celery_settings(chosen)["accept_content"]) == {"json", serializer}


def test_who_sends_asks_for_no_reply_and_watches_for_none(
    settings: Settings, valkey: EmbeddedValkey
) -> None:
    sending_celery(replace(settings, result_backend="rpc://")).send_task(HELP, args=["a job"])
    with Redis.from_url(valkey.url) as redis:
        message = json.loads(redis.lpop("celery") or "")
        assert redis.pubsub_channels() == []
    assert not message["properties"].get("reply_to")


def test_pickle_is_warned_of(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    celery_settings(replace(settings, serializer="pickle"))
    assert "can run any code" in caplog.text
