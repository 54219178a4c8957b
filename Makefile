# The two commands a newcomer needs are `make demo` and `make test`; both make the environment first.
# Everything lives in .venv in this folder. PYTHON=... chooses the interpreter.
VENV := .venv
BIN := $(VENV)/bin
SIM := $(BIN)/enforcement-sim
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
DEMO := out/hold-and-opt-out
# Two processes for tests; one that never ends is replaced once (see pyproject.toml).
SPREAD := -n 2 --dist loadfile --no-loadscope-reorder --max-worker-restart 1

.PHONY: help demo test test-browser test-fast check bench bench-explorer results pages claims calibrate validation docs clean
help:
	@echo "make demo              make the environment, run the main job for California, draw its figures"
	@echo "make test              make the environment, check style and types, pass the tests"
	@echo "make test-fast         pass the quick tests, in a minute or so"
	@echo "make test-browser      drive the explorer and the report with a real browser (installs Chromium with apt if it may)"
	@echo "make results           rebuild the small reference results under results/"
	@echo "make pages             rebuild schema and the pages of rules, definitions, parameters, mechanisms and ODD+D"
	@echo "make claims            rebuild the audit of published claims: results/claims, docs/claims.md"
	@echo "make studies           run the published studies on simulated worlds again: docs/studies"
	@echo "make calibrate         draw the ensemble again (an hour or so on two idle cores) and put it in its place"
	@echo "make validation        rebuild docs/validation.md with its picture"
	@echo "make docs              build the documentation as a site, to be opened at site/index.html"
	@echo "make bench             measure speed, memory, sweeps, pairing and kills; rewrites the tables in benchmarks/"
	@echo "make clean             remove the environment and caches (results stay)"

$(VENV)/made: tools/find-python.sh
	@python=$$(sh tools/find-python.sh) && echo "making $(VENV) with $$python" && "$$python" -m venv $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/made pyproject.toml constraints.txt
	@echo "installing (a minute or two the first time)"
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(VENV)/installed
	$(SIM) sweep hold-and-opt-out --out $(DEMO) --replications 4
	$(SIM) report $(DEMO)
	@echo
	@echo "Open in a browser: $(DEMO)/report.html"
	@echo "Figures: $(DEMO)/figures    Tables: $(DEMO)/*.csv    How it was made: $(DEMO)/manifest.json"

# Compiling once before the workers start keeps them from each doing it. A file is run by one worker, because tests of a file
# share what is simulated for them; files are taken in their order, so that short ones come last.
test: check
	$(BIN)/python -c "from enforcement_sim.runs.shared_bookings import compile_whole_engine as compiled; compiled()"
	$(BIN)/python -m pytest $(SPREAD)

$(VENV)/installed-browser: $(VENV)/installed-dev
	@$(PIP) install --constraint constraints.txt --editable '.[dev,browser]'
	@touch $@

# Screenshots of what was tested are kept in out/screenshots, to be looked at.
test-browser: $(VENV)/installed-browser
	$(BIN)/python -c "from enforcement_sim.runs.shared_bookings import compile_whole_engine as compiled; compiled()"
	BROWSER=$$(tools/find-chromium.sh) && BROWSER=$$BROWSER $(BIN)/python -m pytest -n 0 tests/browser

check: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# A cross-section of every room in under 90 seconds on two idle cores, once the engine is compiled.
test-fast: $(VENV)/installed-dev
	$(BIN)/python -c "from enforcement_sim.runs.shared_bookings import compile_whole_engine as compiled; compiled()"
	$(BIN)/python -m pytest $(SPREAD) -x -q -m "not slow" tests

bench: $(VENV)/installed-dev
	$(BIN)/python benchmarks/engine.py
	$(BIN)/python benchmarks/recording.py
	$(BIN)/python benchmarks/sweeping.py
	$(BIN)/python benchmarks/cost.py
	$(BIN)/python benchmarks/pairing.py
	$(BIN)/python benchmarks/regional.py
	$(BIN)/python benchmarks/thinning.py
	$(BIN)/python benchmarks/page.py
	$(BIN)/python benchmarks/killing.py

# Needs Chromium; on two cores that do nothing else.
bench-explorer: $(VENV)/installed-browser
	BROWSER=$$(tools/find-chromium.sh) && BROWSER=$$BROWSER $(BIN)/python benchmarks/explorer.py

results: $(VENV)/installed-dev
	$(BIN)/python -m tools.make_results
	$(BIN)/python -m tools.make_scenario_results

# The pages that are made from runs, the register and the rulebook.
pages: $(VENV)/installed-dev
	$(BIN)/enforcement-sim scenario schema > scenarios/schema.json
	$(BIN)/enforcement-sim rules --markdown > docs/rules.md
	$(BIN)/python -m tools.make_definitions
	$(BIN)/python -m tools.make_mechanisms
	$(BIN)/python -m tools.make_odd
	$(BIN)/python -m tools.make_parameters
	$(BIN)/python -m tools.make_records
	$(BIN)/python -m tools.make_outputs
	$(BIN)/python -m tools.make_gallery

claims: $(VENV)/installed-dev
	$(BIN)/python -m tools.make_claims

studies: $(VENV)/installed-dev
	$(BIN)/python -m tools.make_studies
	$(BIN)/python -m tools.make_crime_designs

calibrate: $(VENV)/installed-dev
	$(SIM) calibrate --out out/calibration
	cp out/calibration/ensemble.csv out/calibration/ensemble.json src/enforcement_sim/parameters/

validation: $(VENV)/installed-dev
	$(BIN)/python -m tools.make_validation
	$(BIN)/python -m tools.make_records

# The search box needs a server, such as: python -m http.server --directory site
docs: $(VENV)/installed-dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	@echo "Open site/index.html"

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist site
