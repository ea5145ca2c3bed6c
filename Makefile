# Everything a newcomer or a build machine does here, one word each. `make` alone lists the words.
#
# Each word does its own set-up: on a fresh Debian machine the Swift toolchain, git and make are enough.
# All is built in release, and tests use no @testable, so that `make run`, `make test` and `make bench` share products.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

CONFIGURATION := -c release
RMC := .build/release/rmc
OUT := out

# What `make run` plans, and how; the defaults are the bundled session. For another: make run SESSION=my-session.json
SESSION ?= Models/Sessions/world-match.json
RUN ?= plan $(SESSION) --compare single,nearest --out $(OUT)/plan.json --picture $(OUT)/mesh.html

# Suites that live by real time (deadlines of connections, streams, probes): after the others, which use every core.
REAL_TIME := ConnectionTests|EventTests|TokenTests|LivingServiceTests|ProbeSocketTests|ControlTransportTests

# Where Swift is formatted and linted.
SWIFT_SOURCES := Package.swift Sources Tests $(wildcard Benchmarks/Package.swift Benchmarks/Benchmarks)

.PHONY: help
help: ## List these words
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: build ## Plan the bundled session on real latencies; print the mesh, write the plan and its picture to out/
	@mkdir -p $(OUT)
	@$(RMC) $(RUN)

.PHONY: test
test: bootstrap check-imports ## Run every test (in release; the imports are checked first)
	@swift test $(CONFIGURATION) --disable-testable-imports --disable-xctest --skip '$(REAL_TIME)'
	@swift test $(CONFIGURATION) --disable-testable-imports --disable-xctest --skip-build --filter '$(REAL_TIME)'

.PHONY: whatif
whatif: build ## Run the three worked examples of what-if; their reports go to out/
	@for study in provider-outage next-year open-region; do \
		$(RMC) whatif Models/Scenarios/$$study.yaml --report $(OUT)/$$study || [ $$? -eq 1 ]; echo; \
	done

.PHONY: test-engine
test-engine: build ## Run a sweep on a local Dask cluster (installed into .peers/dask), kill a worker, compare
	@Scripts/test-whatif-engine.sh --install

.PHONY: differential
differential: bootstrap ## Compare the flow solvers with GLPK and LEMON on 10,000 random problems (installs LEMON)
	@Scripts/bootstrap.sh peers
	@swift test $(CONFIGURATION) --disable-testable-imports --disable-xctest --filter FlowDifferentialTests

.PHONY: demo
demo: build ## Play an evening with 12 edge servers and 60 participants on loopback; measure it against one server (DEMO=options)
	@.build/release/mesh-demo --out $(OUT)/demo $(DEMO)

.PHONY: soak
soak: build ## Ten minutes of 200 random faults in a network namespace, then 100,000 extremes of every datagram's fields (SOAK=options)
	@Scripts/bootstrap.sh namespaces
	@unshare --user --map-root-user --net $(SHELL) -c 'ip link set lo up && exec .build/release/mesh-demo --soak 200 --away 60 --pace 1.7 --out $(OUT)/soak $(SOAK)'
	@RMC_FUZZ_CASES=100000 swift test $(CONFIGURATION) --disable-testable-imports --disable-xctest --filter 'Extreme(Datagram|Server|Probe)Tests'

# Where make install puts the commands.
PREFIX ?= /usr/local

.PHONY: install
install: build ## Put the five commands into $(PREFIX)/bin (PREFIX=folder)
	@install -d $(DESTDIR)$(PREFIX)/bin
	@install -m 755 $(addprefix .build/release/,rmc mesh-edge mesh-client mesh-demo mesh-load) $(DESTDIR)$(PREFIX)/bin

PREFIX ?= /usr/local

.PHONY: install
install: build ## Copy rmc, its completion for bash, zsh and fish, and the edge's programs under PREFIX (/usr/local)
	@install -d $(PREFIX)/bin $(PREFIX)/share/bash-completion/completions $(PREFIX)/share/zsh/site-functions \
		$(PREFIX)/share/fish/vendor_completions.d
	@install -m 755 $(RMC) .build/release/mesh-edge .build/release/mesh-client $(PREFIX)/bin
	@$(RMC) --generate-completion-script bash >$(PREFIX)/share/bash-completion/completions/rmc
	@$(RMC) --generate-completion-script zsh >$(PREFIX)/share/zsh/site-functions/_rmc
	@$(RMC) --generate-completion-script fish >$(PREFIX)/share/fish/vendor_completions.d/rmc.fish

