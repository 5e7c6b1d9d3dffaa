"""The pages of admins: people, tokens and teams, and the audit log."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func
from werkzeug.wrappers import Response

from dashboard.accounts import api_tokens, people, teams
from dashboard.accounts.forms import number_of
from dashboard.accounts.links import password_link
from dashboard.accounts.roles import needs
from dashboard.accounts.sessions import signed_in_user
from dashboard.db import audit, names
from dashboard.db.extensions import db
from dashboard.db.models import ROLES, AuditEntry, Role, Session, Team, User

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

View = str | Response | tuple[str, int]

PER_PAGE = 100
"""Entries of the audit log on a page."""


@blueprint.get("")
@needs("administer")
def overview() -> str:
    return _page()


@blueprint.post("/people")
@needs("administer")
def add_user() -> View:
    """Add a person; the page shows the link by which they choose a password."""
    name, role = request.form.get("name", ""), _role()
    if refusal := names.refusal(name):
        return _page(error=refusal), 422
    try:
        user = people.add(name, role)
    except people.Taken as taken:
        return _page(error=_taken(taken.name)), 422
    return _page(link_of=user)


@blueprint.post("/people/<number>/role")
@needs("administer")
def change_role(number: str) -> View:
    return _change(number, lambda user: people.change_role(user, _role()))


@blueprint.post("/people/<number>/disable")
@needs("administer")
def disable_user(number: str) -> View:
    return _change(number, people.disable)


@blueprint.post("/people/<number>/enable")
@needs("administer")
def enable_user(number: str) -> View:
    return _change(number, people.enable)


@blueprint.post("/people/<number>/remove")
@needs("administer")
def remove_user(number: str) -> View:
    return _change(number, people.remove)


@blueprint.post("/people/<number>/password-link")
@needs("administer")
def make_password_link(number: str) -> View:
    user = _user(number)
    if not user.is_active:
        return _page(error=_("%(name)s is disabled.", name=user.name)), 422
    return _page(link_of=user)


@blueprint.post("/tokens/<number>/revoke")
@needs("administer")
def revoke_token(number: str) -> Response:
    token = api_tokens.numbered(number_of(number))
    if token is None:
        abort(404)
    api_tokens.revoke(token)
    return _back()


@blueprint.post("/teams")
@needs("administer")
def add_team() -> View:
    name = request.form.get("name", "")
    if refusal := names.refusal(name):
        return _page(error=refusal), 422
    try:
        teams.add(name)
    except teams.Taken:
        return _page(error=_taken(name)), 422
    return _back()


@blueprint.post("/teams/<number>/remove")
@needs("administer")
def remove_team(number: str) -> Response:
    teams.remove(_team(number))
    return _back()


@blueprint.post("/teams/<number>/members")
@needs("administer")
def join_team(number: str) -> Response:
    teams.join(_team(number), _user(request.form.get("user")))
    return _back()


@blueprint.post("/teams/<number>/members/<user>/remove")
@needs("administer")
def leave_team(number: str, user: str) -> Response:
    teams.leave(_team(number), _user(user))
    return _back()


@blueprint.get("/audit")
@needs("administer")
def audit_log() -> str:
    """The newest entries first; ?before=…, older ones; ?who=…, of this person; ?action=…"""
    wanted = db.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(PER_PAGE)
    before, who, action = (request.args.get(name) for name in ("before", "who", "action"))
    if before:
        wanted = wanted.where(AuditEntry.id < number_of(before))
    if who and "\0" not in who:
        wanted = wanted.where(AuditEntry.actor == who)
    if action in audit.ACTIONS:
        wanted = wanted.where(AuditEntry.action == action)
    entries = list(db.session.scalars(wanted))
    oldest = entries[-1].id if len(entries) == PER_PAGE else None
    return render_template(
        "audit.html", entries=entries, oldest=oldest, actions=audit.ACTIONS, who=who, action=action
    )


def _page(error: str | None = None, link_of: User | None = None) -> str:
    """link_of: a user for whom the page shows a new password link."""
    link = password_link(link_of, request.url_root.rstrip("/")) if link_of else None
    there = db.select(User).where(User.standing != "removed").order_by(User.name)
    sessions = db.select(Session.user_id, func.count()).where(Session.in_time())
    counted = db.session.execute(sessions.group_by(Session.user_id)).all()
    sign_ins = {row[0]: row[1] for row in counted}
    return render_template(
        "admin.html",
        people=list(db.session.scalars(there)),
        sign_ins=sign_ins,
        tokens=api_tokens.of(),
        teams=teams.every(),
        roles=ROLES,
        error=error,
        link=link,
        link_of=link_of,
    )


def _change(number: str, change: Callable[[User], object]) -> View:
    user = _user(number)
    if user.id == signed_in_user().id:
        # So that there's always an admin.
        return _page(error=_("Another admin has to change your own account.")), 422
    change(user)
    return _back()


def _back() -> Response:
    return redirect(url_for("admin.overview"))


def _user(number: str | None) -> User:
    user = db.session.get(User, number_of(number))
    if user is None or user.standing == "removed":
        abort(404)
    return user


def _team(number: str) -> Team:
    team = db.session.get(Team, number_of(number))
    if team is None:
        abort(404)
    return team


def _role() -> Role:
    role = request.form.get("role")
    if role not in ROLES:
        abort(422, f"role: one of {', '.join(ROLES)}.")
    return role


def _taken(name: str) -> str:
    return str(_("There is “%(name)s” already, which is this name or looks like it.", name=name))
