"""What Flask-Security says, in our words: its own Dutch translation covers half of it."""

from __future__ import annotations

MAIL_UNDERWAY = (
    "Hoort er een account bij dit adres, dan is de mail met een link onderweg. Kijk zo nodig bij ongewenste mail.",
    "gelukt",
)
"""The same for a known and an unknown address: nobody learns who has an account."""
NO_PASSWORD = (
    "U heeft hier nog geen wachtwoord. Log uit en kies op de inlogpagina Wachtwoord vergeten: u krijgt een mail.",
    "info",
)
"""Whoever only comes by the account of a board."""
_SAYS = {
    "GENERIC_AUTHN_FAILED": ("Dit e-mailadres en wachtwoord horen niet bij elkaar. Probeer het opnieuw.", "fout"),
    "GENERIC_RECOVERY": MAIL_UNDERWAY,
    "PASSWORD_RESET_REQUEST": MAIL_UNDERWAY,
    "UNAUTHENTICATED": ("Log eerst in om deze pagina te zien.", "info"),
    "LOGIN": ("Log eerst in om deze pagina te zien.", "info"),
    "UNAUTHORIZED": ("Met dit account mag u deze pagina niet zien.", "fout"),
    "REAUTHENTICATION_REQUIRED": ("Bevestig eerst met uw wachtwoord dat u het bent.", "info"),
    "REFRESH": ("Bevestig eerst met uw wachtwoord dat u het bent.", "info"),
    "REAUTHENTICATION_SUCCESSFUL": ("Dank u, u kunt verder.", "gelukt"),
    "ANONYMOUS_USER_REQUIRED": ("U bent al ingelogd.", "info"),
    "DISABLED_ACCOUNT": ("Dit account is uitgezet. Vraag een beheerder van uw school of de klantenservice.", "fout"),
    "EMAIL_NOT_PROVIDED": ("Vul uw e-mailadres in.", "fout"),
    "INVALID_EMAIL_ADDRESS": ("Dit is geen volledig e-mailadres.", "fout"),
    "USER_DOES_NOT_EXIST": ("Dit e-mailadres is hier niet bekend.", "fout"),
    "INVALID_PASSWORD": ("Dit wachtwoord klopt niet.", "fout"),
    "PASSWORD_MISMATCH": ("Dit wachtwoord klopt niet.", "fout"),
    "PASSWORD_NOT_PROVIDED": ("Vul een wachtwoord in.", "fout"),
    "PASSWORD_INVALID_LENGTH": ("Kies een wachtwoord van minstens %(length)s tekens.", "fout"),
    "PASSWORD_TOO_SIMPLE": (
        "Dit wachtwoord is te makkelijk te raden. Kies een langere zin, zonder uw naam, uw adres of uw school.",
        "fout",
    ),
    "PASSWORD_BREACHED": ("Dit wachtwoord staat op een lijst van gestolen wachtwoorden. Kies een ander.", "fout"),
    "PASSWORD_IS_THE_SAME": ("Kies een ander wachtwoord dan het vorige.", "fout"),
    "RETYPE_PASSWORD_MISMATCH": ("De twee wachtwoorden zijn niet gelijk.", "fout"),
    "PASSWORD_CHANGE": ("Uw wachtwoord is gewijzigd.", "gelukt"),
    "PASSWORD_RESET": ("Uw nieuwe wachtwoord is opgeslagen en u bent ingelogd.", "gelukt"),
    "PASSWORD_RESET_NO_LOGIN": ("Uw nieuwe wachtwoord is opgeslagen. Log ermee in.", "gelukt"),
    "PASSWORD_RESET_EXPIRED": ("Deze link is verlopen na %(within)s. Vraag hieronder een nieuwe.", "fout"),
    "INVALID_RESET_PASSWORD_TOKEN": ("Deze link werkt niet meer. Vraag hieronder een nieuwe.", "fout"),
    "INVALID_CODE": ("Deze code klopt niet.", "fout"),
    "TWO_FACTOR_INVALID_TOKEN": ("Deze code klopt niet of is al verlopen. Vul de code van nu in.", "fout"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": ("U bent ingelogd.", "gelukt"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": ("De authenticator-app is ingesteld.", "gelukt"),
    "TWO_FACTOR_PERMISSION_DENIED": ("Log eerst in met uw wachtwoord.", "fout"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": ("Kies de authenticator-app.", "fout"),
    "TWO_FACTOR_SETUP_EXPIRED": ("Dit duurde langer dan %(within)s. Begin opnieuw.", "fout"),
    "INVALID_RECOVERY_CODE": ("Deze herstelcode klopt niet of is al gebruikt.", "fout"),
    "NO_RECOVERY_CODES_SETUP": ("U heeft nog geen herstelcodes.", "info"),
}
MESSAGES = {f"SECURITY_MSG_{name}": said for name, said in _SAYS.items()}
"""Goes into the app's configuration as it is; the second word is the kind of message on the page."""
