# Everything starts here: `make run` on a machine with Python 3.11 or newer (with venv) and make, and nothing else.

PY := .venv/bin/python
UV ?= uv
# Extras stay in the lock: pip before 24 takes `name[extra]` without a version from the registry's newest, and then misses its hash.
COMPILE = cd requirements && $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-strip-extras
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test bench check fuzz mailproef paren jaar nachten chaos productie reset lock sbom wielen pythons

help: ## Deze lijst
	@echo "Koppelpunt: de koppeling tussen een testcentrum en de leerlingadministratie van scholen."
	@echo
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 18
	@echo
	@echo "  PORT=8123 make run         de website op een andere poort"
	@echo "  VAR_DIR=/een/map make run  de gegevens in een andere map dan var/"

run: ## Start alles op deze machine; toont de adressen en de logins
	@scripts/setup run
	@exec $(PY) -m sandbox.lokaal run

test: ## Installeer wat de tests nodig hebben en draai ze allemaal
	@scripts/setup test
	@scripts/chromium
	@exec $(PY) -m pytest -n logical --dist loadgroup --ignore=tests/benchmarks $(PYTEST_ARGS)

bench: ## Meet de cijfers van docs/benchmarks.md
	@scripts/setup bench
	@scripts/chromium
	@for file in $$(grep -l '^def main' tests/benchmarks/*.py); do \
		name=$$(basename $$file .py); echo; echo "$$name"; $(PY) -m tests.benchmarks.$$name || failed=1; \
	done; $(PY) -m pytest -q -s -p no:randomly -p no:xdist tests/benchmarks $(PYTEST_ARGS) || failed=1; test -z "$$failed"

check: ## Fouten, opmaak, typen, lagen, en of requirements/ bij pyproject.toml past
	@scripts/setup test
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) -m pytest -q tests/test_requirements.py

fuzz: ## Lees 100.000 beschadigde antwoorden van een LAS (een paar minuten; make fuzz COUNT=...)
	@scripts/setup test
	@exec $(PY) -m tests.uwlr.mutations --count $(or $(COUNT),100000)

mailproef: ## Stuur elke mail aan een eigen mailserver en lees wat er aankomt (laatste regel: JSON)
	@scripts/setup test
	@exec $(PY) -m tests.mailproef

paren: ## Laat alles wat gegevens van een school schrijft elkaar kruisen (laatste regel: JSON; make paren POINTS=...)
	@scripts/setup test
	@exec $(PY) -m tests.paren --points $(or $(POINTS),4)

jaar: ## Speel twaalf maanden van verzonnen scholen (laatste regel: JSON; SCHOOLS=40 SEED=1 AFSPRAKEN=uit VALSTRIKKEN=uit)
	@scripts/setup test
	@exec $(PY) -m tests.jaar --schools $(or $(SCHOOLS),40) --seed $(or $(SEED),1) \
		--afspraken $(or $(AFSPRAKEN),uit) --valstrikken $(or $(VALSTRIKKEN),uit)

nachten: ## Speel jaren van nachten, met storingen en reservekopieën (laatste regel: JSON; YEARS=10 SCHOOLS=2 SEED=1)
	@scripts/setup test
	@exec $(PY) -m tests.nachten --years $(or $(YEARS),10) --schools $(or $(SCHOOLS),2) --seed $(or $(SEED),1)

chaos: ## Laat alles stukgaan terwijl er resultaten gaan: raakt er een kwijt? (laatste regel: JSON; SECONDS=60 SEED=1 AFKOELING=0)
	@scripts/setup test
	@exec $(PY) -m tests.chaos --seconds $(or $(SECONDS),60) --seed $(or $(SEED),1) $(if $(filter 0,$(AFKOELING)),--afkoeling 0)

productie: ## Bouw alles op met onderdelen van Debian, en loop het na (laatste regel: JSON; RONDES=3)
	@scripts/setup test
	@scripts/chromium
	@exec $(PY) -m tests.productie --rondes $(or $(RONDES),3)

reset: ## Gooi alle gegevens weg; de volgende `make run` begint opnieuw
	@scripts/setup run
	@exec $(PY) -m sandbox.lokaal reset

lock: ## Stel requirements/ opnieuw samen uit pyproject.toml (met uv; een ander pad: make lock UV=...)
	$(COMPILE) ../pyproject.toml -o production.txt
	$(COMPILE) --extra local -c production.txt ../pyproject.toml -o run.txt
	$(COMPILE) --extra local --extra test -c run.txt ../pyproject.toml -o test.txt
	$(COMPILE) --extra local --extra test --extra bench -c test.txt ../pyproject.toml -o bench.txt

sbom: ## Schrijf op waar het product uit bestaat, met licenties (CycloneDX; make -s sbom > koppelpunt.cdx.json)
	@scripts/setup run
	@$(PY) -m tests.sbom

wielen: ## Is er van elke bibliotheek een wheel voor elke Python, op Intel en op ARM? (haalt ze op; een paar minuten)
	@scripts/setup run
	@scripts/wielen

pythons: ## Draai een deel van de tests onder Python 3.11, 3.12 en 3.13 (PYTHONS="/pad/python3.12 ...")
	@scripts/pythons
