"""One conversation with the mail server: TLS that is verified, one deadline, and the doubt written down in time."""

from __future__ import annotations

import os
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Timer

from flask_mail import Connection, Mail

from webapp.config import Settings
from webapp.models.mail import Mailprobleem
from webapp.uwlr.connection import awake

_GOODBYE_SECONDS = 2
_LONGEST_ANTWOORD = 64
_VERIFY = {
    # X509_V_ERR_*: what OpenSSL calls the trouble with a certificate
    9: Mailprobleem.CERTIFICAAT_VERLOPEN,  # not yet valid
    10: Mailprobleem.CERTIFICAAT_VERLOPEN,
    62: Mailprobleem.CERTIFICAAT_NAAM,
    64: Mailprobleem.CERTIFICAAT_NAAM,  # an address in numbers
}
_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")


class MailNotSent(Exception):
    """SMTP did not take the mail, or did not say so. `permanent` when this address will never take it."""

    def __init__(self, probleem: Mailprobleem, antwoord: str, *, permanent: bool = False) -> None:
        super().__init__(f"{probleem} ({antwoord})")
        self.probleem, self.antwoord, self.permanent = probleem, antwoord[:_LONGEST_ANTWOORD], permanent


class _NoAnswer(smtplib.SMTPException):
    """The whole mail is over there, and what became of it was not said."""


class _NoTls(smtplib.SMTPException):
    """The server offers no TLS, or there is none where a password would go."""


class Dialogue(smtplib.SMTP):
    """SMTP that is cut off at one moment, whatever it does, and calls `before_body` right before the mail itself."""

    def __init__(self, settings: Settings, before_body: Callable[[], None], hostname: str) -> None:
        self._before_body = before_body
        self._until = awake() + settings.mail_deadline.total_seconds()
        self._handle: socket.socket | None = None
        self.is_cut = False
        self._watchman = Timer(settings.mail_deadline.total_seconds(), self._cut_off)
        self._watchman.daemon = True
        self._watchman.start()
        try:
            super().__init__(
                settings.mail_host, settings.mail_port, hostname, timeout=settings.mail_deadline.total_seconds()
            )
        except BaseException:  # whatever it is, the line is hung up and it goes on
            self.end()
            raise

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        sock: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]  # smtplib's own hook
        self._handle = socket.socket(fileno=os.dup(sock.fileno()))  # TLS takes the socket itself away
        self._in_time()
        return sock

    def getreply(self) -> tuple[int, bytes]:
        """Read one answer. smtplib takes half a line for an answer when the connection ends there."""
        code, reply = super().getreply()
        if self.is_cut:
            raise TimeoutError
        return code, reply

    def data(self, msg: bytes) -> tuple[int, bytes]:  # type: ignore[override]  # Flask-Mail hands over bytes
        """Hand over the mail. A server that took it and is silent may have it: that is no refusal."""
        code, reply = self.docmd("DATA")
        if code != 354:
            raise smtplib.SMTPDataError(code, reply)
        self._before_body()
        self._in_time()
        self.send(re.sub(rb"(?m)^\.", b"..", msg) + b".\r\n")
        try:
            code, reply = self.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise _NoAnswer from error
        if not 200 <= code < 600:
            raise _NoAnswer
        if code >= 300:
            raise smtplib.SMTPDataError(code, reply)
        return 250, reply

    def end(self) -> None:
        """Hang up; a server that does not say goodbye has still taken the mail."""
        if self.sock is not None and not self.is_cut:
            with suppress(OSError, smtplib.SMTPException):
                self.sock.settimeout(_GOODBYE_SECONDS)
                self.quit()
        self._watchman.cancel()
        self.close()
        if self._handle is not None:
            self._handle.close()
            self._handle = None

    def _in_time(self) -> None:
        """A process that stood still has lost its turn: another may be sending by now."""
        if self.is_cut or awake() >= self._until:
            raise TimeoutError

    def _cut_off(self) -> None:
        self.is_cut = True
        if self._handle is not None:
            with suppress(OSError):
                self._handle.shutdown(socket.SHUT_RDWR)


