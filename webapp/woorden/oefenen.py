"""What is said to who practises."""

from __future__ import annotations

from webapp.services.oefenen import verzonnen

BEGONNEN = "U oefent nu. Alles hier is verzonnen, en niets gaat naar buiten."
GESTOPT = "U oefent niet meer."
OPNIEUW = "De oefenschool begint opnieuw. Alles is weer zoals vlak voor de eerste import."
NIET_TITEL = "Dit hoort niet bij het oefenen"
NIET = (
    "Er is niets gewijzigd. Deze pagina gaat over echte mensen, een echte sleutel of een echte mail. "
    "Stop met oefenen om erbij te komen."
)
ADRESSEN = (
    f"U oefent. Vul {' of '.join(sorted(verzonnen.ADRESSEN))} in. Een ander adres nemen wij hier niet aan: wie ook "
    "oefent, leest het."
)
ADRES_TITEL = "Gebruik een verzonnen adres"
ADRES = (
    "Er is niets opgeslagen. Anderen oefenen ook op deze school en zien wat u invult. "
    f"Vul daarom {verzonnen.ADRES} in, of laat "
    "het veld leeg."
)
