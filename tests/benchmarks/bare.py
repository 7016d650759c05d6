"""The product's settings with one more address, `bare/`: a view that answers what it was told
last, after asking who is there. Only for `rest.py` beside this."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.bare_urls"
