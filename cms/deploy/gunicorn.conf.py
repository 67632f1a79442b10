"""How gunicorn serves the site: gunicorn -c cms/deploy/gunicorn.conf.py cms.wsgi

Plain workers, each of which answers one request at a time: nginx in front waits for slow clients, and threads of one process
would only share its one core. By a rule of thumb two for each core and one more: 5 on 2 cores, 9 on 4, 17 on 8. Each takes about
80 MB and PAGE_MEMORY_MB of pages, and one connection to the database (two with a replica): keep the sum over all machines
below PostgreSQL's max_connections.

Each worker loads the site for itself (no preload_app): none inherits a connection or a thread, SIGHUP brings in a new release
without turning a reader away, and all that is given up is about 10 MB for each worker.
"""

import multiprocessing
import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS", 2 * multiprocessing.cpu_count() + 1))
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # a worker's sign of life must not wait for a disk
timeout = 30
graceful_timeout = 30
# A worker that leaks is replaced before it hurts. Not often: a new one begins with an empty memory of pages.
max_requests, max_requests_jitter = 50_000, 5_000
limit_request_line = 4094
limit_request_fields = 60
control_socket_disable = True  # nobody has to talk to it but systemd
# Who came, and how, TRUSTED_PROXIES decides, and nothing that a header tells gunicorn.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
accesslog = None  # nginx writes one, without the readers' addresses
