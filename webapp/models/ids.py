"""An id says which table it is of, so that the type checker refuses one in the place of another."""

from __future__ import annotations

from typing import NewType

SchoolId = NewType("SchoolId", int)
AccountId = NewType("AccountId", int)
KoppelingId = NewType("KoppelingId", int)
BatchId = NewType("BatchId", int)
RegelId = NewType("RegelId", int)
GroepId = NewType("GroepId", int)
LeerkrachtId = NewType("LeerkrachtId", int)
LeerlingId = NewType("LeerlingId", int)
ToetsId = NewType("ToetsId", int)
ResultaatId = NewType("ResultaatId", int)
VerzendingId = NewType("VerzendingId", int)
MailId = NewType("MailId", int)
UitzonderingId = NewType("UitzonderingId", int)
DoodAdresId = NewType("DoodAdresId", int)
ZekeringId = NewType("ZekeringId", int)
AlarmId = NewType("AlarmId", int)
SchakelaarId = NewType("SchakelaarId", int)
AanvraagmailId = NewType("AanvraagmailId", int)
ToetredingId = NewType("ToetredingId", int)
OpruimingId = NewType("OpruimingId", int)
WissingId = NewType("WissingId", int)
IdentiteitId = NewType("IdentiteitId", int)
OverdrachtId = NewType("OverdrachtId", int)
OverdrachtvraagId = NewType("OverdrachtvraagId", int)
HandelingId = NewType("HandelingId", int)
TeruggenomenId = NewType("TeruggenomenId", int)
VervallenId = NewType("VervallenId", int)
NazendingId = NewType("NazendingId", int)
UitgezetId = NewType("UitgezetId", int)
LeverancierId = NewType("LeverancierId", int)
HerzendingId = NewType("HerzendingId", int)
NotitieId = NewType("NotitieId", int)

IDS = (
    SchoolId,
    AccountId,
    KoppelingId,
    BatchId,
    RegelId,
    GroepId,
    LeerkrachtId,
    LeerlingId,
    ToetsId,
    ResultaatId,
    VerzendingId,
    MailId,
    UitzonderingId,
    DoodAdresId,
    ZekeringId,
    AlarmId,
    SchakelaarId,
    AanvraagmailId,
    ToetredingId,
    OpruimingId,
    WissingId,
    IdentiteitId,
    OverdrachtId,
    OverdrachtvraagId,
    LeverancierId,
    HandelingId,
    TeruggenomenId,
    VervallenId,
    NazendingId,
    UitgezetId,
    HerzendingId,
    NotitieId,
)
"""All of them: every one is an integer in the database."""
