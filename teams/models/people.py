"""Accounts that sign in, the people whose attention is measured, and their names in other systems."""

from typing import Any, ClassVar
from unicodedata import east_asian_width

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes accounts; `createsuperuser` and the test factories call it."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account that signs in with this e-mail."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account that may administer everything, with its person (`createsuperuser` calls this)."""
        with transaction.atomic(using=self._db):
            user = self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})
            Person.objects.using(self._db).update_or_create(email=user.email, defaults={"user": user})
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find an account by e-mail, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class Theme(models.TextChoices):
    """How pages look to an account."""

    SYSTEM = "", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class User(AbstractBaseUser, PermissionsMixin):
    """An account: what signs in. What is measured is the Person that it belongs to."""

    email = models.EmailField(_("e-mail"), unique=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("staff"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    language = models.CharField(_("language"), max_length=16, blank=True, default="")
    timezone = models.CharField(_("time zone"), max_length=64, blank=True, default="")
    theme = models.CharField(_("theme"), max_length=5, blank=True, choices=Theme.choices, default=Theme.SYSTEM)
    has_single_key_shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.email


class Person(models.Model):
    """Somebody whose attention is measured; has no account until an invitation was taken up."""

    email = models.EmailField(_("e-mail"), null=True, blank=True, unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    user = models.OneToOneField(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="person")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email_any_case")]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name to show: the given one, else the part of the address before the @, else a number."""
        if self.name:
            return self.name
        return self.email.split("@")[0] if self.email else f"#{self.pk}"

    @property
    def initials(self) -> str:
        """One or two letters for the avatar; one where a letter is as wide as two."""
        words = self.display_name.replace(".", " ").replace("_", " ").replace("-", " ").split()
        if words and east_asian_width(words[0][0]) in {"W", "F"}:
            return words[0][0]
        letters = words[0][0] + words[-1][0] if len(words) > 1 else (words[0][:2] if words else "?")
        return letters.upper()


class Handle(models.Model):
    """What another system calls a person: unique for team and source.

    Of no source (empty) it is a second e-mail address of theirs, which a merge has left behind.
    """

    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, related_name="handles")
    source = models.CharField(max_length=50)
    handle = models.CharField(max_length=255)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="handles")

    class Meta:
        constraints = [models.UniqueConstraint("team", "source", "handle", name="handle_of_team_and_source")]

    def __str__(self) -> str:
        return f"{self.source}:{self.handle}"

    @property
    def is_address(self) -> bool:
        """Whether it is a second address rather than a name at one source."""
        return not self.source
