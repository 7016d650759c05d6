"""Readers of environment variables, which fail loudly: naming the variable and what it may be."""

import getpass
import os
from email.utils import parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

SWITCH = {"1": True, "true": True, "yes": True, "on": True}
SWITCH |= {"": False, "0": False, "false": False, "no": False, "off": False}
NO_MAIL = {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
# Mail on the console would stand in the one document that --json prints.
MAIL_SCHEMES = Env.EMAIL_SCHEMES.keys() - {"consolemail"}
MAIL_PORTS = {"smtp": 25, "smtps": 587, "smtp+tls": 587, "smtp+ssl": 465}


def text(name: str, default: str = "") -> str:
    """The default where the variable is unset or empty."""
    return os.environ.get(name, "").strip() or default


def user() -> str:
    """The system's user name, or its number where it has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"


def switch(name: str) -> bool:
    """Off unless it says otherwise."""
    word = text(name).lower()
    if word not in SWITCH:
        raise ImproperlyConfigured(f'{name}="{word}" is neither on nor off')
    return SWITCH[word]


def count(name: str, default: int, most: int | None = None) -> int:
    """A whole number from 1."""
    word = text(name, str(default))
    if not word.isdecimal() or int(word) < 1 or (most and int(word) > most):
        upto = f" to {most}" if most else ""
        raise ImproperlyConfigured(f'{name}="{word}" is not a whole number from 1{upto}')
    return int(word)


def amount(name: str) -> int:
    """A whole number, 0 unless it says otherwise."""
    word = text(name, "0")
    if not word.isdecimal():
        raise ImproperlyConfigured(f'{name}="{word}" is not a whole number')
    return int(word)


def words(name: str, default: list[str]) -> list[str]:
    """Words between commas."""
    listed = [word.strip() for word in text(name).split(",") if word.strip()]
    return listed or default


def database(name: str, default: str) -> dict[str, Any]:
    """A Django database from a URL such as postgres://user@host:5432/name."""
    url = text(name, default)
    if urlsplit(url).scheme not in Env.DB_SCHEMES:
        raise ImproperlyConfigured(
            f"{name} is no database; one looks like postgres://user@host:5432/name"
        )
    config: dict[str, Any] = Env.db_url_config(url)
    return config


def email(name: str) -> dict[str, Any]:
    """Django's settings of mail from a URL such as smtp+tls://user:password@host:587; where it is
    unset, those that send none. What is no such URL is refused without being shown."""
    if not (url := text(name)):
        return NO_MAIL
    wrong = ImproperlyConfigured(
        f"{name} is no way to send mail; one looks like smtp+tls://user:password@host:587"
    )
    try:
        parts = urlsplit(url)
        port = parts.port or MAIL_PORTS.get(parts.scheme)
    except ValueError:
        raise wrong from None  # the cause would show the password
    named = {"filemail": parts.path, "memorymail": "here", "dummymail": "nowhere"}
    if parts.scheme not in MAIL_SCHEMES or not named.get(parts.scheme, parts.hostname):
        raise wrong
    config: dict[str, Any] = Env.email_url_config(url)
    known = {key: value for key, value in config.items() if key.startswith("EMAIL_")}
    return {**known, "EMAIL_PORT": port, "EMAIL_FILE_PATH": unquote(parts.path)}


def address(name: str, default: str) -> str:
    """A mail address, also one such as Bindery <bindery@example.org>."""
    word = text(name, default)
    if not parseaddr(word)[1].partition("@")[2] or not word.isprintable():
        raise ImproperlyConfigured(f'{name}="{word}" is no mail address')
    return word


def sender(mail: dict[str, Any]) -> str:
    """Who mail comes from where nothing says: the user of the mail server, at its host."""
    user, host = mail.get("EMAIL_HOST_USER"), mail.get("EMAIL_HOST")
    return user if user and "@" in user else f"{user or 'bindery'}@{host or 'localhost'}"
