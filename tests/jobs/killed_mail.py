"""A worker that sends one mail: `python -m tests.jobs.killed_mail <mail>`. The mail server of the test kills it."""

from __future__ import annotations

import os
import sys

from jobs.mails import send_mail
from webapp import create_app
from webapp.config import Settings
from webapp.models.ids import MailId


def main() -> None:
    """Run one job."""
    with create_app(Settings.from_env(os.environ)).app_context():
        send_mail(MailId(int(sys.argv[1])))


if __name__ == "__main__":
    main()
