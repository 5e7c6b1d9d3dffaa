"""`python -m dashboard.development`, which is what `make run` calls; `-v` is `make run V=1`."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from pathlib import Path
from typing import Literal

from dashboard.accounts import development_sign_in_link
from dashboard.app import create_app
from dashboard.config import ROOT, ConfigurationError, Settings

from .runner import Runner, fail


def main() -> int:
    """Run the application of this checkout; returns the exit status."""
    verbose = _arguments().verbose
    _choose_warnings("default" if verbose else "ignore")
    os.environ.setdefault("FLASK_CONFIG", "development")
    os.environ["PYTHONUNBUFFERED"] = "1"
    # The commands of the Procfile are those of this Python's environment.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        settings = Settings.from_environment()
        if settings.profile != "development":
            settings.require_redis()  # an embedded one is for development alone
    except ConfigurationError as error:
        return fail(str(error), 2)
    return Runner(
        ROOT,
        port=settings.port,
        redis_url=os.environ.get("REDIS_URL") or None,
        sign_in_link=sign_in_link,
        verbose=verbose,
        # A make that is killed passes no signal on.
        ends_with_parent="MAKELEVEL" in os.environ,
    ).run()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m dashboard.development")
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="show warnings and all that is logged"
    )
    return parser.parse_args()


def _choose_warnings(action: Literal["default", "ignore"]) -> None:
    """What Python does with warnings, here and in the processes, unless it was told already."""
    if not sys.warnoptions:
        warnings.simplefilter(action)
        os.environ["PYTHONWARNINGS"] = action


def sign_in_link(base_url: str) -> str:
    """The link that signs its reader in as this machine's user."""
    with create_app().app_context():
        return development_sign_in_link(base_url)


if __name__ == "__main__":
    sys.exit(main())
