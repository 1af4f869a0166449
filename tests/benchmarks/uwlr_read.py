"""Reading answers, as a multiple of lxml only parsing the same bytes. Run: python -m tests.benchmarks.uwlr_read"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import zeep
from lxml import etree

from tests.benchmarks.uwlr_material import answer, best
from webapp.uwlr.namespaces import LEERLINGGEGEVENS
from webapp.uwlr.reader import Bron, read_leerlinggegevens
from webapp.uwlr.schema import LEERLINGGEGEVENS_WSDL
from webapp.uwlr.values import Leerlinggegevensverzoek

LIMIT, ZEEP_LIMIT, MEMORY_LIMIT = 3.0, 15.0, 80
_VERZOEK = Leerlinggegevensverzoek("2026-2027", "99XX")
_BRON = Bron("ParnasSys", "utf-8", max_bytes=100_000_000)


def main() -> int:
    """Print the figures; return 1 when one is over its limit."""
    print("| leerlingen | MB | lxml ms | read ms | x | |\n|---|---|---|---|---|---|")
    is_held = True
    for count, rounds in ((250, 60), (3_000, 40), (30_000, 8)):
        data = answer(count)
        timed = {"lxml": lambda d=data: etree.fromstring(d), "read": lambda d=data: _read(d)}
        found = best(timed, rounds)
        ratio = found["read"] / found["lxml"]
        is_held &= _row(count, len(data), found["lxml"], found["read"], ratio, ratio <= LIMIT)
    is_held &= _against_zeep()
    return 0 if _memory() and is_held else 1


def _read(data: bytes) -> object:
    return read_leerlinggegevens(data, _VERZOEK, _BRON)


def _row(count: int, size: int, bound: float, ours: float, ratio: float, is_held: bool) -> bool:
    verdict = "" if is_held else "OVER"
    print(f"| {count} | {size / 1e6:.2f} | {bound * 1e3:.1f} | {ours * 1e3:.1f} | {ratio:.2f} | {verdict} |")
    return is_held


def _against_zeep() -> bool:
    """zeep never ends on staff with groepen, and cannot read the official school: these are cut out for it."""
    data = answer(250, groepen=False, leerkrachten=False)
    client: Any = zeep.Client(str(LEERLINGGEGEVENS_WSDL), settings=zeep.Settings(strict=False))  # type: ignore[no-untyped-call]  # zeep
    binding = client.wsdl.bindings[f"{{{LEERLINGGEGEVENS}}}LeerlinggegevensSoap"]
    operation = binding.get("HaalLeerlinggegevens")

    def with_zeep() -> object:
        return operation.process_reply(etree.fromstring(data))

    assert len(with_zeep()["leerlinggegevens"]["leerlingen"]["leerling"]) == 250  # type: ignore[index]  # zeep
    found = best({"zeep": with_zeep, "read": lambda: _read(data)}, 20)
    ratio = found["zeep"] / found["read"]
    print(f"\nzeep's objects take {ratio:.0f} x our time (250 leerlingen); at least {ZEEP_LIMIT:.0f} asked")
    return ratio >= ZEEP_LIMIT


def _memory() -> bool:
    """Peak memory above the bytes, at 30,000 pupils, in a process that does nothing else."""
    with tempfile.NamedTemporaryFile(suffix=".xml") as file:
        Path(file.name).write_bytes(answer(30_000))
        program = f"from tests.benchmarks.uwlr_read import peak; peak({file.name!r})"
        output = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    print(f"peak memory above the bytes, 30000 leerlingen: {output.strip()} MB; at most {MEMORY_LIMIT}")
    return float(output) <= MEMORY_LIMIT


def peak(path: str) -> None:
    """Print how many MB reading takes at its highest, above the state with the bytes loaded."""
    _read(answer(10))
    data = Path(path).read_bytes()
    before = _highest()
    found = _read(data)
    after = _highest()
    assert found is not None
    print(f"{(after - before) / 1024:.0f}")


def _highest() -> int:
    """The most memory this process ever had, in kB; `getrusage` would count the parent's too."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


if __name__ == "__main__":
    sys.exit(main())
