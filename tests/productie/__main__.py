"""All of production on this machine: `make productie`. The last line is JSON with its figures."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from time import monotonic

from playwright.sync_api import sync_playwright

from tests.productie.onderdelen import missing
from tests.productie.proef import installation


def _install(names: list[str]) -> None:
    """As root on Debian; anywhere else it says what is missing, and that is all."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        sys.exit(f"Overgeslagen: {', '.join(names)} ontbreekt, en hier mag niets worden geïnstalleerd.")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *names]):
        if subprocess.run([apt, *words], env=environ, stdout=sys.stderr, check=False).returncode:
            sys.exit(f"Overgeslagen: {', '.join(names)} kon niet worden geïnstalleerd.")


def main() -> None:
    """Step by step; the first that fails ends it."""
    parser = argparse.ArgumentParser(prog="python -m tests.productie", description=__doc__)
    parser.add_argument("--rondes", type=int, default=3, help="zo vaak beide webs om beurten opnieuw")
    rounds, began = parser.parse_args().rondes, monotonic()
    if names := missing():
        _install(names)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with installation() as proef, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        steps = {
            "ParnasSys achter TLS": proef.start_parnassys,
            "opzetten": proef.set_up,
            "van aanvraag tot resultaat": lambda: proef.walk(browser),
            "om beurten opnieuw": lambda: proef.restart_rolling(rounds),
            "sleutels wisselen": proef.rotate_keys,
            "reservekopie": proef.restore_elsewhere,
            "logs lezen": proef.read_logs,
        }
        for name, step in steps.items():
            print(f"{monotonic() - began:5.0f} s  {name}", flush=True)
            step()
        figures = {**proef.figures, "seconden": round(monotonic() - began)}
    print(json.dumps(figures, ensure_ascii=False))
    sys.exit(1 if figures["zonder_antwoord"] or figures["kanaries_in"] else 0)


if __name__ == "__main__":
    main()
