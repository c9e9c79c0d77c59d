"""The sample's sign-in: an account with a random password, kept in DATA_DIR for as long as the sample is there."""

import json
import secrets
from datetime import datetime
from pathlib import Path

from django.conf import settings

from teams.models import User
from teams.services.accounts import create_account
from toiltracker.demo.cast import OWNER


def demo_credentials() -> tuple[str, str] | None:
    """Return the e-mail and password of the sample's owner, if they still let one in."""
    kept = _kept()
    if kept is None:
        return None
    email, password = kept
    user = User.objects.filter(email=email, is_active=True).first()
    return (email, password) if user is not None and user.check_password(password) else None


def make_account(*, at: datetime) -> None:
    """Let the owner of the sample sign in; an account that is there already keeps its password."""
    if User.objects.filter(email=OWNER.email).exists():
        return
    password = secrets.token_urlsafe(9)
    create_account(email=OWNER.email, password=password, name=OWNER.name, at=at)
    place = _file()
    place.parent.mkdir(parents=True, exist_ok=True)
    place.touch(mode=0o600)
    place.write_text(json.dumps({"email": OWNER.email, "password": password}), encoding="utf-8")


def forget_account(*, unless_known: bool = False) -> None:
    """Remove the account that the sample made; one that has become somebody's in another team stays, and may go on."""
    made = _kept()
    if made is not None and not unless_known:
        User.objects.filter(email=made[0], is_superuser=False).delete()
    _file().unlink(missing_ok=True)


def _kept() -> tuple[str, str] | None:
    try:
        kept = json.loads(_file().read_text(encoding="utf-8"))
        return str(kept["email"]), str(kept["password"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _file() -> Path:
    return Path(settings.DATA_DIR) / "sample-sign-in.json"
