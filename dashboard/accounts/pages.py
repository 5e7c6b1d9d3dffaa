"""Signing in and out, the user's own account, and the CSRF check."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Request,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_limiter import RateLimitExceeded
from flask_login import current_user
from werkzeug.wrappers import Response

from dashboard.accounts import api_tokens, attempts, links, passwords, people, sessions
from dashboard.accounts.forms import days_of, number_of
from dashboard.accounts.roles import needs, public
from dashboard.accounts.sessions import bearer_token, signed_in_user
from dashboard.accounts.targets import own_path
from dashboard.db import audit
from dashboard.db.extensions import csrf, db
from dashboard.db.models import SCOPES, PasswordLink, SignInLink

blueprint = Blueprint("accounts", __name__)

SIGN_INS = ("accounts.sign_in", "accounts.sign_in_by_link", "accounts.choose_password")

View = str | Response | tuple[str, int]


@blueprint.before_app_request
def _check_csrf() -> None:
    """A browser sends its cookie with any request, so a CSRF token is needed too.

    It never sends a Bearer token by itself, so that needs no second proof.
    """
    if request.method in ("GET", "HEAD", "OPTIONS", "TRACE") or bearer_token(request):
        return
    if not current_user.is_authenticated and request.endpoint not in SIGN_INS:
        return  # There is no session to misuse: the view itself answers 401.
    if request.endpoint == "polling.get_graph_data" and _from_our_own_page(request):
        # The older page sends no CSRF token. The Origin header, which the browser sets, proves
        # that the request comes from one of our own pages.
        return
    csrf.protect()


def _from_our_own_page(incoming: Request) -> bool:
    if incoming.headers.get("X-CSRFToken") or not incoming.origin:
        return False
    return urlsplit(incoming.origin).netloc == incoming.host


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
@attempts.of_name
@attempts.of_address
def sign_in() -> View:
    if request.method != "POST":
        return _sign_in_page()
    user = people.named(request.form.get("username", ""))
    right = passwords.is_right(user, request.form.get("password", ""))
    if user is None or not right or not user.is_active:
        if user is not None:  # what isn't a name may be a password in the wrong field
            audit.record("sign-in refused", user.name, standing=user.standing)
            db.session.commit()
        return _sign_in_page(_("The name or the password is wrong.")), 401
    attempts.take_off()
    sessions.begin(user, "password")
    return redirect(own_path(request.args.get("next")))


def _sign_in_page(error: str | None = None) -> str:
    return render_template("sign_in.html", error=error)


@blueprint.errorhandler(RateLimitExceeded)
def _too_often(error: RateLimitExceeded) -> Response:
    message = attempts.too_many()
    signed_in = current_user.is_authenticated
    page = _account_page(message) if signed_in else _sign_in_page(message)
    answer = make_response(page, 429)
    answer.headers["Retry-After"] = str(attempts.seconds_left())
    return answer


@blueprint.route("/sign-in/<token>", methods=["GET", "POST"])
@public
def sign_in_by_link(token: str) -> View:
    link = links.link_of(token)
    if link is None:
        return _no_such_link()
    if request.method != "POST" and not _opens_by_itself(link):
        answer = make_response(render_template("sign_in_by_link.html", link=link))
        answer.headers["Cache-Control"] = "no-store"
        return answer
    user = link.user
    if not links.use(link):
        return _no_such_link()
    sessions.begin(user, "link")
    return redirect(url_for("pages.overview"))


def _no_such_link() -> View:
    message = _(
        "This sign-in link was already used, has expired or is incomplete. Ask for a new one."
    )
    return _sign_in_page(message), 401


def _opens_by_itself(link: SignInLink) -> bool:
    """Development's own link does, unless somebody else is signed in."""
    is_other = current_user.is_authenticated and signed_in_user().id != link.user_id
    return link.lasting and request.method == "GET" and not is_other


@blueprint.route("/password/<token>", methods=["GET", "POST"])
@public
@attempts.of_address
def choose_password(token: str) -> View:
    """What a password link opens: its reader chooses a password, and is signed in."""
    link = sessions.found(PasswordLink, token)
    if link is None:
        return _no_such_link()
    user, error = link.user, None
    if request.method == "POST":
        new = request.form.get("new", "")
        error = passwords.refusal(new, user.name)
        if error is None:
            if not links.use_password_link(link):
                return _no_such_link()
            people.change_password(user, new)
            sessions.begin(user, "password link")
            return redirect(url_for("pages.overview"))
    page = render_template("choose_password.html", user=user, error=error, **_lengths())
    return page if error is None else (page, 422)


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    sessions.end()
    answer = redirect(url_for("accounts.sign_in"))
    # Results are kept by the browser, though not used without asking.
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@blueprint.post("/sign-out-everywhere")
@needs("account")
def sign_out_everywhere() -> Response:
    people.sign_out_everywhere(signed_in_user())
    return sign_out()


@blueprint.get("/account")
@needs("account")
def account() -> str:
    return _account_page()


@blueprint.post("/account/tokens")
@needs("account")
def make_token() -> View:
    """The new token is shown on this page, once."""
    scopes = [scope for scope in SCOPES if scope in request.form.getlist("scopes")]
    label, days = request.form.get("label", ""), days_of(request.form.get("days"))
    if not scopes:
        return _account_page(_("Choose what the token may be used for.")), 422
    try:
        text = api_tokens.make(signed_in_user(), label=label, scopes=scopes, days=days)
    except api_tokens.WrongLabel as wrong:
        return _account_page(str(wrong)), 422
    return _account_page(token=text)


@blueprint.post("/account/tokens/<number>/revoke")
@needs("account")
def revoke_token(number: str) -> Response:
    token = api_tokens.numbered(number_of(number))
    if token is None or token.user_id != signed_in_user().id:
        abort(404)
    api_tokens.revoke(token)
    return redirect(url_for("accounts.account"))


@blueprint.post("/account/password")
@needs("account")
@attempts.of_name
def change_password() -> View:
    """All sessions of the user end; this browser gets a new one."""
    user = signed_in_user()
    if not passwords.is_right(user, request.form.get("old", "")):
        return _account_page(_("The old password is wrong.")), 422
    attempts.take_off()
    new = request.form.get("new", "")
    if refusal := passwords.refusal(new, user.name):
        return _account_page(refusal), 422
    people.change_password(user, new)
    sessions.begin(user, "new password")
    return redirect(url_for("accounts.account", changed=1))


def _account_page(error: str | None = None, token: str | None = None) -> str:
    """token: one that was made by this request."""
    tokens = api_tokens.of(signed_in_user())
    return render_template(
        "account.html", error=error, token=token, tokens=tokens, scopes=SCOPES, **_lengths()
    )


def _lengths() -> dict[str, int]:
    return {"least": passwords.SHORTEST, "most": passwords.LONGEST}