.PHONY: build
build: bootstrap ## Build everything in release
	@swift build $(CONFIGURATION)

.PHONY: bootstrap
bootstrap: ## Install the Debian packages that the build needs, if any is missing
	@Scripts/bootstrap.sh

.PHONY: check-imports
check-imports: bootstrap ## Check who imports whom against the table in Scripts/check-imports.sh
	@Scripts/check-imports.sh --self-test
	@Scripts/check-imports.sh

.PHONY: lint
lint: check-imports ## Check format, imports, file lengths, what the house forbids, and the benchmark scripts
	@swift format lint --strict --recursive --parallel $(SWIFT_SOURCES)
	@Scripts/check-style.sh
	@Scripts/bootstrap.sh python
	@python3 Benchmarks/tracking/report.py --self-test
	@python3 Benchmarks/tracking/thresholds.py --self-test
	@echo "lint: clean"

.PHONY: format
format: ## Format all Swift files in place
	@swift format --in-place --recursive --parallel $(SWIFT_SOURCES)

.PHONY: bench
bench: bootstrap ## Run the benchmarks, gate their deterministic counters, keep the figures (BENCH=regex selects)
	@Scripts/bootstrap.sh python
	@Benchmarks/run.sh $(BENCH)

.PHONY: bench-thresholds
bench-thresholds: ## Take the last bench run's counters as the thresholds that git keeps
	@python3 Benchmarks/tracking/thresholds.py --accept

.PHONY: bench-peers
bench-peers: build ## Run LEMON, OR-Tools, HiGHS, GLPK and ours on the same files, interleaved (PEERS=options)
	@Benchmarks/peers/setup.sh
	@.peers/venv/bin/python Benchmarks/peers/compare.py $(PEERS)

.PHONY: bench-report
bench-report: ## Draw the kept bench runs in out/bench.html and say what got slower
	@Scripts/bootstrap.sh python
	@python3 Benchmarks/tracking/report.py --self-test
	@python3 Benchmarks/tracking/report.py

.PHONY: serve
serve: build ## Run the service with a simulated world on real latencies (SERVE=settings); says how to look at it
	@$(RMC) serve --world wonder --data $(OUT)/serve $(SERVE)

.PHONY: load
load: build ## Load a service over loopback: 10,000 reporting, 500 joins a second, 2,000 subscribers (LOAD=options)
	@.build/release/mesh-load --rmc $(RMC) $(LOAD)

.PHONY: chaos
chaos: build ## Kill a service under load, break its disk, send it 100,000 extremes; what it acknowledged is there (CHAOS=options)
	@Scripts/bootstrap.sh python
	@python3 Scripts/service/chaos.py --rmc $(RMC) $(CHAOS)
	@RMC_FUZZ_CASES=100000 swift test $(CONFIGURATION) --disable-testable-imports --disable-xctest --filter ContractFuzzTests
	@$(MAKE) --no-print-directory model

.PHONY: churn
churn: bootstrap ## Ten million events of churn of every kind; state and memory must be as large as at the start (CHURN=events)
	@RMC_CHURN_EVENTS=$(or $(CHURN),10000000) swift test $(CONFIGURATION) --disable-testable-imports --disable-xctest --filter churnLeavesNothing

.PHONY: model
model: bootstrap ## Check the service against a model of it: seeded sequences of every call (MODEL=seeds)
	@RMC_MODEL_SEEDS=$(or $(MODEL),200) swift test $(CONFIGURATION) --disable-testable-imports --disable-xctest --filter ModelCheckerTests

.PHONY: docs
docs: bootstrap ## Build the reference of all modules as a static site in out/docs
	@Scripts/make-docs.sh

.PHONY: clean
clean: ## Remove what was built and written (.build, out), but not the peers' environment nor the bench history
	@rm -rf .build Benchmarks/.build $(OUT)
