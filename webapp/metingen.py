"""The figures as Prometheus reads them: what the watch left in its row, and what this process sees itself."""

from __future__ import annotations

from collections.abc import Iterator
from time import time

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from webapp.gezondheid import Gezondheid
from webapp.services.overzicht.metingen import FIGUREN, Figuur, Meting

PREFIX = "koppelpunt_"
VAN_HIER = {
    "watch_silent_seconds": Figuur("Since when nobody looked how all parts are"),
    "part_ill": Figuur("Whether a part does not answer, or answers that it cannot go on", ("part",)),
    "clock_off_seconds": Figuur("How far the clock of this host is from that of the database, either way"),
    "figures_old_seconds": Figuur("How long ago the watch gathered what is not of this moment"),
}
"""What is true at the moment of asking."""
ALLE = VAN_HIER | FIGUREN


def written(health: Gezondheid) -> bytes:
    """Return all figures in the text format of Prometheus."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Once(health))
    return generate_latest(registry)


class _Once(Collector):
    """Of one look; nothing is counted in this process, which is one of several."""

    def __init__(self, health: Gezondheid) -> None:
        self._health = health

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Give each figure with its values, also one that has none now."""
        found: list[Meting] = [*self._of_this_process(), *self._health.metingen]
        for name, figuur in ALLE.items():
            family = GaugeMetricFamily(PREFIX + name, figuur.uitleg, labels=figuur.labels)
            for each, labels, value in found:
                if each == name:
                    family.add_metric([labels[label] for label in figuur.labels], value)
            yield family

    def _of_this_process(self) -> Iterator[Meting]:
        if self._health.stil is not None:
            yield "watch_silent_seconds", {}, self._health.stil
        if self._health.klok is not None:
            yield "clock_off_seconds", {}, abs(self._health.klok)
        for name, _, value in self._health.metingen:
            if name == "gathered_timestamp_seconds":
                yield "figures_old_seconds", {}, time() - value
        for part, problem in self._health.onderdelen.items():
            yield "part_ill", {"part": part}, float(problem is not None)
