"""Readers of environment variables, which fail loudly: naming the variable and what it may be."""

import getpass
import os
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

SWITCH = {"1": True, "true": True, "yes": True, "on": True}
SWITCH |= {"": False, "0": False, "false": False, "no": False, "off": False}


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


def count(name: str, default: int) -> int:
    """A whole number from 1."""
    word = text(name, str(default))
    if not word.isdecimal() or int(word) < 1:
        raise ImproperlyConfigured(f'{name}="{word}" is not a whole number from 1')
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
