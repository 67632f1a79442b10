"""The site as gunicorn serves it to the benchmark: production settings, made-up keys, and the bare views beside it.

An archive is sealed with the key of whoever filled it; so that one is handed on, past the settings, which would rightly refuse
to serve with the development key.
"""

import os

from django.conf import settings
from django.utils.module_loading import import_string

settings.ROOT_URLCONF = "reviews.benchmarking.bare"
settings.SIGNING_KEYS = os.environ["BENCHMARK_SIGNING_KEYS"].split(",")
application = import_string(settings.WSGI_APPLICATION)
