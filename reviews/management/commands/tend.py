"""The one entry for cron: everything that time demands. Every minute, on as many machines as you like.

Exit codes: 0 every step went well; 1 at least one failed, while the others were done.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reviews.tending import tend


class Command(BaseCommand):
    help = (
        "Publishes what is scheduled, reminds, opens concerns, checks, purges and sends notices. Run it every minute; "
        "on several machines at once it does nothing twice. One line a step; exits with 1 if any step failed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        failed = []
        for step in tend():
            line = f"{step.name}: {step.said}"
            if step.failed:
                failed.append(step.name)
                self.stderr.write(self.style.ERROR(line))
            elif options["verbosity"] > 1 or step.said != "not due":
                self.stdout.write(line)
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}. The other steps were done.")
