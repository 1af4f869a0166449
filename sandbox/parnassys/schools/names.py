"""Names to invent people from: as varied as a Dutch school, each chosen by hashing, so the same on every machine."""

from __future__ import annotations

from hashlib import sha256

JONGEN, MEISJE = "1", "2"


def _words(text: str, separator: str | None = None) -> tuple[str, ...]:
    return tuple(text.split(separator))


_JONGENS = _words(
    "Noah Luca Liam Daan Levi Sem Finn Milan James Mees Boaz Gijs Thijs Ties Siem Jens Morris Otis Abel Hugo "
    "Mohamed Adam Yusuf Amir Bilal Ilyas Emir Ömer Rayan Zakaria Jayden Dylan Giovanni Shaun Jairo Dwayne "
    "Björn Sjoerd Wiebe Jelle Fedde Koen Bram Teun Stijn Ruben Jesse Lars Niels Tobias Julian Quinten "
    "Aleksander Mateusz Oskar Nikolai André José Kofi Wei Arjun Ravi Thiago Olivier Floris Pim Jip Kai Tygo Vigo"
)
_MEISJES = _words(
    "Emma Julia Mila Tess Sophie Zoë Sara Nora Yara Eva Liv Lotte Noor Fleur Saar Milou Evi Fenna Lynn Anna "
    "Fatima Amina Yasmin Elif Zeynep Hafsa Meryem Aya Noa Aïcha Inaya Jada Shanaya Chayenne Destiny Naomi "
    "Femke Hiske Jildou Marijke Roos Isa Lieke Maud Pien Sanne Iris Veerle Renée Chloé Anaïs Loïs Eline "
    "Zofia Maja Oliwia Daria Inês Lucía Abena Mei Priya Anushka Valentina Juliëtte Elise Bo Bente Puck Sterre"
)
_ACHTERNAMEN = _words(
    "Jansen|de Vries|van den Berg|Bakker|van Dijk|Visser|Smit|Meijer|de Boer|Mulder|de Groot|Bos|Vos|Peters|Hendriks|"
    "van Leeuwen|Dekker|Brouwer|de Wit|Dijkstra|Smits|de Graaf|van der Meer|van der Linden|Kok|Jacobs|de Haan|"
    "Vermeulen|van den Heuvel|van der Veen|van den Broek|de Bruijn|van der Heijden|Schouten|van Beek|Willems|van Vliet|"
    "Hoekstra|Maas|Verhoeven|Koster|van Dam|Prins|Blom|Huisman|Kuipers|van Veen|Post|Kramer|van den Brink|Scholten|"
    "Veenstra|Postma|Martens|Groen|Gerritsen|Molenaar|Sanders|Hermans|Wouters|van 't Hof|in 't Veld|van der Ploeg|"
    "Terpstra|Hofstra|de Jager|Timmermans|ter Horst|ten Have|op den Kamp|van de Ven|d'Hondt|Brontë|Müller|Lefèvre|"
    "Yılmaz|Kaya|Demir|Çelik|Öztürk|Şahin|el Amrani|el Idrissi|Bouali|Benali|Ouali|Haddad|Abdi|Osman|Tesfaye|"
    "Kowalski|Nowak|Wiśniewska|Ivanov|Popescu|da Silva|Fernandes|Martina|Pinas|Ramdin|Sewnarain|Nguyen|Chen|Wong|"
    "Mensah|Okafor|Janssen-Smits|Bos-de Jong|Pattinama|Tahapary|Siahaya",
    "|",
)
_VOORVOEGSELS = (
    "van den ",
    "van der ",
    "van de ",
    "van 't ",
    "op den ",
    "in 't ",
    "van ",
    "de ",
    "da ",
    "ter ",
    "ten ",
    "el ",
)


def number(*seed: object) -> int:
    """A number that only depends on the seed; Python's own `random` promises no such thing across versions."""
    return int.from_bytes(sha256("|".join(map(str, seed)).encode()).digest()[:8])


def pick_roepnaam(geslacht: str, *seed: object) -> str:
    """A first name for a boy or a girl."""
    names = _JONGENS if geslacht == JONGEN else _MEISJES
    return names[number("roepnaam", *seed) % len(names)]


def pick_achternaam(*seed: object) -> str:
    """A surname with its tussenvoegsel in front."""
    return _ACHTERNAMEN[number("achternaam", *seed) % len(_ACHTERNAMEN)]


def split_achternaam(whole: str) -> tuple[str | None, str]:
    """Take the tussenvoegsel off a surname, as ParnasSys keeps the two apart."""
    for voorvoegsel in _VOORVOEGSELS:
        if whole.startswith(voorvoegsel):
            return voorvoegsel.strip(), whole.removeprefix(voorvoegsel)
    return None, whole


def eckid(*seed: object) -> str:
    """An ECK iD of the pilot form: no real chain identifier looks like it."""
    text = "|".join(map(str, seed))
    return (
        "https://ketenid.nl/pilot/"
        + sha256(b"a" + text.encode()).hexdigest()
        + sha256(b"b" + text.encode()).hexdigest()
    )
