"""What people may do."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import abort
from flask_babel import gettext as _
from flask_login import current_user

from dashboard.db.extensions import login_manager
from dashboard.db.models import Role

P = ParamSpec("P")
R = TypeVar("R")


def needs_role(role: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Refuse with 401 without a person, with 403 where their role doesn't reach `role`."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not current_user.is_authenticated:
                return cast(R, login_manager.unauthorized())
            if not current_user.may(role):
                own = current_user.role
                abort(403, _("This needs the role %(role)s; yours is %(own)s.", role=role, own=own))
            return view(*args, **kwargs)

        return guarded

    return decorate
