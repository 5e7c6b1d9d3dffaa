"""The Flask extensions, made once here and bound to an application by `core` and `app`."""

from __future__ import annotations

from flask import current_app
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import DeclarativeBase

from dashboard.config import Settings


class Model(DeclarativeBase):
    """The base of every table."""


db = SQLAlchemy(model_class=Model)
migrate = Migrate()
login_manager = LoginManager()
csrf = CSRFProtect()


def current_settings() -> Settings:
    """The settings that the current application was made with."""
    settings: Settings = current_app.extensions["settings"]
    return settings
