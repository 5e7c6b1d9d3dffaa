"""What each route needs: an action of `dashboard.jobs.permissions.RULES`, or nothing.

A route that says neither answers nobody, so that none is left open by mistake.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import abort, current_app, request
from flask_babel import gettext as _
from flask_login import current_user

from dashboard.db.extensions import login_manager
from dashboard.db.models import User
from dashboard.jobs.permissions import RULES, Action, Guest, Person, least_role, may

P = ParamSpec("P")
R = TypeVar("R")

PUBLIC = {"static", "languages.texts"}
"""Endpoints of files for everybody."""


def needs(action: Action) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Refuse with 401 without a person, with 403 where their role or their token doesn't reach."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            person = this_person()
            if person is None or (isinstance(person, Guest) and not may(person, action)):
                return cast(R, login_manager.unauthorized())
            if not may(person, action):
                abort(403, _why_not(person, action))
            return view(*args, **kwargs)

        vars(guarded)["action"] = action
        return guarded

    return decorate


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that answers everybody, or checks by itself who asks."""
    vars(view)["action"] = None
    return view


def this_person() -> Person | None:
    """Who asks: a user, or a guest; None if nobody is signed in."""
    person = current_user._get_current_object()
    return person if isinstance(person, User | Guest) else None


def may_here(action: Action) -> bool:
    """Whether who asks may do this; for templates."""
    person = this_person()
    return person is not None and may(person, action)


def action_of(endpoint: str) -> Action | None:
    """What a route needs; None if it is public. Raises LookupError if it doesn't say."""
    if endpoint in PUBLIC:
        return None
    try:
        return cast("Action | None", vars(current_app.view_functions[endpoint])["action"])
    except KeyError as error:
        raise LookupError(f"the route {endpoint} names no action") from error


def refuse_undeclared() -> None:
    """Before each request: its route says what it needs."""
    if request.endpoint is not None:
        try:
            action_of(request.endpoint)
        except LookupError as error:
            current_app.logger.error("Refused: %s", error)
            abort(403)


def _why_not(person: Person, action: Action) -> str:
    scope = RULES[action].scope
    if scope not in person.scopes:
        if scope == "account":
            return str(_("This needs a browser's session; an API token doesn't reach."))
        return str(_("This token lacks the scope %(scope)s.", scope=scope))
    role, own = least_role(action), person.role
    return str(_("This needs the role %(role)s; yours is %(own)s.", role=role, own=own))