class SmtpConnection(Connection):
    """Flask-Mail's connection, over a Dialogue."""

    host: Dialogue | None

    def __init__(self, mail: Mail, settings: Settings, before_body: Callable[[], None], hostname: str) -> None:
        super().__init__(mail)
        self._settings, self._before_body, self._hostname = settings, before_body, hostname

    def configure_host(self) -> Dialogue:
        host = Dialogue(self._settings, self._before_body, self._hostname)
        try:
            if self.mail.use_tls:
                host.ehlo_or_helo_if_needed()
                if not host.has_extn("starttls"):
                    raise _NoTls
                self._start_tls(host)
            if self.mail.username:
                if not isinstance(host.sock, ssl.SSLSocket):
                    raise _NoTls
                host.login(self.mail.username, self.mail.password)
        except BaseException:  # whatever it is, the line is hung up and it goes on
            host.end()
            raise
        return host

    def _start_tls(self, host: Dialogue) -> None:
        try:
            host.starttls(context=tls_context(self._settings.mail_ca_bestand))
        except ssl.SSLCertVerificationError:
            raise
        except (ssl.SSLError, ConnectionError, TimeoutError) as error:
            raise _NoTls from error

    def __exit__(self, *_: object) -> None:
        if self.host is not None:
            self.host.end()


def tls_context(ca_bestand: Path | None) -> ssl.SSLContext:
    """TLS 1.2 or newer, the mail server always verified."""
    context = ssl.create_default_context(cafile=None if ca_bestand is None else str(ca_bestand))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def not_sent(error: Exception) -> MailNotSent:
    """Say in our words what went wrong."""
    match error:
        case _NoAnswer():
            return MailNotSent(Mailprobleem.GEEN_ANTWOORD, type(error.__cause__ or error).__name__)
        case _NoTls():
            return MailNotSent(Mailprobleem.GEEN_TLS, _reason(error.__cause__))
        case ssl.SSLCertVerificationError():
            probleem = _VERIFY.get(error.verify_code, Mailprobleem.CERTIFICAAT_ONBEKEND)
            return MailNotSent(probleem, str(error.verify_code))
        case smtplib.SMTPAuthenticationError():
            return MailNotSent(Mailprobleem.INLOG_GEWEIGERD, str(error.smtp_code))
        case smtplib.SMTPRecipientsRefused():
            return _refused(*next(iter(error.recipients.values())), at_rcpt=True)
        case smtplib.SMTPResponseException():
            return _refused(error.smtp_code, error.smtp_error, at_rcpt=False)
    return MailNotSent(Mailprobleem.SERVER_ONBEREIKBAAR, type(error).__name__)


def _reason(error: BaseException | None) -> str:
    if error is None:
        return "niet aangeboden"
    return (error.reason if isinstance(error, ssl.SSLError) else None) or type(error).__name__


def _refused(code: int, reply: bytes | str, *, at_rcpt: bool) -> MailNotSent:
    """Tell a no to this address from a no to us; 5.7 is about who sends, and would hold for every address."""
    text = reply.decode("ascii", "replace") if isinstance(reply, bytes) else reply
    found = _ENHANCED.search(text)
    antwoord = f"{code} {found[1]}" if found else str(code)
    if 500 <= code < 600 and is_about_address(found[1] if found else "", otherwise=at_rcpt):
        return MailNotSent(Mailprobleem.ADRES_GEWEIGERD, antwoord, permanent=True)
    return MailNotSent(Mailprobleem.SERVER_WEIGERT, antwoord)


def is_about_address(status: str, *, otherwise: bool) -> bool:
    """Whether an enhanced status (RFC 3463) says that this mailbox does not exist or does not take mail."""
    return status.startswith(("5.1.", "5.2.")) or (otherwise and not status.startswith("5.7."))
