"""Mail servers for tests, as Django talks to them: one that is away, and one that refuses every letter."""

from smtplib import SMTPConnectError, SMTPRecipientsRefused

from django.core.mail.backends.locmem import EmailBackend


class Away(EmailBackend):
    def open(self):
        raise SMTPConnectError(421, "try again later")


class Refusing(EmailBackend):
    """Which repeats the address in its answer, as servers do."""

    def send_messages(self, messages):
        raise SMTPRecipientsRefused({to: (550, b"no such mailbox") for message in messages for to in message.to})


AWAY, REFUSING = "tests.mail_servers.Away", "tests.mail_servers.Refusing"
