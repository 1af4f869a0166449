"""The mailbox: every mail that was sent in the sandbox, newest first."""

from __future__ import annotations

from flask import Response, abort, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from sandbox.proef.data import GevangenMail
from sandbox.proef.postvak import GelezenMail, read_mail
from sandbox.proef.screens.pages import sandbox
from webapp.db import db
from webapp.models.ids import MailId

_PER_PAGE = 25
_MOST_IN_JSON = 500
_PAGE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
_MAIL_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""A mail may have inline styles and links to a new tab, and nothing else."""


@sandbox.get("/postvak/")
def postvak() -> ResponseReturnValue:
    """The newest mail, with the list of all beside it."""
    newest = db.session.scalar(select(func.max(GevangenMail.id)))
    return _page(newest)


@sandbox.get("/postvak/<int:mail_id>/")
def postvak_mail(mail_id: MailId) -> ResponseReturnValue:
    """One mail, with the list of all beside it."""
    return _page(mail_id)


@sandbox.get("/postvak/<int:mail_id>/html")
def postvak_html(mail_id: MailId) -> ResponseReturnValue:
    """The html of a mail, for the frame of the page above; links open in a new tab."""
    response = Response('<base target="_blank">' + _mail(mail_id).html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _MAIL_CSP
    return response


@sandbox.get("/postvak.json")
def postvak_json() -> ResponseReturnValue:
    """For scripts: the newest mails first."""
    rows = db.session.scalars(select(GevangenMail).order_by(GevangenMail.id.desc()).limit(_MOST_IN_JSON))
    return jsonify([_as_json(read_mail(row)) for row in rows])


def _page(mail_id: MailId | None) -> ResponseReturnValue:
    session = db.session()
    count = session.scalar(select(func.count()).select_from(GevangenMail)) or 0
    pages = max(-(-count // _PER_PAGE), 1)
    page = min(max(request.args.get("pagina", 1, type=int), 1), pages)
    rows = session.scalars(
        select(GevangenMail).order_by(GevangenMail.id.desc()).limit(_PER_PAGE).offset((page - 1) * _PER_PAGE)
    )
    response = make_response(
        render_template(
            "proef/postvak.html",
            mails=[read_mail(row) for row in rows],
            mail=None if mail_id is None else _mail(mail_id),
            number=count,
            pagina=page,
            paginas=pages,
            pagina_url=lambda number: url_for("sandbox.postvak", pagina=number),
        )
    )
    response.headers["Content-Security-Policy"] = _PAGE_CSP
    return response


def _mail(mail_id: MailId) -> GelezenMail:
    row = db.session.get(GevangenMail, mail_id)
    return abort(404) if row is None else read_mail(row)


def _as_json(mail: GelezenMail) -> dict[str, object]:
    return {
        "id": mail.id,
        "to": mail.aan,
        "from": mail.van,
        "subject": mail.onderwerp,
        "text": mail.tekst,
        "html": mail.html,
        "received": mail.ontvangen.isoformat(),
    }
