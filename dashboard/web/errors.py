"""Error responses: JSON for scripts, a page for people.

A JSON answer is `{"message": "…"}`, with `"errors": [{"field", "message"}]` where fields are
wrong. A message that
isn't translated yet comes with `"message_i18n": {"id", "values"}` (`algorithm.messages`).
"""

from __future__ import annotations

import math

from flask import (
    Flask,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, SQLAlchemyError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as BaseResponse

from algorithm import FieldError, RequirementError
from algorithm.messages import encoded
from dashboard.config import MEGABYTE
from dashboard.db.extensions import db, login_manager
from dashboard.jobs.lifecycle import Unavailable
from dashboard.transport import database
from dashboard.web.answers import Problem
from dashboard.web.vite import NotBuilt

AWAY = lazy_gettext(
    "The message queue is unavailable, so nothing was queued. Try again in a moment."
)

DATABASE_AWAY = lazy_gettext("The database is unavailable, locked or full. Try again in a moment.")
NOT_STORABLE = lazy_gettext("It contains a character or number that can't be stored, such as NUL.")

RETRY_AFTER = 5
"""Seconds after which a client may retry."""

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

USUAL = {
    404: lazy_gettext("There is no page at this address."),
    405: lazy_gettext("This address does not support this method."),
    500: lazy_gettext("Something went wrong on the server; its log has the details."),
}
"""Messages for errors without a description of their own."""


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(SecurityError, _unknown_host)
    app.register_error_handler(RequirementError, _wrong_fields)
    app.register_error_handler(Unavailable, lambda away: problem(503, str(AWAY)))
    for away in database.AWAY:
        app.register_error_handler(away, _database_away)
    app.register_error_handler(DataError, _not_storable)
    app.register_error_handler(NotBuilt, lambda error: (str(error), 503))
    login_manager.unauthorized_handler(_sign_in_first)


def problem(code: int, message: str, errors: list[FieldError] | None = None) -> Response:
    """An error response, as JSON or as a page, depending on the request."""
    if _wants_page():
        answer = make_response(render_template("error.html", code=code, message=message), code)
    else:
        body: Problem = encoded({"message": message})
        if errors:
            body["errors"] = encoded(errors)
        answer = make_response(jsonify(body), code)
    if code == 503:
        answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer


def _wants_page() -> bool:
    return not _is_for_scripts() and request.accept_mimetypes.accept_html


def _is_for_scripts() -> bool:
    return request.path.startswith(("/api/", "/get_graph_data", "/status/", "/metrics"))


def _http_problem(error: HTTPException) -> Response | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    answer = problem(code, _what_happened(code, error))
    if error.get_response().headers.get("Allow"):
        answer.headers["Allow"] = error.get_response().headers["Allow"]
    return answer


def _unknown_host(error: SecurityError) -> Response:
    # Not a page: no address can be built for a host that isn't ours.
    return Response("The Host header names a host that TRUSTED_HOSTS doesn't.\n", 400)


def _what_happened(code: int, error: HTTPException) -> str:
    if isinstance(error, CSRFError):
        return str(
            _(
                "The form has expired or came from another site: %(reason)s",
                reason=error.description,
            )
        )
    own = "description" in vars(error)
    if code == 413 and not own:
        return str(_("The upload is too large: at most %(most)s MB.", most=_megabytes(_limit())))
    return str((not own and USUAL.get(code)) or error.description or error.name)


def _limit() -> int:
    """The most bytes that this request may send: a form is kept in memory, so it has less."""
    limits = [request.max_content_length]
    if request.mimetype in FORMS:
        limits.append(request.max_form_memory_size)
    return min(limit for limit in limits if limit is not None)


def _megabytes(size: int) -> str:
    """Rounded down, so that a file of the stated size is accepted."""
    return f"{math.floor(100 * size / MEGABYTE) / 100:g}"


def _database_away(error: SQLAlchemyError) -> Response:
    # One line, because each request logs it while the database is away.
    current_app.logger.warning("The database is away: %s", database.first_line(error))
    _forget_transaction()
    return problem(503, str(DATABASE_AWAY))


def _not_storable(error: SQLAlchemyError) -> Response:
    _forget_transaction()
    return problem(422, str(NOT_STORABLE))


def _forget_transaction() -> None:
    """The error page must not use the database, so the user becomes anonymous."""
    db.session.remove()
    g._login_user = login_manager.anonymous_user()


def _wrong_fields(error: RequirementError) -> Response:
    count = len(error.errors)
    many = _("%(count)s fields are invalid; see errors.", count=count)
    message = str(error) if count == 1 else many
    return problem(422, message, error.errors)


def _sign_in_first() -> BaseResponse:
    if request.method == "GET" and not _is_for_scripts():
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    return problem(401, _("Sign in first, or send an API token as `Authorization: Bearer …`."))
