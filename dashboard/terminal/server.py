"""A client of a server's HTTP interface, with an API token."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from algorithm import FieldError

Answer = dict[str, Any]

TIMEOUT_S = 30.0
"""Seconds that an answer may take."""


class Refused(Exception):
    """The server refused, or didn't answer; the message is one sentence, `errors` names fields."""

    def __init__(self, message: str, errors: list[FieldError] | None = None) -> None:
        super().__init__(message)
        self.errors = errors or []


class Server:
    """url: without a path. token: printed by `flask tokens create`. Methods raise Refused."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        self.token = token

    def submit(self, search: Answer, key: str) -> Answer:
        """Submit a search; idempotent for the same `key`."""
        return self._ask("POST", "/jobs", search, {"Idempotency-Key": key})

    def job(self, job: str) -> Answer:
        return self._ask("GET", f"/jobs/{quote(job, safe='')}")

    def jobs(self, **wanted: Any) -> Answer:
        """A page of jobs; filters that are None are left out."""
        query = {name: value for name, value in wanted.items() if value is not None}
        return self._ask("GET", f"/jobs?{urlencode(query)}")

    def cancel(self, job: str, *, keep_best: bool) -> Answer:
        return self._ask("POST", f"/jobs/{quote(job, safe='')}/cancel", {"keep_best": keep_best})

    def cancel_several(self, wanted: Answer) -> Answer:
        """Cancel the given `jobs`, or all of one's own that wait."""
        return self._ask("POST", "/jobs/cancel", wanted)

    def page(self, job: str) -> str:
        """The address at which people watch a job."""
        return f"{self.url}/jobs/{job}"

    def _ask(
        self, method: str, path: str, body: Answer | None = None, headers: Answer | None = None
    ) -> Answer:
        request = Request(
            f"{self.url}/api/v1{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.token}",
                "Accept": "application/json",
                "Content-Type": "application/json",
                **(headers or {}),
            },
        )
        try:
            with urlopen(request, timeout=TIMEOUT_S) as response:
                answer: Answer = json.load(response)
        except HTTPError as error:
            raise _refusal(error) from None
        except URLError as error:
            raise Refused(f"{self.url} can't be reached: {error.reason}.") from None
        except (OSError, ValueError) as error:
            raise Refused(f"{self.url} gave no proper answer: {error}.") from None
        return answer


def _refusal(error: HTTPError) -> Refused:
    try:
        answer = json.load(error)
        return Refused(answer["message"], answer.get("errors"))
    except (ValueError, KeyError, TypeError):
        return Refused(f"The server answered with an error ({error.code}).")
