"""Writing an answer with school data as ParnasSys does: the LVS-set of UWLR 2.2, and staff with e-mail beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lxml import etree

from sandbox.parnassys.data import ParnassysGroep, ParnassysLeerkracht, ParnassysLeerling, ParnassysSchool
from sandbox.parnassys.settings import AMSTERDAM
from webapp.uwlr.namespaces import LEERLINGGEGEVENS, SOAP

_NS = f"{{{LEERLINGGEGEVENS}}}"
_PREFIXES = {"ns2": LEERLINGGEGEVENS}


class Antwoord:
    """One answer under construction: parts are added in the order of the schema."""

    def __init__(self, element: str, xsdversie: str) -> None:
        self._xsdversie = xsdversie
        self._envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
        body = etree.SubElement(self._envelope, f"{{{SOAP}}}Body")
        self._antwoord = etree.SubElement(body, _NS + element, nsmap=_PREFIXES)
        self._inhoud = self._antwoord

    def to_bytes(self) -> bytes:
        """The envelope as it travels."""
        return etree.tostring(self._envelope, encoding="UTF-8")

    def empty(self, name: str) -> None:
        """Answer `geenwijzigingen` or `geengegevens`."""
        _add(self._antwoord, name)

    def begin(self, name: str, school: ParnassysSchool, now: datetime) -> None:
        """Open the element with the data and tell which school and year it is about."""
        local = now.astimezone(AMSTERDAM)
        self._inhoud = _add(self._antwoord, name)
        part = _add(self._inhoud, "school")
        _add(part, "schooljaar", school.schooljaar)
        _add(part, "peildatum", local.date().isoformat())
        _add(part, "brincode", school.brin)
        _add(part, "dependancecode", school.vestiging)
        _add(part, "aanmaakdatum", local.isoformat(timespec="milliseconds"))
        _add(part, "auteur", "ParnasSys")
        _add(part, "xsdversie", self._xsdversie)

    def groepen(self, groepen: Iterable[ParnassysGroep]) -> None:
        """Add the groups of both kinds."""
        part = _add(self._inhoud, "groepen")
        for groep in groepen:
            element = _add(part, "groep" if groep.is_stamgroep else "samengestelde_groep", key=groep.key)
            _add(element, "naam", groep.naam)
            _add_if(element, "jaargroep", groep.jaargroep)
            _add_if(element, "omschrijving", groep.omschrijving)

    def leerlingen(self, leerlingen: Iterable[ParnassysLeerling]) -> None:
        """Add the pupils."""
        part = _add(self._inhoud, "leerlingen")
        for leerling in leerlingen:
            element = _add(part, "leerling")
            self._identify(element, leerling)
            _add(element, "achternaam", leerling.achternaam)
            _add_if(element, "voorvoegsel", leerling.voorvoegsel)
            if not self._is_23:
                _add_if(element, "voorletters-1", leerling.voorletters)
            _add(element, "roepnaam", leerling.roepnaam)
            _add(element, "geboortedatum", leerling.geboortedatum.isoformat())
            _add(element, "geslacht", leerling.geslacht)
            _add(element, "jaargroep", leerling.jaargroep)
            if leerling.groep is not None:
                _add(element, "groep", key=leerling.groep.key)
            if leerling.samengestelde_groepen:
                samengesteld = _add(element, "samengestelde_groepen")
                for groep in leerling.samengestelde_groepen:
                    _add(samengesteld, "samengestelde_groep", key=groep.key)
            if not self._is_23:
                # The LVS-set of 2.2 obliges a LAS to send this; 2.3 took it out.
                _add(element, "bsn_ondwnr-4", leerling.bsn_laatste_vier)

    def leerkrachten(self, leerkrachten: Iterable[ParnassysLeerkracht]) -> None:
        """Add the staff, with their e-mail addresses: more than the LVS-set allows, but ParnasSys sends them."""
        part = _add(self._inhoud, "leerkrachten")
        for leerkracht in leerkrachten:
            element = _add(part, "leerkracht")
            self._identify(element, leerkracht)
            _add(element, "achternaam", leerkracht.achternaam)
            _add_if(element, "voorvoegsel", leerkracht.voorvoegsel)
            _add(element, "roepnaam", leerkracht.roepnaam)
            _add_if(element, "emailadres", leerkracht.emailadres)
            if leerkracht.groepen:
                groepen = _add(element, "groepen")
                for groep in leerkracht.groepen:
                    _add(groepen, "groep" if groep.is_stamgroep else "samengestelde_groep", key=groep.key)

    def _identify(self, element: etree._Element, person: ParnassysLeerling | ParnassysLeerkracht) -> None:
        """The version that was asked for decides: 2.1 knows no ECK iD, 2.3 needs the key only without one."""
        if self._xsdversie == "2.1" or person.eckid is None:
            element.set("key", person.key)
            return
        if not self._is_23:
            element.set("key", person.key)
        element.set("eckid", person.eckid)

    @property
    def _is_23(self) -> bool:
        return self._xsdversie == "2.3"


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, _NS + name, attributes)
    element.text = text
    return element


def _add_if(parent: etree._Element, name: str, text: str | None) -> None:
    """An optional element is left out when there is nothing to say: an empty one is never valid."""
    if text:
        _add(parent, name, text)
