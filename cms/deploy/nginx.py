"""nginx.conf with its blanks filled in: python -m cms.deploy.nginx --certificate FILE --key FILE

Knows nothing of the site but its environment: SITE_URL says under which name it is reached, BIND where gunicorn listens.
"""

import argparse
import os
import re
from collections.abc import Sequence
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

TEMPLATE = Path(__file__).with_name("nginx.conf")
# What could end a directive and begin another.
UNSAFE = re.compile(r"[\s;{}\"'\\$#]")


class Blanks(Template):
    """nginx's own variables are written $like_this, ours ${LIKE_THIS}: only those are filled in."""

    pattern = r"\$(?:(?P<escaped>(?!))|(?P<named>(?!))|\{(?P<braced>[A-Z]+)\}|(?P<invalid>(?!)))"  # type: ignore[assignment]


def configuration(
    *,
    host: str,
    gunicorn: str,
    certificate: str | Path,
    key: str | Path,
    cache: str | Path = "/var/cache/nginx/imprimatur",
    logs: str | Path = "/var/log/nginx",
    http: str = "80",
    https: str = "443",
    unlimited: Sequence[str] = ("127.0.0.1", "::1"),
) -> str:
    """Goes inside nginx's http block, which on Debian /etc/nginx/conf.d/ does."""
    given = {
        "HOST": host,
        "GUNICORN": gunicorn,
        "CERTIFICATE": str(certificate),
        "KEY": str(key),
        "CACHE": str(cache),
        "LOGS": str(logs),
        "HTTP": http,
        "HTTPS": https,
    }
    for value in (*given.values(), *unlimited):
        if not value or UNSAFE.search(value):
            raise ValueError(f"“{value}” cannot stand in nginx.conf: it must be a name, an address or a path without spaces.")
    exempt = "\n    ".join(f"{network} 0;" for network in unlimited)
    text = TEMPLATE.read_text()
    _, blank_line, directives = text.partition("\n\n")  # the head explains the blanks, which are gone
    return blank_line.lstrip() + Blanks(directives).substitute(given, UNLIMITED=exempt)


def standing_alone(site: str, folder: Path) -> str:
    """A whole nginx.conf around it, for an nginx that needs no rights and writes to this folder only."""
    written = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "\n".join(f"  {kind}_temp_path {folder}/{kind};" for kind in written)
    return (
        f"daemon off;\nworker_processes 2;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log notice;\n"
        f"events {{ worker_connections 1024; }}\nhttp {{\n  default_type text/plain;\n{temporary}\n{site}\n}}\n"
    )


def main() -> None:
    """Prints the configuration for this machine."""
    public = urlsplit(os.environ.get("SITE_URL", "")).hostname
    parser = argparse.ArgumentParser(prog="python -m cms.deploy.nginx", description="Prints cms/deploy/nginx.conf, filled in.")
    parser.add_argument("--host", default=public, required=not public, help="the public name; SITE_URL's unless given")
    parser.add_argument(
        "--gunicorn", default=os.environ.get("BIND", "127.0.0.1:8000"), help="where it listens; BIND's unless given"
    )
    parser.add_argument("--certificate", required=True, help="the file with the certificate and those it rests on")
    parser.add_argument("--key", required=True, help="the file with its key")
    parser.add_argument("--cache", default="/var/cache/nginx/imprimatur", help="a folder that nginx may write to")
    parser.add_argument("--logs", default="/var/log/nginx")
    parser.add_argument("--unlimited", nargs="*", default=["127.0.0.1", "::1"], help="networks that no limit is set to")
    try:
        print(configuration(**vars(parser.parse_args())))  # noqa: T201 - it is what it is for
    except ValueError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
