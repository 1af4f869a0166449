"""What each mail says, gathered when it is sent, so that it tells how things stand now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_security.recoverable import generate_reset_password_token
from sqlalchemy.orm import Session

from webapp.accounts.setup import RESET_WITHIN
from webapp.context import settings
from webapp.filters import datum, opsomming, roepnaam, woord
from webapp.links import AANVRAAG_LINK, ADRES_LINK, CONTROLE_LINK, UITNODIGING_LINK, external_url
from webapp.mail.templates import MailMessage, render_mail
from webapp.models import Account, Alarmsoort, Koppeling, KoppelingStatus, Mail, MailSoort, School, Soort
from webapp.models.fout import Fout
from webapp.services import audit, mails, vragen
from webapp.services.clock import database_now
from webapp.services.controle import batch as batches
from webapp.services.controle import doorgegeven, ongewoon, ontvangst, uitwerken, vastgehouden
from webapp.services.inname import koppelingsmail, uitstel
from webapp.services.koppeling import levensloop
from webapp.services.overzicht import aanleveringen, feiten, open_einden
from webapp.services.overzicht.alarmen import Melding
from webapp.services.overzicht.einde import Einde
from webapp.services.toegang import toetreden
from webapp.services.versturen.stand import verzendstand
from webapp.uwlr.codes import Owner
from webapp.vakanties import HERINNEREN_NA
from webapp.woorden import alarmen, opruimlijst
from webapp.woorden import doorgeven as woorden_doorgeven
from webapp.woorden import ongewoon as woorden_ongewoon
from webapp.woorden import ontvangst as woorden_ontvangst
from webapp.woorden import terugdraaien as woorden_terugdraaien
from webapp.woorden import vastgehouden as hold
from webapp.woorden.aanleveringen import overgegaan, vanzelf
from webapp.woorden.controle import SOORTEN
from webapp.woorden.fouten import uitleg_van
from webapp.woorden.kaart import duration
from webapp.woorden.koppeling import afwijzing
from webapp.woorden.kort import others
from webapp.woorden.namen import namen_of
from webapp.woorden.versturen import wanneer

_NAMED = 4
"""So many colleagues are named in a mail."""


def compose(session: Session, mail: Mail) -> MailMessage:
    """Return the mail of this row, ready to send."""
    account = session.get(Account, mail.account_id) if mail.account_id else None
    context = {
        "naam": account.naam if account else None,
        **_about(session, mail),
        **mail.gegevens,
    }
    context |= _CONTEXTS[mail.soort](session, mail)
    message = render_mail(mail.soort, to=mail.ontvanger, **context)
    return replace(message, verzwegen=context.get("bericht", ""))


def _about(session: Session, mail: Mail) -> dict[str, Any]:
    """The school, the LAS of its koppeling, and the root of the trail so far."""
    return {"logboek": audit.newest_root(session), **_school(session, mail)}


def _school(session: Session, mail: Mail) -> dict[str, Any]:
    koppeling = session.get(Koppeling, mail.koppeling_id) if mail.koppeling_id else None
    if koppeling is not None:
        return {"schoolnaam": koppeling.schoolnaam, "brin": koppeling.brin, "las": _las(koppeling)}
    school = session.get(School, mail.school_id) if mail.school_id else None
    if school is None:
        return {"schoolnaam": None, "brin": None, "las": _las(None)}
    return {"schoolnaam": school.naam, "brin": school.brin, "las": _las(levensloop.of_school(session, school.id))}


def _las(koppeling: Koppeling | None) -> str:
    return namen_of(koppeling, settings()).las


def _koppelingsmail(session: Session, mail: Mail) -> dict[str, Any]:
    assert mail.batch_id is not None
    assert mail.school_id is not None
    batch = batches.of_mail(session, mail.school_id, mail.id)
    asked = vragen.questions(batch.regels)
    vorige = koppelingsmail.before(session, mail)
    nieuw = Counter(r.soort for r in batch.regels if r.toegepast_id is None and not r.is_vraag)
    kinds = {SOORTEN[first.soort] for first, *_ in asked}
    return {
        "ook_open": _ook_open(session, mail, Einde.CONTROLEREN),
        "url": external_url("controle.follow", token=CONTROLE_LINK.dumps(mail.id)),
        "vragen": len(asked),
        "over": next(iter(kinds)).meer if len(kinds) == 1 else "gegevens",
        "nieuw": [
            {"aantal": number, "een": SOORTEN[soort].een, "meer": SOORTEN[soort].meer}
            for soort in reversed(Soort)
            if (number := nieuw[soort])
        ],
        "voorbij": not batch.is_open or not (asked or nieuw),
        "vanzelf": ", ".join(filter(None, _by_itself(session, mail, vorige))),
        "is_vervolg": vorige is not None,
        "ongewijzigd": batch.counted("ongewijzigd"),
        "dagen": CONTROLE_LINK.max_age.days,
        "ook_gemaild": _also(session, mail),
        "duur": duration(len(asked)),
        "opruimen": opruimlijst.in_mail(batch.regels, _las(session.get(Koppeling, batch.koppeling_id))),
    }


def _herinnering_vraag(session: Session, mail: Mail) -> dict[str, Any]:
    """The koppelingsmail as it would be now; since when, and what comes after the last reminder."""
    assert mail.school_id is not None
    waits = koppelingsmail.waiting(session, batches.of_mail(session, mail.school_id, mail.id))
    wij = settings().klantenservice_naam
    return {
        **_koppelingsmail(session, mail),
        "sinds": min((regel.gemaild_op for regel in waits if regel.gemaild_op), default=mail.aangemaakt_op),
        "daarna": f"Dit is de laatste herinnering. Blijft het liggen, dan neemt de {wij} contact met u op."
        if mail.gegevens["herinnering"] == len(HERINNEREN_NA)
        else "Is het gedaan, doorgegeven of op Later gezet? Dan herinneren wij u er niet meer aan.",
    }


def _ontvangst(session: Session, mail: Mail) -> dict[str, Any]:
    """What an import came to, as it was written down with it; and what waits now."""
    assert mail.batch_id is not None
    assert mail.school_id is not None
    bewijs = ontvangst.of_batch(session, mail.school_id, mail.batch_id)
    assert bewijs is not None
    koppeling = session.get_one(Koppeling, mail.koppeling_id)
    zending = verzendstand(session, koppeling, database_now(session)).stand
    nacht = settings().nacht_begin_uur
    return {
        "url": None,
        "kop": woorden_ontvangst.kop(bewijs),
        "nummer": bewijs.nummer,
        "door": bewijs.door,
        "op": bewijs.op,
        "regels": woorden_ontvangst.regels(bewijs),
        "staat_open": woorden_ontvangst.staat_open(bewijs.vragen),
        "dan": wanneer(zending, f"vannacht vanaf {nacht}:00 uur"),
        "tot": woorden_terugdraaien.tot(uitwerken.until(session, batches.get(session, mail.school_id, mail.batch_id))),
    }


def _teruggedraaid(session: Session, mail: Mail) -> dict[str, Any]:
    """What undoing an import came to, as it was written down with it."""
    assert mail.batch_id is not None
    assert mail.school_id is not None
    batch = batches.get(session, mail.school_id, mail.batch_id)
    handeling = uitwerken.undone(session, batch)
    las, tellingen = _las(session.get_one(Koppeling, mail.koppeling_id)), mail.gegevens["aantallen"]
    return {
        "url": None,
        "kop": woorden_terugdraaien.kop(tellingen, batch.verwerkt_op or mail.aangemaakt_op),
        "door": batches.name_of_account(session, mail.school_id, handeling.door) if handeling is not None else None,
        "op": mail.aangemaakt_op,
        "van": batch.verwerkt_op,
        "regels": woorden_terugdraaien.regels(tellingen, las),
        "zelf_doen": woorden_terugdraaien.zelf_doen(tellingen.get("te_verwijderen", 0), las),
    }


def _by_itself(session: Session, mail: Mail, vorige: datetime | None) -> Iterator[str]:
    """What was done by itself since the last mail, the turn of the school year first."""
    assert mail.school_id is not None
    turned = uitstel.last_turn(session, mail.school_id)
    if turned is not None and turned[1].overgegaan is not None:
        act, batch = turned
        is_new = act.op <= mail.aangemaakt_op and (vorige is None or act.op > vorige)
        if is_new and not koppelingsmail.told_of_turn(session, batch):
            yield f"schooljaar {batch.schooljaar} begonnen ({overgegaan(turned[1].overgegaan)})"
    yield vanzelf(aanleveringen.since_last_mail(session, mail.school_id, vorige, mail.aangemaakt_op))


def _overgang(session: Session, mail: Mail) -> dict[str, Any]:
    """What the turn of a school year came to, as it was written down with it."""
    assert mail.batch_id is not None
    assert mail.school_id is not None
    batch = batches.get(session, mail.school_id, mail.batch_id)
    assert batch.overgegaan is not None
    turned = uitstel.last_turn(session, mail.school_id)
    tot = uitwerken.until_of_act(session, turned[0]) if turned is not None and turned[1] is batch else None
    return {
        "url": _page(mail, "koppeling.turn_of_year"),
        "kop": overgegaan(batch.overgegaan),
        "schooljaar": batch.schooljaar,
        "tot": f"Terugnemen kan tot {datum(tot)}." if tot is not None else "",
    }


def _vastgehouden(session: Session, mail: Mail) -> dict[str, Any]:
    """How the hold stands now; a mail that went late says that it is over."""
    assert mail.batch_id is not None
    assert mail.school_id is not None
    koppeling = session.get_one(Koppeling, mail.koppeling_id)
    batch = vastgehouden.of_school(session, mail.school_id)
    stand = vastgehouden.of_batch(session, batch) if batch is not None else None
    aantallen = batch.onderwerpen if batch is not None else mail.gegevens["aantallen"]
    vragen = ongewoon.of_batch(session, batch) if batch is not None else []
    kaarten = [woorden_ongewoon.kaart(vraag, _las(koppeling)) for vraag in vragen]
    return {
        "ook_open": _ook_open(session, mail, Einde.VASTGEHOUDEN),
        "url": external_url("controle.follow", token=CONTROLE_LINK.dumps(mail.id)),
        "kop": hold.kop(aantallen, _las(koppeling)),
        "onderwerp": hold.alles(aantallen, _las(koppeling)),
        "vraag": hold.klopt_het(aantallen, kaarten, _las(koppeling)),
        "kaarten": kaarten,
        "voorbij": batch is None,
        "waarom": hold.waarom(batch) if batch is not None else "",
        "oorzaak": hold.oorzaak(koppeling.elders_leerlingen, _las(koppeling)),
        "groepen": stand.groepen if stand is not None else [],
        "dagen": CONTROLE_LINK.max_age.days,
        "ook_gemaild": _also(session, mail),
    }


def _doorgegeven(session: Session, mail: Mail) -> dict[str, Any]:
    assert mail.school_id is not None
    van = batches.name_of_account(session, mail.school_id, mail.gegevens["door"])
    return {**_vastgehouden(session, mail), "van": van or "een collega"}


def _also(session: Session, mail: Mail) -> str:
    """Which colleagues got this mail."""
    names = mails.also_mailed(session, mail)
    if not names:
        return "Alleen u krijgt deze mail."
    shown = names if len(names) <= _NAMED else [*names[: _NAMED - 1], f"{len(names) - _NAMED + 1} anderen"]
    return f"Ook {opsomming(shown)} {woord(len(names), 'kreeg', 'kregen')} deze mail."


def _vraag_doorgegeven(session: Session, mail: Mail) -> dict[str, Any]:
    """How it stands now: a mail that went late says that it is over."""
    assert mail.school_id is not None
    row = doorgegeven.of_mail(session, mail.school_id, mail.id)
    assert row is not None
    found = doorgegeven.summarised(session, mail.school_id, row.id)
    number = vragen.count(found.vragen)
    return {
        "url": external_url("controle.follow", token=CONTROLE_LINK.dumps(mail.id)),
        "van": found.van,
        "aan": roepnaam(found.aan),
        "vragen": number,
        "over": woorden_doorgeven.over(found.groepen, len(found.vragen)),
        "kop": woorden_doorgeven.kop(found, number),
        "bericht": row.bericht,
        "is_beheerder": found.is_beheerder,
        "tot": row.tot,
        "voorbij": not found.vragen,
    }


def _doorgeven_verlopen(session: Session, mail: Mail) -> dict[str, Any]:
    assert mail.school_id is not None
    found = doorgegeven.summarised(session, mail.school_id, mail.gegevens["overdracht"])
    return {
        "aan": found.aan,
        "op": found.overdracht.gemaakt_op,
        "is_beheerder": found.is_beheerder,
        "url": _page(mail, "controle.index"),
    }


def _reset(session: Session, mail: Mail) -> dict[str, Any]:
    """The secret link exists only in the mail itself, never in a row."""
    account = session.get_one(Account, mail.account_id)
    token = generate_reset_password_token(account)  # type: ignore[no-untyped-call]  # Flask-Security
    return {"url": external_url("security.reset_password", token=token), "dagen": RESET_WITHIN.days}


def _opengezet(session: Session, mail: Mail) -> dict[str, Any]:
    """Who has a new account first chooses a password: one mail says it all."""
    return _reset(session, mail) if mail.gegevens["nieuw_account"] else {"url": _page(mail, "koppeling.index")}


def _goedgekeurd(session: Session, mail: Mail) -> dict[str, Any]:
    koppeling = session.get_one(Koppeling, mail.koppeling_id)
    return {"url": _page(mail, "overzicht.index"), "aantal_leerlingen": koppeling.opgehaald_leerlingen}


def _problem(session: Session, mail: Mail) -> dict[str, Any]:
    koppeling = session.get_one(Koppeling, mail.koppeling_id)
    fout = Fout.from_json(mail.gegevens["fout"])
    is_key = mail.soort is MailSoort.SLEUTEL_GEWEIGERD
    return {
        "tekst": uitleg_van(koppeling, fout, _las(koppeling)).wat,
        "url": _page(mail, "koppeling.new_sleutel" if is_key else "koppeling.index"),
        "daarna": _DAARNA[fout.eigenaar].format(las=_las(koppeling)),
        "ook_open": _ook_open(session, mail, *((Einde.SLEUTEL_GEWEIGERD,) if is_key else _OPHALEN)),
    }


def _bevestigen(_session: Session, mail: Mail) -> dict[str, Any]:
    """The same for every school and every reader: nothing that somebody typed."""
    url = external_url("aanvraag.of_mail", token=AANVRAAG_LINK.dumps(mail.id))
    return {"url": url, "dagen": AANVRAAG_LINK.max_age.days}


def _afgewezen(session: Session, mail: Mail) -> dict[str, Any]:
    """An aanvraag that was not opened up has no beheerder who can submit again: the contact asks anew."""
    koppeling, told = session.get_one(Koppeling, mail.koppeling_id), mail.gegevens
    page = "aanvraag.index" if mail.school_id is None else "koppeling.index"
    said = {"url": _page(mail, page), "is_open": mail.school_id is not None}
    if "afwijsreden" in told:  # older rows hold the whole sentence as `reden`
        said["reden"] = afwijzing(told["afwijsreden"], told["toelichting"], _las(koppeling))
    return said


def _herinnering(session: Session, mail: Mail) -> dict[str, Any]:
    koppeling = session.get_one(Koppeling, mail.koppeling_id)
    return {
        "url": _page(mail, "koppeling.index"),
        "sinds": koppeling.stil_sinds,
        "afgewezen": koppeling.status is KoppelingStatus.AFGEWEZEN,
        "reden": afwijzing(koppeling.afwijsreden, koppeling.reden_afwijzing, _las(koppeling)),
    }


def _gepauzeerd(_session: Session, mail: Mail) -> dict[str, Any]:
    until = mail.gegevens["pauze_tot"]
    return {
        **({} if "gewijzigd" in mail.gegevens else {"gewijzigd": False}),
        "url": _page(mail, "koppeling.index"),
        "tot": datetime.fromisoformat(until) if until else None,
    }


def _beeindigd(_session: Session, mail: Mail) -> dict[str, Any]:
    return {
        **({} if "reden" in mail.gegevens else {"reden": ""}),  # of before a reason could be given
        "url": None,
        "dagen_open": settings().bewaar_niet_geimporteerd.days,
        "dagen_geimporteerd": settings().bewaar_geimporteerd.days,
    }


def _uitgenodigd(session: Session, mail: Mail) -> dict[str, Any]:
    """Who invites, and the link; of an invitation that is over the page says so."""
    assert mail.school_id is not None
    row = toetreden.of_mail(session, mail.school_id, mail.gegevens["toetreding"])
    return {
        "van": toetreden.invited_by(session, row),
        "rol": row.rol,
        "url": external_url("toegang.follow", token=UITNODIGING_LINK.dumps(row.id)),
        "dagen": UITNODIGING_LINK.max_age.days,
    }


def _adres_bevestigen(_session: Session, mail: Mail) -> dict[str, Any]:
    url = external_url("adres.follow", token=ADRES_LINK.dumps(mail.id))
    return {"url": url, "dagen": ADRES_LINK.max_age.days}


def _alarm(_session: Session, mail: Mail) -> dict[str, Any]:
    told = mail.gegevens
    melding = Melding(Alarmsoort(told["alarm"]), datetime.fromisoformat(told["sinds"]), told["wat"], told["telling"])
    return {
        "kop": alarmen.kop(melding),
        "uitleg": alarmen.uitleg(melding),
        "url": external_url("admin.index"),
    }


_OPHALEN = (Einde.OPHALEN_MISLUKT, Einde.OPHALEN_HAPERT)
_BEWAARD = "Resultaten worden bewaard en gaan later alsnog mee."
_DAARNA = {
    Owner.SCHOOL: "Wacht u? Dan blijft alles zoals het is; resultaten worden bewaard en gaan later alsnog mee.",
    Owner.KLANTENSERVICE: f"Dit lossen wij op; u hoeft niets te doen. {_BEWAARD}",
    Owner.LAS: f"De leverancier van {{las}} moet dit oplossen; wij nemen contact op. U hoeft niets te doen. {_BEWAARD}",
    Owner.NIEMAND: f"We proberen het vanzelf opnieuw; u hoeft niets te doen. {_BEWAARD}",
}


def _ook_open(session: Session, mail: Mail, *over: Einde) -> list[str]:
    """What else is open at the school of this mail, which is about `over`."""
    koppeling = session.get_one(Koppeling, mail.koppeling_id)
    einden = feiten.of_koppeling(session, koppeling, settings()).einden
    return others(einden, namen_of(koppeling, settings()), *over)


def _klopt_niet(session: Session, mail: Mail) -> dict[str, Any]:
    """Counted when it is sent: who was reported after it was written is in it too."""
    found = open_einden.reported(session, Koppeling.school_id == mail.school_id)
    return {"aantal": next((einde.aantal for _, einde in found), 1), "url": _page(mail, "overzicht.index")}


def _to(endpoint: str) -> Callable[[Session, Mail], dict[str, Any]]:
    return lambda _session, mail: {"url": _page(mail, endpoint)}


def _page(mail: Mail, endpoint: str) -> str:
    """The address of a page, about the school of this mail: its reader may have others too."""
    return external_url(endpoint, **({"school": mail.school_id} if mail.school_id else {}))


def _no_link(_session: Session, _mail: Mail) -> dict[str, Any]:
    return {"url": None}


_CONTEXTS: dict[MailSoort, Callable[[Session, Mail], dict[str, Any]]] = {
    MailSoort.AANVRAAG_BEVESTIGEN: _bevestigen,
    MailSoort.AANVRAAG_ONTVANGEN: _no_link,
    MailSoort.KLANTENSERVICE_AANVRAAG: _to("admin.index"),
    MailSoort.OPENGEZET: _opengezet,
    MailSoort.INGEDIEND: _to("overzicht.index"),
    MailSoort.GOEDGEKEURD: _goedgekeurd,
    MailSoort.GOEDKEURING_TERUGGENOMEN: _to("overzicht.index"),
    MailSoort.AFGEWEZEN: _afgewezen,
    MailSoort.AANVRAAG_HERINNERING: _herinnering,
    MailSoort.KOPPELINGSMAIL: _koppelingsmail,
    MailSoort.HERINNERING: _herinnering_vraag,
    MailSoort.VASTGEHOUDEN: _vastgehouden,
    MailSoort.DOORGEGEVEN: _doorgegeven,
    MailSoort.ONTVANGST: _ontvangst,
    MailSoort.TERUGGEDRAAID: _teruggedraaid,
    MailSoort.OVERGANG: _overgang,
    MailSoort.VRAAG_DOORGEGEVEN: _vraag_doorgegeven,
    MailSoort.DOORGEVEN_VERLOPEN: _doorgeven_verlopen,
    MailSoort.WACHTWOORD: _reset,
    MailSoort.UITNODIGING: _reset,
    MailSoort.SLEUTEL_GEWEIGERD: _problem,
    MailSoort.OPHALEN_MISLUKT: _problem,
    MailSoort.PAUZE_OF_EINDE: _to("koppeling.index"),
    MailSoort.GEPAUZEERD: _gepauzeerd,
    MailSoort.HERVAT: _to("koppeling.index"),
    MailSoort.SLEUTEL_GEVRAAGD: _to("koppeling.new_sleutel"),
    MailSoort.BEEINDIGD: _beeindigd,
    MailSoort.TOEGANG_GEVRAAGD: _to("beheerders.index"),
    MailSoort.TOEGANG_GEWEIGERD: _no_link,
    MailSoort.UITGENODIGD: _uitgenodigd,
    MailSoort.BEHEERDERS_GEWIJZIGD: _no_link,
    MailSoort.TOEGANG_OPGESCHORT: _to("leerkrachten.index"),
    MailSoort.KLOPT_NIET: _klopt_niet,
    MailSoort.ADRES_BEVESTIGEN: _adres_bevestigen,
    MailSoort.ADRES_GEWIJZIGD: _no_link,
    MailSoort.BESTUURSACCOUNT: _no_link,
    MailSoort.ALARM: _alarm,
}
