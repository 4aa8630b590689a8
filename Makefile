# SPDX-License-Identifier: AGPL-3.0-or-later
# A thin front on meson, ninja and tools/: `make` alone lists the targets.
#   make run LISTEN=0.0.0.0:8080    another address
#   make build DEPS=no              do not look at packages

LISTEN ?= 127.0.0.1:8080
DEMO ?= var/demo
FUZZ_SECONDS ?= 600
SOAK_SECONDS ?= 1200
DEPS ?= yes
NINJA := ninja $(if $(JOBS),-j$(JOBS))

.PHONY: help run build test lint analyze asan tsan fuzz faults postgres soak deb reproducible bench format-check clean deps-build deps-test deps-ha deps-bench
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

# A demonstration that was interrupted while being made is made again; a finished one is never touched.
run: build ## install what is missing, build, make the demonstration once, serve it
	@set -e; if [ -e $(DEMO).unfinished ]; then rm -rf $(DEMO) $(DEMO).unfinished; fi; \
	if [ ! -e $(DEMO) ]; then mkdir -p $(dir $(DEMO)); : >$(DEMO).unfinished; \
	  build/dinh --data $(DEMO) init --demo; rm -f $(DEMO).unfinished; fi
	@exec build/dinh --data $(DEMO) serve --listen $(LISTEN)

build: deps-build build/build.ninja ## build/dinh alone
	@$(NINJA) -C build --quiet dinh

build/build.ninja:
	meson setup build --buildtype=release -Ddebug=true

test: deps-test ## everything that must pass; the last line is the sum
	@python3 tools/run_tests.py

lint: ## floors, budgets, banned words, SQL, text: the checks of tools/lint
	@python3 tools/lint.py --self-test
	@python3 tools/lint.py

analyze: deps-test ## clang-tidy, cppcheck, gcc -fanalyzer over the whole tree
	@python3 tools/run_tests.py analyze

asan: deps-test ## unit tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@python3 tools/run_tests.py asan

tsan: deps-test ## unit tests under ThreadSanitizer
	@python3 tools/run_tests.py tsan

fuzz: deps-test ## each fuzzer for FUZZ_SECONDS (600)
	@FUZZ_SECONDS=$(FUZZ_SECONDS) python3 tools/run_tests.py fuzz

faults: deps-test build ## faults in their long form, as a table: kill -9, full disks, damaged pages, clocks, backups
	@FAULTS=long DINH_BIN=build/dinh DINH_SOURCE=. python3 tests/faults/run.py

postgres: deps-ha build ## everything on PostgreSQL, suites of the whole program too, and 200 rounds of each kill
	@DINH_POSTGRES=long DINH_FAULT_ROUNDS=200 python3 tests/postgres/run.py

soak: deps-test build ## SOAK_SECONDS (1200) of a mixed workload at 200 connections; DATABASE=URL: an empty database elsewhere
	@DINH_BIN=build/dinh DINH_SOURCE=. nice python3 tests/soak/run.py --seconds $(SOAK_SECONDS) $(if $(DATABASE),--database $(DATABASE))

deb: build ## a Debian package of it: build/dinh.deb
	@python3 packaging/deb.py build/dinh build/dinh.deb

reproducible: deps-build ## the last commit, built in two directories: are both packages the same bytes?
	@python3 packaging/reproducible.py

bench: deps-bench build ## speed and size, as a table
	@python3 bench/run.py

format-check: ## where clang-format would write otherwise (advice, never a failure)
	@git ls-files 'src/*.c' 'src/*.h' | xargs clang-format --dry-run 2>&1 | grep -c 'warning:' || true

deps-build:
	@[ $(DEPS) = no ] || tools/install-deps.sh build
deps-test:
	@[ $(DEPS) = no ] || tools/install-deps.sh build test
deps-ha:
	@[ $(DEPS) = no ] || tools/install-deps.sh build test ha
deps-bench:
	@[ $(DEPS) = no ] || tools/install-deps.sh build bench

clean: ## remove what was built; var/ stays
	rm -rf build build-*
