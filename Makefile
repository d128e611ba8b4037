# Every target installs what it needs and is missing; see `make help`.

SWIFT ?= swift
SOURCES := Sources Tests Package.swift
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: help deps build run test test-all lint format check

help: ## Show the targets.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

deps: ## Install the system libraries that are missing.
	@command -v $(SWIFT) >/dev/null \
	  || { echo "Swift 6.2 or later is needed: https://www.swift.org/install" >&2; exit 3; }
	@pkg-config --exists liblzma 2>/dev/null || [ -e /usr/include/lzma.h ] \
	  || { $(SUDO) apt-get -qq update && $(SUDO) apt-get -qq install -y liblzma-dev >/dev/null; }

build: deps ## Build the command, release.
	$(SWIFT) build -c release --product shadowbench

run: build ## Recommend a size for the captured office sessions.
	@"$$($(SWIFT) build -c release --show-bin-path)/shadowbench" \
	  recommend Workloads/captures/office30 --memory-mib 4096 --vcpus 2

test: lint ## Lint, then the tests that take under a minute.
	$(SWIFT) test

test-all: test ## Also the tests with optimisation.
	$(SWIFT) test -c release -Xswiftc -enable-testing

lint: deps ## Check the format of all sources.
	$(SWIFT) format lint --strict -r $(SOURCES)

format: deps ## Put all sources into the format.
	$(SWIFT) format -i -r $(SOURCES)

check: test build ## What a change must pass.
	@"$$($(SWIFT) build -c release --show-bin-path)/shadowbench" \
	  verify Tests/Fixtures/groundtruth/scenarios.json
