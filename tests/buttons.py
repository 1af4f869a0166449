"""Every button of the site: who presses it, where, with a form that can be taken; and two schools to press them for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy import select

from tests.screens import GEVONDEN, JAAR, Koppelweg, join, login, make_account, make_clerk
from tests.services.conftest import aanlevering, pupil, teacher
from tests.wereld import START, make_wereld
from webapp.besturen import Bestuur
from webapp.db import db
from webapp.links import AANVRAAG_LINK, UITNODIGING_LINK
from webapp.models import (
    Aanleiding,
    Aanvraagmail,
    Account,
    Belreden,
    Bezorging,
    DoodAdres,
    Handeling,
    Herzending,
    Identiteit,
    Importregel,
    LeveringStatus,
    Lidmaatschap,
    Mail,
    MailSoort,
    MailStatus,
    Nazending,
    Notitie,
    Overdracht,
    Rol,
    Schakelaar,
    Soort,
    Toetreding,
    Werk,
    Wissing,
)
from webapp.models.aanvraagmail import Onduidelijk
from webapp.services import mails
from webapp.services.controle import doorgeven
from webapp.services.inname import inname
from webapp.services.koppeling.bewijzen import Bewijs
from webapp.services.toetsen import leveranciers
from webapp.uwlr.codes import Owner
from webapp.uwlr.diagnose import Bevinding, Diagnose

GOED = Diagnose(True, Owner.NIEMAND, Bevinding.GEGEVENS, GEVONDEN)
"""What a LAS makes of a key, where no key may leave."""
BESTUUR = Bestuur("horizon", "Stichting De Horizon", "http://127.0.0.1:9", "koppelpunt", "geheim", ("horizon-po",))
"""A board whose server is never there; an app that is to have its buttons gets it in its settings."""
ELSEWHERE = frozenset({
    "security.verify", "security.two_factor_setup_validate", "security.two_factor_token_validation",
    "security.two_factor_rescue", "security.reset_password", "security.mf_recovery", "security.tf_select",
    "ks_school.action_view", "ks_audit.action_view", "api.hand_in", "api.read_in",
})  # fmt: skip
"""No button of ours: of a login that is half way, without an act, or for a machine with a token."""


@dataclass(frozen=True)
class Press:
    """One button: who presses it, where, and with which form."""

    endpoint: str
    who: str
    path: str
    form: dict[str, Any]


@dataclass
class Buttons:
    """Two schools with something of everything; the buttons are about the first."""

    app: Flask
    school: int
    other_school: int
    presses: list[Press]
    people: dict[str, Account]
    ids: dict[str, Any]
    """A row for each argument of an address."""

    def browser(self, who: str) -> FlaskClient:
        """A browser in which this person has just logged in; nobody, without a name."""
        with self.app.app_context():
            session = db.session()
            return login(self.app, session, session.merge(self.people[who])) if who else self.app.test_client()


def fill(app: Flask) -> Buttons:
    """Make all of it, and write it down."""
    session, keyring = db.session(), app.extensions["keyring"]
    clerk = make_clerk(session)
    wereld, other = make_wereld(session, keyring), make_wereld(session, keyring, brin="98XX")
    for koppeling in (wereld.koppeling, other.koppeling):
        koppeling.opengezet_op = koppeling.ingediend_op = koppeling.beslist_op = START
    result, refused, held = wereld.genormeerd(3)
    for id_ in (result, refused):
        wereld.breng(id_, LeveringStatus.GEWEIGERD)
    wereld.breng(held, LeveringStatus.NAKIJKEN)
    elders = Bezorging(
        sleutel=str(uuid4()), school_id=wereld.school.id, resultaat_id=result, leerlingid="k9", las_key="k9",
        elders_op=START,
    )  # fmt: skip
    session.add(elders)
    nazending = Nazending(
        school_id=wereld.school.id, koppeling_id=wereld.koppeling.id, schooljaar="2025-2026", akkoord_op=START,
        akkoord_door=wereld.beheerder.id,
    )  # fmt: skip
    leverancier, _ = leveranciers.make(session, "Toetsmaker", [(wereld.school.brin, "00")], door=clerk.id)
    herzending = Herzending(
        las_type=wereld.koppeling.las_type, van=START, tot=START, gevraagd_op=START, gevraagd_door=clerk.id,
    )  # fmt: skip
    session.add_all((nazending, herzending))
    notitie = Notitie(door=clerk.id, school_id=wereld.school.id, reden=Belreden.MAIL, tekst="", formulier=str(uuid4()))
    session.add(notitie)
    stil = Schakelaar(werk=Werk.MAIL, aanleiding=Aanleiding.KLANTENSERVICE, reden="Even niet.")
    session.add(stil)
    asked = Koppelweg(app, session, clerk, brin="12AB").requested()
    opened = Koppelweg(app, session, clerk, brin="13AB").opened("De Ark", "ark@ark.example")
    handed = Koppelweg(app, session, clerk, brin="14AB").submitted("De Brug", "brug@brug.example")
    waits = Koppelweg(app, session, clerk, brin="15AB").unconfirmed("De Dam", "dam@dam.example")
    token = AANVRAAG_LINK.dumps(session.scalars(select(Mail.id).where(Mail.koppeling_id == waits.id)).one())
    leerling = wereld.leerling("Sanne", las_key=None)  # who the second pupil may or may not be
    wereld.leerling("Joris", achternaam="Jansen", las_key=None)
    linked = wereld.leerling("Pim", achternaam="Vermaas", las_key="k8")
    twice = wereld.leerling("Pim", achternaam="Vermaas", las_key=None)
    twice.status, twice.samengevoegd_met_id = Lidmaatschap.VERTROKKEN, linked.id
    news = aanlevering(
        pupil("k1", "Noor", "Maan"),
        pupil("k2", "Sanne", "de Vries"),
        pupil("k3", "Joris", "Janssen"),
        pupil("k8", "Pim", "Vermaas"),
        leerkrachten=(teacher("t1", "Loes", "Hartog"),),
    )
    batch = inname.take_in(session, wereld.koppeling, news)
    assert batch is not None
    line = session.scalars(select(Importregel.id).where(Importregel.batch_id == batch.id)).first()
    lines_of = select(Importregel.id).where(Importregel.batch_id == batch.id)
    teacher_line = session.scalars(lines_of.where(Importregel.soort == Soort.LEERKRACHT)).one()
    mail = session.scalars(select(Mail)).first()
    assert mail is not None
    mail.status = MailStatus.OPGEGEVEN
    dood, fout = (
        DoodAdres(adres="weg@regenboog.example", antwoord="550"),
        DoodAdres(adres="x@y.example", antwoord="550"),
    )
    wissing = Wissing(school_id=wereld.school.id, leerling_id=0, door=clerk.id)
    vaag = Aanvraagmail(sleutel="x", afzender="a@b.example", onduidelijk=Onduidelijk.BRIN)
    session.add_all((dood, fout, vaag, wissing))
    opener = Koppelweg(app, session, clerk, brin="13AB").beheerder(opened)
    session.commit()
    other_clerk = make_clerk(session, naam="Bo")
    people = {"beheerder": wereld.beheerder, "opener": opener, "clerk": clerk, "other": other.beheerder}
    colleague = make_account(session, Rol.BEHEERDER, wereld.school)
    people["leerkracht"] = make_account(session, Rol.LEERKRACHT, wereld.school)
    asked_line, free_line = (regel.id for regel in batch.regels if regel.is_vraag)
    doorgeven.hand_over(
        session, wereld.school.id, batch.id, [asked_line], aan=people["leerkracht"].id, bericht="",
        door=wereld.beheerder.id,
    )  # fmt: skip
    overdracht = session.scalars(select(Overdracht)).one()
    mail_of_colleague = session.scalars(
        select(Mail.id).where(Mail.batch_id == batch.id, Mail.soort == MailSoort.KOPPELINGSMAIL)
    ).first()
    asks, invited, mine = (
        Toetreding(school_id=wereld.school.id, email=f"{n}@x.example", naam="Kim", rol=Rol.BEHEERDER, is_verzoek=not n)
        for n in range(3)
    )
    session.add_all((asks, invited, mine))
    people["van twee"] = make_account(session, Rol.LEERKRACHT, wereld.school)
    join(session, people["van twee"], other.school)
    mine.email = people["leerkracht"].email
    people["opener"].nieuw_email = "opener@ark.example"
    wijziging = mails.add(session, MailSoort.ADRES_BEVESTIGEN, "opener@ark.example", account_id=people["opener"].id)
    identiteit = Identiteit(
        account_id=people["beheerder"].id, issuer=BESTUUR.issuer, tenant="horizon-po", subject="1", naam="Marijke"
    )
    session.add(identiteit)
    session.flush()
    for person in people.values():
        person.password = hash_password("x" * 12)
    session.commit()
    for person in people.values():
        session.refresh(person)
        session.expunge(person)
    b, ks, k = f"/controle/{batch.id}", "/klantenservice", wereld.koppeling.id
    aanvraag = {"schoolnaam": "A", "brin": "55AA", "contact_naam": "B", "contact_email": "a@b.example"}
    lk = "/beheer/beheerders/leerkrachten"
    passwords = {"password": "x" * 12, **dict.fromkeys(("new_password", "new_password_confirm"), "nog-nooit-bedacht")}
    zaak = f"aanvraag:brin:{asked.brin}"
    toets = next(iter(wereld.toetsen.values())).id
    who = {"id": str(leerling.id)}
    night = session.scalars(select(Handeling.id).where(Handeling.school_id == wereld.school.id)).first()
    one_pupil = {"brin": wereld.school.brin, "soort": "ons", "nummer": str(leerling.id)}
    score = {"afnamedatum": "2026-11-23", f"score-{leerling.id}": "3", "actie": "normeren"}
    # The leerkracht presses little else, and first: a new password ends every other login of the same person.
    presses = [
        Press("security.login", "", "/inloggen", {"email": "ark@ark.example", "password": "x"}),
        Press("security.forgot_password", "", "/wachtwoord-vergeten", {"email": "ark@ark.example"}),
        Press("doorgegeven.advise", "leerkracht", f"/doorgegeven/{overdracht.vragen[0].id}/advies",
              {"advies": "zelfde", "opmerking": ""}),
        Press("security.change_password", "leerkracht", "/wachtwoord-wijzigen", passwords),
        Press("security.mf_recovery_codes", "clerk", "/herstelcodes", {"generate_new_codes": "1"}),
        Press("security.two_factor_setup", "clerk", "/tweede-stap/instellen", {"setup": "authenticator"}),
        Press("security.logout", "beheerder", "/uitloggen", {}),
        Press("scholen.switch", "van twee", f"/school/{other.school.id}/wissel", {}),
        Press("oefenen.stop", "clerk", "/oefenen/stoppen", {}),
        Press("oefenen.begin", "opener", "/oefenen/", {}),
        Press("oefenen.begin_anew", "opener", "/oefenen/opnieuw", {}),
        Press("aanvraag.send", "", "/aanvraag/", aanvraag),
        Press("aanvraag.confirm", "", f"/m/aanvraag/{token}", {"brin": "15AB"}),
        Press("aanvraag.withdraw", "", f"/m/aanvraag/{token}/intrekken", {"brin": "15AB"}),
        Press("koppeling.submit", "opener", "/beheer/koppelen/",
              {"sleutel": "a" * 32, "las_type": "parnassys", "schooljaar": JAAR}),
        Press("koppeling.clear_externe_nummers", "opener", "/beheer/koppelen/externe-nummers", {"aantal": "0"}),
        Press("koppeling.fetch", "beheerder", "/beheer/koppelen/ophalen", {}),
        Press("koppeling.replace_sleutel", "beheerder", "/beheer/koppelen/sleutel", {"sleutel": "a" * 32}),
        Press("koppeling.change_schooljaar", "beheerder", "/beheer/koppelen/schooljaar", {"schooljaar": JAAR}),
        Press("koppeling.choose_regio", "beheerder", "/beheer/koppelen/vakantieregio", {"regio": "midden"}),
        Press("koppeling.save_sending", "beheerder", "/beheer/koppelen/verzenden",
              {"versturen": "nee", "binnen_minuut": "nee", "vanaf": f"{JAAR[5:]}-07-31"}),
        Press("koppeling.save_agreements", "beheerder", "/beheer/koppelen/afspraken",
              {"nieuwe_leerlingen": "ja", "nieuwe_leerkrachten": "nee", "alleen_op_het_spel": "nee",
               "jaargroepen": "alle", "mailritme": "meteen"}),
        Press("koppeling.agreements_later", "beheerder", "/beheer/koppelen/afspraken/later", {}),
        Press("koppeling.pause", "beheerder", "/beheer/koppelen/pauzeren", {}),
        Press("koppeling.resume", "beheerder", "/beheer/koppelen/hervatten", {}),
        Press("koppeling.ask_end", "beheerder", "/beheer/koppelen/beeindigen", {}),
        Press("koppeling.go_on", "beheerder", "/beheer/koppelen/doorgaan", {}),
        Press("beheerders.invite", "beheerder", "/beheer/beheerders/uitnodigen", {"email": "a@b.example"}),
        Press("beheerders.decide", "beheerder", f"/beheer/beheerders/verzoek/{asks.id}", {"antwoord": "ja"}),
        Press("beheerders.withdraw", "beheerder", f"/beheer/beheerders/uitnodiging/{invited.id}/intrekken", {}),
        Press("leerkrachten.invite", "beheerder", f"{lk}/uitnodigen", {"id": "1"}),
        Press("leerkrachten.save_addresses", "beheerder", f"{lk}/adressen", {f"adres-r{teacher_line}": "a@b.example"}),
        Press("leerkrachten.let_in_again", "beheerder", f"{lk}/{colleague.id}/teruggeven", {}),
        Press("beheerders.remove", "beheerder", f"/beheer/beheerders/{colleague.id}/verwijderen", {}),
        Press("toegang.accept_as_new", "", f"/m/uitnodiging/{UITNODIGING_LINK.dumps(invited.id)}",
              {"naam": "Kim", "password": "een goede zin", "password_confirm": "een goede zin"}),
        Press("toegang.accept", "leerkracht", f"/uitnodiging/{mine.id}", {}),
        Press("adres.change", "opener", "/account/adres", {"email": "ander@ark.example", "password": "x" * 12}),
        Press("adres.confirm", "opener", f"/account/adres/{wijziging.id}", {}),
        Press("bestuur.tie", "leerkracht", "/account/bestuur/verbinden", {}),
        Press("bestuur.accept_invited", "", f"/m/uitnodiging/{UITNODIGING_LINK.dumps(invited.id)}/bestuur",
              {"naam": "Kim"}),
        Press("logboek.proof", "beheerder", "/beheer/logboek/bewijs", {"dag": "2026-11-23"}),
        Press("koppeling.import_anyway", "beheerder", "/beheer/koppelen/toch-importeren", {"id": "1"}),
        Press("koppeling.go_over", "beheerder", "/beheer/koppelen/overgaan/nu", {}),
        Press("koppeling.put_off_turn", "beheerder", "/beheer/koppelen/overgaan/vanaf", {"vanaf": "2026-09-01"}),
        Press("koppeling.park", "beheerder", "/beheer/koppelen/niet-in-las/parkeren", who),
        Press("overzicht.forget_name", "beheerder", f"/school/leerling/{linked.id}/naam-vergeten", {"roepnaam": "Bo"}),
        Press("overzicht.reopen", "beheerder", f"/school/leerling/{linked.id}/heropenen", {}),
        Press("overzicht.park", "beheerder", f"/school/groep/{wereld.groep.id}/parkeren", {}),
        Press("overzicht.unlink", "beheerder", f"/school/leerling/{linked.id}/ontkoppelen", {}),
        Press("overzicht.link_again", "beheerder", f"/school/leerling/{linked.id}/weer-koppelen", {}),
        Press("overzicht.do_merge", "beheerder", f"/school/leerling/{linked.id}/samenvoegen", 
              {"met": str(leerling.id)}),
        Press("overzicht.do_part", "beheerder", f"/school/leerling/{twice.id}/splitsen", {"digest": "x"}),
        Press("overzicht.say_two", "beheerder", f"/school/leerling/{linked.id}/twee", {"ander": str(leerling.id)}),
        Press("overzicht.bring_back", "beheerder", f"/school/leerling/{linked.id}/terugzetten", {}),
        Press("overzicht.do_anyway", "beheerder", f"/school/leerling/{linked.id}/toch", {}),
        Press("controle.do_undo_night", "beheerder", f"/controle/vanzelf/{night}/terugnemen", {"digest": "x"}),
        Press("overzicht.say_wrong", "leerkracht", f"/school/leerling/{linked.id}/klopt-niet", {"waarom": "naam"}),
        Press("overzicht.say_right", "beheerder", f"/school/leerling/{linked.id}/klopt-wel", {}),
        Press("koppeling.leave", "beheerder", "/beheer/koppelen/niet-in-las/laten-staan", {"getoond": "1"}),
        Press("koppeling.bring_back", "beheerder", "/beheer/koppelen/niet-in-las/terugzetten", who),
        Press("controle.choose", "beheerder", f"{b}/regel/{line}/kies", {"keuze": "niet"}),
        Press("controle.choose_many", "beheerder", f"{b}/samen", {
            "soort": "leerkrachten", "terug": "nieuw", "aangevinkt": "niet", "id": str(teacher_line),
            "gezien": START.isoformat()}),
        Press("controle.undo_many", "beheerder", f"{b}/samen/terug",
              {"soort": "leerkrachten", "terug": "nieuw", "op": START.isoformat()}),
        Press("controle.link", "beheerder", f"{b}/regel/{line}/koppel", {"kandidaat": str(wereld.groep.id)}),
        Press("controle.answer_exchange", "beheerder", f"{b}/regel/{line}/verwisseld", {"antwoord": "omdraaien"}),
        Press("controle.open_answer", "beheerder", f"{b}/regel/{line}/open", {"kandidaat": str(wereld.groep.id)}),
        Press("controle.confirm_departures", "beheerder", f"{b}/vertrek", {"aantal": "0"}),
        Press("controle.hand_over", "beheerder", f"{b}/doorgeven",
              {"account": str(colleague.id), "regel": str(free_line), "welke": "groep", "bericht": ""}),
        Press("controle.take_hand_over_back", "beheerder", f"{b}/doorgeven/{overdracht.id}/terug", {}),
        Press("controle.follow_for_other", "beheerder", f"/controle/mail/{mail_of_colleague}/verder", {}),
        Press("controle.send_new_mail", "beheerder", "/controle/nieuwe-mail", {}),
        Press("controle.hand_over_hold", "beheerder", f"{b}/vastgehouden/doorgeven", {"account": str(colleague.id)}),
        Press("controle.take_back", "beheerder", f"{b}/vastgehouden/terug", {}),
        Press("controle.believe", "beheerder", f"{b}/vastgehouden/nieuw:leerling/klopt", {"aantal": "0"}),
        Press("controle.take_back_unusual", "beheerder", f"{b}/vastgehouden/groepen:leerling/terug", {}),
        Press("controle.commit", "beheerder", f"{b}/importeren", {"digest": "x"}),
        Press("controle.do_undo", "beheerder", f"{b}/terugdraaien", {"digest": "x"}),
        Press("toetsen.save", "beheerder", f"/resultaten/{toets}/{wereld.groep.id}/", score),
        Press("toetsen.check_file", "beheerder", f"/resultaten/groep/{wereld.groep.id}/bestand/",
              {"dag": "2026-11-20"}),
        Press("toetsen.save_file", "beheerder", f"/resultaten/groep/{wereld.groep.id}/bestand/bewaren",
              {"inhoud": "", "dag": "2026-11-20", "digest": "x"}),
        Press("toetsen.norm_school", "beheerder", "/resultaten/normeren", {}),
        Press("toetsen.norm_groep", "beheerder", f"/resultaten/groep/{wereld.groep.id}/normeren", {}),
        Press("versturen.send_now", "beheerder", "/resultaten/leveringen/nu-versturen", {}),
        Press("versturen.send_again", "beheerder", f"/resultaten/leveringen/{refused}/opnieuw", {}),
        Press("versturen.send_all_again", "beheerder", "/resultaten/leveringen/opnieuw",
              {"code": "Client.LeerlingOngeldig", "schooljaar": "2026-2027"}),
        Press("versturen.score_is_right", "beheerder", f"/resultaten/leveringen/{held}/klopt", {}),
        Press("versturen.removed", "beheerder", f"/resultaten/leveringen/elders/{elders.sleutel}/verwijderd", {}),
        Press("nazenden.approve", "beheerder", "/resultaten/vorig-schooljaar/", {"akkoord": "ja"}),
        Press("nazenden.stop", "beheerder", f"/resultaten/vorig-schooljaar/{nazending.id}/stoppen", {}),
        Press("admin.act", "clerk", f"{ks}/zaken/", {"een": f"mijn {zaak}"}),
        Press("admin.note", "clerk", f"{ks}/zaak/notitie/", {"zaak": zaak, "notitie": "Belt."}),
        Press("admin.looks", "clerk", f"{ks}/zaak/kijkt/", {"zaak": zaak}),
        *(
        Press("ks_koppeling.action_view", "clerk", f"{ks}/koppeling/action/", {"action": act, "rowid": row})
            for act, row in (
                ("goedkeuren", handed.id), ("ophalen", k), ("versturen", k), ("vrijgeven", k),
                ("goedkeuren terugnemen", k), ("intrekken", asked.id),
            )
        ),
        Press("ks_nazending.approve", "clerk", f"{ks}/vorig-schooljaar/{k}/", {"akkoord": "ja", "bereikt": "gebeld"}),
        Press("ks_nazending.stop", "clerk", f"{ks}/vorig-schooljaar/{k}/{nazending.id}/stoppen/", {}),
        Press("ks_herzending.choose", "clerk", f"{ks}/opnieuw-versturen/", {
            "las": "parnassys", "van": "2026-11-23T00:00", "tot": "2026-11-24T00:00", "code": "bevestigd",
            "getoond": "1"}),
        Press("ks_herzending.let_go", "clerk", f"{ks}/opnieuw-versturen/{herzending.id}/stap/", {"stap": "1"}),
        Press("ks_herzending.stop", "clerk", f"{ks}/opnieuw-versturen/{herzending.id}/stoppen/", {}),
        Press("ks_gesprek.note_koppeling", "clerk", f"{ks}/gesprekken/koppeling/{k}/",
              {"reden": "mail", "formulier": str(uuid4())}),
        Press("ks_gesprek.note_school", "clerk", f"{ks}/gesprekken/school/{wereld.school.id}/",
              {"tekst": "Gebeld.", "reden": "", "formulier": str(uuid4())}),
        Press("ks_gesprek.take_back", "clerk", f"{ks}/gesprekken/{notitie.id}/weg/", {}),
        Press("ks_koppeling.correct", "clerk", f"{ks}/koppeling/{handed.id}/verbeteren/", aanvraag),
        Press("ks_koppeling.do_open_up", "clerk", f"{ks}/koppeling/{asked.id}/openzetten/", {}),
        Press("ks_koppeling.approve_knowing", "clerk", f"{ks}/koppeling/{handed.id}/goedkeuren/", {
            "weet": "y", "gezien": list(Bewijs)}),
        Press("ks_koppeling.try_now", "clerk", f"{ks}/koppeling/{handed.id}/proberen/", {}),
        Press("ks_koppeling.contract", "clerk", f"{ks}/koppeling/{handed.id}/overeenkomst/",
              {"getekend_op": "2026-08-28"}),
        Press("ks_koppeling.remind", "clerk", f"{ks}/koppeling/{opened.id}/herinneren/", {}),
        Press("ks_koppeling.pause", "clerk", f"{ks}/koppeling/{k}/pauzeren/", {"reden": "Even rust."}),
        Press("ks_koppeling.change_pause", "clerk", f"{ks}/koppeling/{k}/pauze/", {"reden": "Nog even."}),
        Press("ks_koppeling.resume", "clerk", f"{ks}/koppeling/{k}/hervatten/", {}),
        Press("ks_koppeling.ask_sleutel", "clerk", f"{ks}/koppeling/{k}/sleutel-vragen/", {"reden": "Gelekt."}),
        Press("ks_koppeling.end", "clerk", f"{ks}/koppeling/{k}/beeindigen/", {"reden": "Dicht."}),
        Press("ks_schakelaar.approve_alone", "clerk", f"{ks}/schakelaars/goedkeuren/parnassys/", {"mag": "ja"}),
        Press("ks_koppeling.reject", "clerk", f"{ks}/koppeling/{opened.id}/afwijzen/", {"reden": "brin"}),
        Press("ks_levering.action_view", "clerk", f"{ks}/levering/action/", {"action": "opnieuw", "rowid": result}),
        Press("ks_mail.action_view", "clerk", f"{ks}/mail/action/", {"action": "opnieuw", "rowid": mail.id}),
        Press("ks_account.action_view", "clerk", f"{ks}/account/action/",
              {"action": "tweede_stap_wissen", "rowid": other_clerk.id}),
        Press("ks_leverancier.make", "clerk", f"{ks}/leverancier/maken/",
              {"naam": "T", "scholen": wereld.school.brin, "mag_inlezen": "y"}),
        Press("ks_leverancier.action_view", "clerk", f"{ks}/leverancier/action/",
              {"action": "intrekken", "rowid": leverancier.id}),
        Press("ks_account.make", "clerk", f"{ks}/account/maken/", {"naam": "A", "email": "nieuw@d.nl"}),
        Press("ks_schakelaar.index", "clerk", f"{ks}/schakelaars/", {"werk": "mail", "las": "", "reden": "Even niet."}),
        Press("ks_schakelaar.ceiling", "clerk", f"{ks}/schakelaars/plafond/parnassys/", {"scholen": "alle"}),
        Press("ks_schakelaar.within_minute", "clerk", f"{ks}/schakelaars/minuut/parnassys/", {"mag": "ja"}),
        Press("ks_schakelaar.lift", "clerk", f"{ks}/schakelaars/{stil.id}/verder/", {}),
        Press("ks_aanvraagmail.action_view", "clerk", f"{ks}/aanvraagmail/action/",
              {"action": "afgehandeld", "rowid": vaag.id}),
        Press("ks_adres.action_view", "clerk", f"{ks}/adres/action/", {"action": "vrijgeven", "rowid": dood.id}),
        Press("ks_adres.correct", "clerk", f"{ks}/adres/{fout.id}/verbeteren/", {"email": "c@d.nl", "bereikt": "x"}),
        Press("ks_bewaring.see", "clerk", f"{ks}/bewaren/inzage/", one_pupil),
        Press("ks_bewaring.erase", "clerk", f"{ks}/bewaren/wissen/", one_pupil),
        Press("ks_school.vakantieregio", "clerk", f"{ks}/school/{wereld.school.id}/vakantieregio/", {"regio": "zuid"}),
        Press("ks_school.invite", "clerk", f"{ks}/school/{wereld.school.id}/beheerder/",
              {"naam": "D", "email": "d@e.nl", "bereikt": "gebeld"}),
        Press("bestuur.untie", "beheerder", f"/account/bestuur/{identiteit.id}/losmaken", {}),  # ends every login
    ]  # fmt: skip
    ids = {
        "levering_id": refused, "other_clerk_id": other_clerk.id, "schakelaar_id": stil.id, "wissing_id": wissing.id,
        "handeling_id": night, "nazending_id": nazending.id, "herzending_id": herzending.id,
        "notitie_id": notitie.id,
        "batch_id": batch.id, "regel_id": line, "mail_id": mail.id, "koppeling_id": asked.id, "toets_id": toets,
        "groep_id": wereld.groep.id, "soort": "leerling", "doel_id": leerling.id, "resultaat_id": refused,
        "adres_id": fout.id, "brin": "12AB", "token": token, "key": "nieuw:leerling", "toetreding_id": mine.id,
        "identiteit_id": identiteit.id, "bestuur": BESTUUR.sleutel,
        "overdracht_id": overdracht.id, "vraag_id": overdracht.vragen[0].id,
        "account_id": colleague.id, "school_id": other.school.id, "sleutel": elders.sleutel,
        "wat": "toetsen-en-resultaten", "code": "Client.LeerlingOngeldig",
    }  # fmt: skip
    return Buttons(app, wereld.school.id, other.school.id, presses, people, ids)
