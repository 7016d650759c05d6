"""Pictures: they begin as their name says; an SVG runs and fetches nothing."""

from artifacts.builders.pictures import BEGINS
from artifacts.builders.svg import why_unfit
from artifacts.contents.content import Content
from artifacts.contents.errors import Unfit

LONGEST_BEGINNING = 16


def check_png(content: Content) -> None:
    _check_beginning(content, "image/png")


def check_jpeg(content: Content) -> None:
    _check_beginning(content, "image/jpeg")


def check_svg(content: Content) -> None:
    if why := why_unfit(content.file.read()):
        raise Unfit(why)


def _check_beginning(content: Content, media_type: str) -> None:
    if not BEGINS[media_type].match(content.file.read(LONGEST_BEGINNING)):
        raise Unfit(f"is no {media_type}, whatever its name says")
