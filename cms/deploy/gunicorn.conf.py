"""How gunicorn serves the site: gunicorn -c cms/deploy/gunicorn.conf.py cms.wsgi"""

import multiprocessing
import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS", 2 * multiprocessing.cpu_count() + 1))
timeout = 30
graceful_timeout = 30
max_requests, max_requests_jitter = 10_000, 1_000  # a worker that leaks is replaced before it hurts
limit_request_line = 4094
limit_request_fields = 60
accesslog = None  # nginx writes one, without the readers' addresses
