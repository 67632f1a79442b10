"""What our logs leave out: the secret of an invitation, which stands in its address and lets a person in."""

import logging
import re

SECRET = re.compile(r"(/invitation/)[^/\s]+")


class WithoutInvitations(logging.Filter):
    """On the logger of requests: every line about an answer that says no names the address."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = SECRET.sub(r"\1…", record.getMessage()), ()
        return True
