"""Magister: UWLR 2.3, smalle set (no birth dates asked), the set named in the request, SOAPAction without quotes."""

from __future__ import annotations

from webapp.uwlr.namespaces import Operation
from webapp.uwlr.profiles.base import LasProfile

PROFILE = LasProfile(
    name="magister",
    naam="Magister",
    xsdversie="2.3",
    gegevenssetid="Smalle-set-VO",
    paths={Operation.HAAL_LEERLINGGEGEVENS: "leerlinggegevens-smalle-set.svc"},
    quoted_soap_action=False,
)
