"""Keep reasons and warnings of a review as codes, so that a better sentence reaches old rows too"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# What the codes said when this was written; a sentence that is not here stays a sentence.
_REDENEN = {
    "ECK iD gelijk": "eckid-gelijk",
    "ECK iD verschilt": "eckid-anders",
    "externe sleutel gelijk": "sleutel-gelijk",
    "externe sleutel verschilt": "sleutel-anders",
    "achternaam en roepnaam verwisseld": "namen-verwisseld",
    "achternaam gelijk": "achternaam-gelijk",
    "achternaam gelijk op voorvoegsel na": "achternaam-op-voorvoegsel",
    "achternaam is deel van een dubbele naam": "achternaam-deel",
    "achternaam klinkt gelijk": "achternaam-klank",
    "achternaam één letter anders": "achternaam-letter",
    "achternaam begint gelijk": "achternaam-begin",
    "achternaam twee letters anders": "achternaam-letters",
    "achternaam verschilt": "achternaam-anders",
    "achternaam ontbreekt": "achternaam-onbekend",
    "roepnaam gelijk": "roepnaam-gelijk",
    "roepnaam gelijk aan de eerste voornaam": "roepnaam-eerste",
    "roepnaam staat onder de voornamen": "roepnaam-onder-voornamen",
    "roepnaam anders geschreven": "roepnaam-schrijfwijze",
    "roepnaam één letter anders, lijkt een tikfout": "roepnaam-tikfout",
    "roepnaam één letter anders": "roepnaam-letter",
    "roepnaam verwant": "roepnaam-verwant",
    "roepnaam lijkt erop": "roepnaam-letters",
    "voorletter past": "roepnaam-voorletter",
    "roepnaam verschilt": "roepnaam-anders",
    "roepnaam ontbreekt": "roepnaam-onbekend",
    "geboortedatum gelijk": "datum-gelijk",
    "dag en maand van de geboortedatum omgewisseld": "datum-omgewisseld",
    "geboortedatum één cijfer anders": "datum-bijna",
    "geboortedatum is bij één van beide 1 januari": "datum-een-januari",
    "geboortedatum verschilt": "datum-anders",
    "geboortedatum ontbreekt": "datum-onbekend",
    "1 januari staat vaak voor onbekend": "datum-verdacht",
    "alle voornamen gelijk": "voornamen-gelijk",
    "alle voorletters gelijk": "voorletters-gelijk",
    "voornamen of voorletters verschillen": "voornamen-strijdig",
    "geslacht verschilt": "geslacht-anders",
    "jaargroep gelijk": "jaargroep-gelijk",
    "jaargroep past": "jaargroep-past",
    "jaargroep twee hoger": "jaargroep-twee-hoger",
    "jaargroep past niet": "jaargroep-past-niet",
    "jaargroep verschilt": "jaargroep-anders",
    "e-mailadres gelijk": "email-gelijk",
    "e-mailadres gelijk, maar van meer mensen": "email-gedeeld",
    "e-mailadres gelijk tot de @": "email-ander-domein",
    "e-mailadres verschilt": "email-anders",
    "naam gelijk": "naam-gelijk",
    "naam verschilt": "naam-anders",
    "jaar en letter in de naam gelijk": "naam-aanduiding",
    "uit een ander schooljaar": "schooljaar-anders",
    "zelfde groep in de administratie": "zelfde-groep",
    "iemand anders heeft dit externe nummer nog": "nummer-bezet",
    "zelfde extern nummer": "nummer-gelijk",
}
_VETOES = {
    "andere-eckid": "de ECK iD's verschillen",
    "identifier-dubbel": "de externe sleutel of ECK iD komt twee keer voor",
    "identifier-elders": "de externe sleutel of ECK iD wijst naar iemand anders",
    "naam-past-niet": "de externe sleutel of ECK iD is gelijk, maar de naam past er niet bij",
    "voornamen-strijdig": "de voornamen of voorletters spreken elkaar tegen",
    "geslacht": "het geslacht verschilt",
    "jaargroep": "de stap in jaargroep is niet mogelijk",
    "datum-onbekend": "de geboortedatum ontbreekt",
    "datum-verdacht": "de geboortedatum is 1 januari of kan niet kloppen",
    "datum-omgewisseld": "dag en maand van de geboortedatum lijken omgewisseld",
    "datum-bijna": "de geboortedatum is bijna gelijk, maar niet helemaal",
    "datum-anders": "de geboortedatum verschilt",
    "alleen-voorletter": "van de roepnaam is alleen een voorletter bekend",
    "roepnaam-onbekend": "de roepnaam ontbreekt",
    "roepnaam-lijkt": "de roepnamen lijken op elkaar, maar zijn niet gelijk",
    "roepnaam-anders": "de roepnaam verschilt",
    "achternaam-anders": "de achternaam verschilt",
    "achternaam-onbekend": "de achternaam ontbreekt",
    "tweeling": "er is nog iemand met deze achternaam en geboortedatum",
    "meer-bestaande": "er is nog een bestaand gegeven dat het kan zijn",
    "meer-nieuwe": "er is nog een gegeven in de aanlevering dat het kan zijn",
    "al-gekoppeld": "dit bestaande gegeven is al aan een ander gekoppeld",
    "menigte": "te veel gegevens lijken op elkaar",
    "email": "de e-mailadressen verschillen",
    "gedeeld-email": "het e-mailadres wordt door meer mensen gebruikt",
    "groepsnaam": "de groepsnaam verschilt",
}
_NIEUW, _ONGEWIJZIGD = "Nieuw: niemand lijkt hierop.", "Eerder gekoppeld en niets veranderd."
_OPENINGS = {"zeker": "Automatisch gekoppeld: ", "twijfel": "Controleer: "}
_WAARSCHUWINGEN = {
    ("dubbel_gelijk", ""): "Een gelijk record stond er meer dan een keer in.",
    ("eckid_onbruikbaar", ""): "Een ECK iD dat steeds terugkomt, is niet gebruikt.",
    ("emailadres_onleesbaar", "leerkracht"): "Het e-mailadres is onleesbaar en is niet overgenomen.",
    ("geboortedatum_onleesbaar", "leerling"): "De geboortedatum is onleesbaar en is niet overgenomen.",
    ("geboortedatum_onmogelijk", "leerling"): "De geboortedatum kan niet en is niet overgenomen.",
    ("geboortedatum_onwaarschijnlijk", "leerling"): "De geboortedatum is onwaarschijnlijk.",
    ("geen_leerlingen", "school"): "Er staat geen enkele leerling in de levering.",
    ("sleutel_dubbel", "groep"): "Twee groepen hebben deze sleutel; de eerste telt.",
    ("groep_onbekend", ""): "Verwijst naar een groep die niet in de levering staat.",
    ("niet_gevraagd", "leerling"): "Niet overgenomen: {detail} leerlingen uit groepen die niet zijn opgevraagd.",
    ("niets_ontvangen", "leerkracht"): "Er zijn geen leerkrachten ontvangen; wie er al waren, blijven.",
    ("school_niet_genoemd", "school"): "Het antwoord noemt niet van welke school het is.",
    ("sleutel_dubbel", ""): (
        "Deze sleutel of dit ECK iD hoort bij meer dan een persoon; niemand daarvan is overgenomen."
    ),
    ("stamgroep_dubbel", "leerling"): "Een leerling staat in twee stamgroepen; de eerste is gebruikt.",
    ("tekens_verminkt", ""): "Het veld {detail} bevat tekens die verminkt lijken.",
    ("veld_dubbel", ""): "Het veld {detail} staat er twee keer in, met een verschil, en is niet overgenomen.",
    ("waarde_onbekend", ""): "De waarde van {detail} is onbekend en is niet overgenomen.",
    ("waarde_onleesbaar", ""): "Het veld {detail} bevat opmaak en is niet overgenomen.",
    ("waarde_te_lang", ""): "Het veld {detail} is te lang en is niet overgenomen.",
    ("xsd", "bericht"): "Het bericht wijkt af van de standaard: {detail}.",
    ("zonder_naam", "groep"): "Een groep heeft geen naam; de sleutel staat op die plaats.",
    ("zonder_sleutel", "groep"): "Een groep zonder sleutel is niet overgenomen.",
    ("zonder_sleutel", "leerling"): (
        "Een leerling zonder sleutel en zonder ECK iD is niet overgenomen (leerling {detail} in de levering)."
    ),
    ("zonder_sleutel", "leerkracht"): "Een leerkracht zonder sleutel en zonder ECK iD is niet overgenomen.",
}
"""By code and kind of record; without a kind where the sentence did not tell which."""
_PHRASES = sorted(_REDENEN, key=len, reverse=True)
_CODES = {code: phrase for phrase, code in _REDENEN.items()}
_PATTERNS = {key: re.compile(re.escape(text).replace(r"\{detail\}", "(.+)")) for key, text in _WAARSCHUWINGEN.items()}

_BATCH = sa.table("importbatch", sa.column("id", sa.Integer), sa.column("tellingen", postgresql.JSONB))


def upgrade() -> None:
    op.alter_column("importregel", "regel", new_column_name="matchregel")
    op.add_column(
        "importregel", sa.Column("redenen", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'"))
    )
    _per_line({"reden": "text", "matchregel": "text"}, ("redenen", "text[]"), lambda row: list(_codes_of(*row)))
    _per_candidate("reden", "redenen", lambda text: list(_split(text)))
    op.alter_column("importregel", "redenen", server_default=None)
    op.drop_column("importregel", "reden")
    _change_tellingen(_coded)


def downgrade() -> None:
    op.add_column("importregel", sa.Column("reden", sa.Text(), nullable=False, server_default=""))
    _per_line({"voorstel": "text", "matchregel": "text", "redenen": "text[]"}, ("reden", "text"), _sentence)
    _per_candidate("redenen", "reden", lambda text: _join(json.loads(text or "[]")))
    op.alter_column("importregel", "reden", server_default=None)
    op.drop_column("importregel", "redenen")
    op.alter_column("importregel", "matchregel", new_column_name="regel")
    _change_tellingen(_told)


def _per_line(old: dict[str, str], new: tuple[str, str], change: Callable[[Any], Any]) -> None:
    """Write what `change` makes of these columns: once for each distinct text, of which there are few."""
    name, type_ = new
    rows = op.get_bind().execute(sa.text(f"SELECT DISTINCT {', '.join(old)} FROM importregel")).all()  # noqa: S608  # names of ours
    changed = [{**row._mapping, name: change(row)} for row in rows]
    columns = ", ".join(f"{column} {is_}" for column, is_ in {**old, name: type_}.items())
    same = " AND ".join(f"v.{column} = importregel.{column}" for column in old)
    _execute(
        f"UPDATE importregel SET {name} = v.{name} "  # noqa: S608  # names of ours
        f"FROM jsonb_to_recordset(CAST(:changed AS jsonb)) AS v({columns}) WHERE {same}",
        changed,
    )


def _per_candidate(old: str, new: str, change: Callable[[str], Any]) -> None:
    """The same for what stands at each candidate. JSON null is no candidates, or no text."""
    op.execute("UPDATE importregel SET kandidaten = '[]' WHERE jsonb_typeof(kandidaten) <> 'array'")
    every = "FROM importregel, jsonb_array_elements(kandidaten) WITH ORDINALITY AS e(k, n)"
    text = f"COALESCE(k ->> '{old}', '')"
    found = op.get_bind().scalars(sa.text(f"SELECT DISTINCT {text} {every}")).all()
    _execute(
        "UPDATE importregel SET kandidaten = new.kandidaten FROM ("  # noqa: S608  # names of ours
        f"SELECT importregel.id, jsonb_agg(jsonb_build_object('id', k -> 'id', '{new}', v.new) ORDER BY n) AS kandidaten "
        f"{every} JOIN jsonb_to_recordset(CAST(:changed AS jsonb)) AS v(old text, new jsonb) ON v.old = {text} "
        "GROUP BY importregel.id) AS new WHERE new.id = importregel.id",
        [{"old": text, "new": change(text)} for text in found],
    )


def _execute(statement: str, changed: list[dict[str, Any]]) -> None:
    op.get_bind().execute(sa.text(statement), {"changed": json.dumps(changed)})


def _codes_of(reden: str, matchregel: str) -> Iterator[str]:
    if reden == _ONGEWIJZIGD:
        yield "ongewijzigd"
    elif reden != _NIEUW:
        text = reden.removeprefix(_OPENINGS["zeker"]).removeprefix(_OPENINGS["twijfel"]).removesuffix(".")
        yield from _split(text.removeprefix(_VETOES.get(matchregel, "")).removeprefix(", "))


def _split(text: str) -> Iterator[str]:
    """The codes of these phrases; from the first one that is not known on, the text as it stands."""
    while text:
        phrase = next((p for p in _PHRASES if text == p or text.startswith(f"{p}, ")), None)
        yield text if phrase is None else _REDENEN[phrase]
        text = "" if phrase is None else text[len(phrase) :].removeprefix(", ")


def _sentence(row: Any) -> str:
    if row.redenen == ["ongewijzigd"]:
        return _ONGEWIJZIGD
    if row.voorstel == "nieuw":
        return _NIEUW
    veto = _VETOES.get(row.matchregel, "") if row.voorstel == "twijfel" else ""
    return _OPENINGS[row.voorstel] + ", ".join(filter(None, (veto, _join(row.redenen)))) + "."


def _join(redenen: list[str]) -> str:
    return ", ".join(_CODES.get(reden, reden) for reden in redenen)


def _change_tellingen(change: Callable[[Any], Any]) -> None:
    """JSON null is no counts, or no warnings."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(_BATCH)).all():
        tellingen = row.tellingen or {}
        if "waarschuwingen" in tellingen:
            tellingen = {**tellingen, "waarschuwingen": change(tellingen["waarschuwingen"] or {})}
        if tellingen != row.tellingen:
            connection.execute(sa.update(_BATCH).where(_BATCH.c.id == row.id).values(tellingen=tellingen))


def _coded(waarschuwingen: dict[str, int]) -> list[dict[str, Any]]:
    return [{**_code_of(sentence), "aantal": aantal} for sentence, aantal in waarschuwingen.items()]


def _code_of(sentence: str) -> dict[str, str | None]:
    for (soort, onderdeel), pattern in _PATTERNS.items():
        if found := pattern.fullmatch(sentence):
            return {"soort": soort, "onderdeel": onderdeel, "detail": found[1] if pattern.groups else None}
    return {"soort": "", "onderdeel": "", "detail": sentence}


def _told(waarschuwingen: list[dict[str, Any]]) -> dict[str, int]:
    told: dict[str, int] = {}
    for warning in waarschuwingen:
        soort, onderdeel = warning["soort"], warning["onderdeel"]
        text = _WAARSCHUWINGEN.get((soort, onderdeel)) or _WAARSCHUWINGEN.get((soort, ""), "{detail}")
        sentence = text.format(detail=warning["detail"])
        told[sentence] = told.get(sentence, 0) + (warning["aantal"] or 0)
    return told
