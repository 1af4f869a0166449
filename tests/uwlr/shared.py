"""Where the official files and the large samples stand: beside the checkout, on machines that have them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

UWLR = Path(__file__).resolve().parents[3] / "shared" / "uwlr"
SAMPLES = UWLR / "samples"
SCHEMAS = UWLR / "official-2.2" / "Schemas"

needs_shared = [
    pytest.mark.conformance,
    pytest.mark.skipif(not UWLR.is_dir(), reason="De officiële UWLR-bestanden staan niet naast deze checkout."),
]


def index() -> dict[str, dict[str, Any]]:
    """What must happen with each sample; empty where the samples are absent."""
    path = SAMPLES / "index.json"
    return json.loads(path.read_text()) if path.exists() else {}


@cache
def official(name: str) -> etree.XMLSchema:
    """One of the official schemas; those of the answers with the school years of today added to their list."""
    document = etree.parse(SCHEMAS / f"{name}.xsd")
    return etree.XMLSchema(document)
