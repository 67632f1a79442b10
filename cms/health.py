"""Is this machine fit to serve? For load balancers and monitors: needs the database and nothing else."""

import logging

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

log = logging.getLogger(__name__)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        log.exception("The database does not answer")
        return HttpResponse("database away\n", "text/plain", 503, headers={"Cache-Control": "no-store"})
    return HttpResponse("ok\n", "text/plain", headers={"Cache-Control": "no-store"})
