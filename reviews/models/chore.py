"""What has to be done now and then, and by whom it is being done: so that several machines do it once."""

from django.db import models


class Chore(models.Model):
    """One step of `tend` that is not done every minute. No record: a note on the door."""

    name = models.CharField(max_length=40, unique=True)
    held_until = models.DateTimeField(help_text="Nobody else begins it before then")
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
