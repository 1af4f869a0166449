"""Who did what, when: append-only; and each day of it sealed."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, choice
from webapp.models.ids import AccountId, SchoolId


class Daad(StrEnum):
    """Every act that the trail can hold, in the order of the manual."""

    OEFENSCHOOL_BEGONNEN = "oefenschool begonnen"
    """All of the oefenschool was made anew; what stands before it in her trail is of another day."""
    AANGEVRAAGD = "aangevraagd"
    AANVRAAG_PER_MAIL = "aanvraag per mail"
    AANVRAAGMAIL_GELEZEN = "aanvraagmail gelezen"
    AANVRAAG_BEVESTIGD = "aanvraag bevestigd"
    AANVRAAG_VERVALLEN = "aanvraag vervallen"
    AANVRAAG_VERBETERD = "aanvraag verbeterd"
    AANVRAAG_INGETROKKEN = "aanvraag ingetrokken"
    CONTACTPERSOON_GEWIJZIGD = "contactpersoon gewijzigd"
    OPENGEZET = "opengezet"
    HERINNERD = "herinnerd"
    VRAAG_HERINNERD = "vraag herinnerd"
    VAKANTIEREGIO = "vakantieregio"
    EXTERNE_NUMMERS_GEWIST = "externe nummers gewist"
    INGEDIEND = "ingediend"
    GOEDGEKEURD = "goedgekeurd"
    GOEDKEURING_TERUGGENOMEN = "goedkeuring teruggenomen"
    GOEDKEUREN_VANZELF = "goedkeuren vanzelf"
    """For a LAS: what is all green is approved without a person, or no more."""
    OVEREENKOMST_GENOTEERD = "overeenkomst genoteerd"
    AFGEWEZEN = "afgewezen"
    GEPAUZEERD = "gepauzeerd"
    HERVAT = "hervat"
    SLEUTEL_GEWEIGERD = "sleutel geweigerd"
    SLEUTEL_GEVRAAGD = "sleutel gevraagd"
    SLEUTEL_GEPROBEERD = "sleutel geprobeerd"
    SLEUTEL_VERVANGEN = "sleutel vervangen"
    SCHOOLJAAR_GEWIJZIGD = "schooljaar gewijzigd"
    SCHOOLJAAR_BEGONNEN = "schooljaar begonnen"
    NU_OVERGAAN = "nu overgaan"
    OVERGAAN_UITGESTELD = "overgaan uitgesteld"
    OPHALEN_GEVRAAGD = "ophalen gevraagd"
    OPHALEN_MISLUKT = "ophalen mislukt"
    OPGEHAALD = "opgehaald"
    GEIMPORTEERD = "geïmporteerd"
    IMPORT_TERUGGEDRAAID = "import teruggedraaid"
    SAMENGEVOEGD = "leerlingen samengevoegd"
    SAMENVOEGEN_TERUGGEDRAAID = "samenvoegen teruggedraaid"
    ANTWOORD_TERUGGENOMEN = "antwoord teruggenomen"
    NACHT_TERUGGENOMEN = "nacht teruggenomen"
    TOCH_GEDAAN = "toch gedaan"
    GEPARKEERD = "geparkeerd"
    BLIJFT_STAAN = "blijft staan"
    WEER_ACTIEF = "weer actief"
    VASTGEHOUDEN = "vastgehouden"
    DOORGEGEVEN = "doorgegeven"
    TERUGGENOMEN = "teruggenomen"
    GEGEVEN_GEPARKEERD = "gegeven geparkeerd"
    """A groep or a leerkracht."""
    ONTKOPPELD = "ontkoppeld"
    ONTKOPPELEN_TERUGGEDRAAID = "ontkoppelen teruggedraaid"
    KOPPELING_HEROPEND = "koppeling heropend"
    ZELFDE_GEVRAAGD = "gevraagd of het dezelfde is"
    TWEE_LEERLINGEN = "het zijn er twee"
    TWEE_LEERLINGEN_TERUG = "toch niet zeker twee"
    DOORGEVEN_VERLOPEN = "doorgeven verlopen"
    ADVIES_GEGEVEN = "advies gegeven"
    LINK_GEVOLGD = "link gevolgd"
    MAIL_GEVRAAGD = "mail gevraagd"
    ONGEWOON = "ongewoon"
    VRIJ = "niets meer vastgehouden"
    KLOPT = "klopt"
    KLOPT_TERUGGEDRAAID = "klopt teruggedraaid"
    VERTREK_BEVESTIGD = "vertrek bevestigd"
    VERTREK_TERUGGEDRAAID = "vertrek teruggedraaid"
    TOCH_IMPORTEREN = "toch importeren"
    LEVERANCIER_GEMAAKT = "leverancier gemaakt"
    LEVERANCIER_INGETROKKEN = "leverancier ingetrokken"
    INLEZEN_TOEGESTAAN = "inlezen toegestaan"
    INLEZEN_GESTOPT = "inlezen gestopt"
    SCORES_OPGESLAGEN = "scores opgeslagen"
    GENORMEERD = "genormeerd"
    NU_VERSTUREN = "nu versturen"
    RESULTATEN_BEVESTIGD = "resultaten bevestigd"
    RESULTATEN_GEWEIGERD = "resultaten geweigerd"
    VERSTUREN_GESTOPT = "versturen gestopt"
    VRIJGEGEVEN = "vrijgegeven"
    OPNIEUW_VERSTUREN = "opnieuw versturen"
    NAZENDING_AKKOORD = "nazending akkoord"
    NAZENDING_IN_RIJ = "nazending in de rij"
    NAZENDING_GESTOPT = "nazending gestopt"
    HERZENDING_GEKOZEN = "herzending gekozen"
    HERZENDING_STAP = "herzending stap"
    HERZENDING_IN_RIJ = "herzending in de rij"
    HERZENDING_GESTOPT = "herzending gestopt"
    LAS_PROEF = "las-proef"
    ELDERS_AFGELEVERD = "elders afgeleverd"
    ELDERS_VERWIJDERD = "elders verwijderd"
    KLOPT_NIET = "klopt niet"
    KLOPT_NIET_BEANTWOORD = "klopt niet beantwoord"
    NOTITIE_GEMAAKT = "notitie gemaakt"
    """Of no school in the trail: a school reads its own lines, and not what klantenservice notes."""
    NOTITIE_WEG = "notitie weg"
    MAIL_OPNIEUW = "mail opnieuw"
    MAIL_AANGEKOMEN = "mail aangekomen"
    ADRES_DOOD = "adres dood"
    ADRES_VRIJGEGEVEN = "adres vrijgegeven"
    ZAAK_BIJGEHOUDEN = "zaak bijgehouden"
    """A clerk took a case of the queue, gave it back, put it off or wrote at it."""
    ADRES_VERBETERD = "adres verbeterd"
    NACHT_BEGONNEN = "nacht begonnen"
    NACHT_KLAAR = "nacht klaar"
    INTERNE_FOUT = "interne fout"
    LAS_GEPAUZEERD = "las gepauzeerd"
    LAS_HERVAT = "las hervat"
    PLAFOND_GEZET = "plafond gezet"
    STILGEZET = "stilgezet"
    WEER_VERDER = "weer verder"
    TERUGGEZET = "teruggezet"
    TOEGANG_GEVRAAGD = "toegang gevraagd"
    TOEGANG_GEWEIGERD = "toegang geweigerd"
    UITGENODIGD = "uitgenodigd"
    UITNODIGING_INGETROKKEN = "uitnodiging ingetrokken"
    BEHEERDER_ERBIJ = "beheerder erbij"
    LEERKRACHT_ERBIJ = "leerkracht erbij"
    LEERKRACHT_ADRESSEN = "adressen van leerkrachten"
    TOEGANG_OPGESCHORT = "toegang opgeschort"
    TOEGANG_HERSTELD = "toegang hersteld"
    MEDEWERKER_WEG = "medewerker weg"
    ADRES_GEWIJZIGD = "adres gewijzigd"
    EINDE_GEVRAAGD = "einde gevraagd"
    EINDE_INGETROKKEN = "einde ingetrokken"
    BEEINDIGD = "beeindigd"
    NAKIJKEN = "nakijken"
    NAGEKEKEN = "nagekeken"
    INGELOGD = "ingelogd"
    INLOGGEN_MISLUKT = "inloggen mislukt"
    INLOGGEN_VERTRAAGD = "inloggen vertraagd"
    UITGELOGD = "uitgelogd"
    TWEEDE_STAP_MISLUKT = "tweede stap mislukt"
    TWEEDE_STAP_INGESTELD = "tweede stap ingesteld"
    HERSTELCODES_GEMAAKT = "herstelcodes gemaakt"
    BESTUURSACCOUNT_VERBONDEN = "bestuursaccount verbonden"
    BESTUURSACCOUNT_LOSGEMAAKT = "bestuursaccount losgemaakt"
    BESTUURSACCOUNT_GEWEIGERD = "bestuursaccount geweigerd"
    WACHTWOORD_GEVRAAGD = "wachtwoord gevraagd"
    WACHTWOORD_HERSTELD = "wachtwoord hersteld"
    WACHTWOORD_GEWIJZIGD = "wachtwoord gewijzigd"
    ACCOUNT_GEMAAKT = "account gemaakt"
    ACCOUNT_UITGEZET = "account uitgezet"
    LEIDING_GEGEVEN = "leiding gegeven"
    LEIDING_GENOMEN = "leiding genomen"
    TWEEDE_STAP_WISSEN_GEVRAAGD = "tweede stap wissen gevraagd"
    TWEEDE_STAP_GEWIST = "tweede stap gewist"
    INGELEZEN = "ingelezen"
    HERSLEUTELD = "hersleuteld"
    WISSEN_AANGEKONDIGD = "wissen aangekondigd"
    OPGERUIMD = "opgeruimd"
    LEERLING_INGEZIEN = "leerling ingezien"
    LEERLING_GEWIST = "leerling gewist"
    NAAM_VERGETEN = "naam vergeten"
    AFSPRAKEN_GEWIJZIGD = "afspraken gewijzigd"
    AFSPRAAK_UITGEVOERD = "afspraak uitgevoerd"
    AFSPRAKEN_LATER = "afspraken later"
    MINUUT_TOEGESTAAN = "minuut toegestaan"
    MINUUT_GESTOPT = "minuut gestopt"
    VERZENDKEUZE = "verzenden gekozen"
    LEERLING_MAG_TERUG = "leerling mag terug"
    UITVOER = "uitvoer"
    NAMEN_GEZIEN = "namen gezien"
    LOGBOEK_GEHAALD = "logboek gehaald"


class Audit(Base):
    """One act of a person or a job. Ids and counts only; the database refuses to change or delete a row."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_school_op", "school_id", "op"),
        Index("ix_audit_op", "op", postgresql_using="brin"),
        Index(
            "uq_audit_gezien",
            "account_id",
            "object",
            text("((op AT TIME ZONE 'Europe/Amsterdam')::date)"),
            text("coalesce(school_id, 0)"),
            unique=True,
            postgresql_where=text("actie = 'namen gezien'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    op: Mapped[datetime] = mapped_column(server_default=func.now())
    account_id: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))
    """Empty when the system did it by itself."""
    school_id: Mapped[SchoolId | None] = mapped_column(ForeignKey("school.id"))
    actie: Mapped[Daad] = mapped_column(choice(Daad, "actie", is_closed=False))
    """May be an act of a newer version, after a way back: whoever reads many acts asks for those of `Daad`."""
    object: Mapped[str] = mapped_column(String(64))
    tellingen: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class Spoordag(Base):
    """One local day of the trail, sealed: a change of any act of it gives another root (`webapp/wortel.py`)."""

    __tablename__ = "spoordag"

    datum: Mapped[date] = mapped_column(primary_key=True)
    aantal: Mapped[int]
    """How many acts the day has."""
    zout: Mapped[bytes] = mapped_column(LargeBinary)
    """Keeps a school from guessing at the acts of another by their hash."""
    vorige: Mapped[str] = mapped_column(String(64))
    """The root of the day before; zeros for the first."""
    wortel: Mapped[str] = mapped_column(String(64))
    gemaakt_op: Mapped[datetime] = mapped_column(server_default=func.now())
    gecontroleerd_op: Mapped[datetime] = mapped_column(server_default=func.now())
    klopt_niet_op: Mapped[datetime | None]
    """Since when the trail gives another root than it did."""
