"""What common tools make of the same invented schools: exact matching, rapidfuzz and splink, each at its usual setting.

rapidfuzz and splink are needed for the figures only; without them their lines are left out.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from importlib import import_module
from typing import Any

from tests.benchmarks.generator.aanleveringen import Aanlevering
from webapp.matching import Persoon
from webapp.matching.folding import words

Links = list[tuple[str, str]]

_RAPIDFUZZ_CUTOFF = 90
_SPLINK_CUTOFF = 0.95


def full_name(persoon: Persoon) -> str:
    """Return roepnaam (or first voornaam), voorvoegsel and achternaam as every tool here gets them."""
    return " ".join(
        (*words(persoon.roepnaam or persoon.voornamen)[:1], *words(persoon.voorvoegsel), *words(persoon.achternaam))
    )


def exact(aanlevering: Aanlevering) -> Links:
    """Link on exactly the same name and birth date, unique on both sides."""
    sides: list[dict[object, list[str]]] = [defaultdict(list), defaultdict(list)]
    for side, personen in zip(sides, (aanlevering.incoming, aanlevering.existing), strict=True):
        for persoon in personen:
            if persoon.geboortedatum and full_name(persoon):
                side[full_name(persoon), persoon.geboortedatum].append(persoon.id)
    ours, theirs = sides
    return [(ours[key][0], theirs[key][0]) for key in ours if len(ours[key]) == len(theirs.get(key, ())) == 1]


def rapidfuzz(aanlevering: Aanlevering) -> Links:
    """Link each record to the best token_sort_ratio over name and date, from the usual cut-off on."""
    fuzz, process = import_module("rapidfuzz.fuzz"), import_module("rapidfuzz.process")

    texts = {persoon.id: f"{full_name(persoon)} {persoon.geboortedatum or ''}" for persoon in aanlevering.existing}
    found: Links = []
    for persoon in aanlevering.incoming:
        text = f"{full_name(persoon)} {persoon.geboortedatum or ''}"
        best = process.extractOne(text, texts, scorer=fuzz.token_sort_ratio, score_cutoff=_RAPIDFUZZ_CUTOFF)
        if best:
            found.append((persoon.id, best[2]))
    return found


def splink(aanleveringen: list[Aanlevering]) -> list[tuple[float, int, str, str]]:
    """Return (probability, school, incoming, existing), best first and one to one, of splink trained on all schools."""
    cl: Any = import_module("splink.comparison_library")
    tool: Any = import_module("splink")
    block_on = tool.block_on

    logging.disable(logging.WARNING)
    settings = tool.SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.NameComparison("voornaam"),
            cl.NameComparison("achternaam"),
            cl.DateOfBirthComparison("geboortedatum", input_is_string=True),
            cl.ExactMatch("geslacht"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("school", "geboortedatum"),
            block_on("school", "achternaam"),
            block_on("school", "voornaam"),
        ],
    )
    api = tool.DuckDBAPI()
    linker = tool.Linker([api.register(_table(aanleveringen, side)) for side in ("incoming", "existing")], settings)
    linker.training.estimate_probability_two_random_records_match(
        block_on("school", "voornaam", "geboortedatum"), recall=0.9
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for rule in (block_on("school", "geboortedatum"), block_on("school", "voornaam", "achternaam")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    predictions = linker.inference.predict(threshold_match_probability=_SPLINK_CUTOFF).as_record_list()
    return _one_to_one(predictions)


def _table(aanleveringen: list[Aanlevering], side: str) -> Any:
    rows = [
        {
            "unique_id": f"{school}|{persoon.id}",
            "school": str(school),
            "voornaam": " ".join(words(persoon.roepnaam or persoon.voornamen)[:1]) or None,
            "achternaam": " ".join((*words(persoon.voorvoegsel), *words(persoon.achternaam))) or None,
            "geboortedatum": persoon.geboortedatum.isoformat() if persoon.geboortedatum else None,
            "geslacht": persoon.geslacht,
        }
        for school, aanlevering in enumerate(aanleveringen)
        for persoon in getattr(aanlevering, side)
    ]
    return import_module("pyarrow").Table.from_pylist(rows)


def _one_to_one(predictions: list[dict[str, Any]]) -> list[tuple[float, int, str, str]]:
    taken: set[str] = set()
    found: list[tuple[float, int, str, str]] = []
    for row in sorted(predictions, key=lambda row: -row["match_weight"]):
        ids = sorted((row["unique_id_l"], row["unique_id_r"]), key=lambda one: one.partition("|")[2][0] != "i")
        if taken.isdisjoint(ids):
            taken.update(ids)
            school, _, incoming = ids[0].partition("|")
            found.append((row["match_weight"], int(school), incoming, ids[1].partition("|")[2]))
    return found
