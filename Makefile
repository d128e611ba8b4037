# Every target installs what it needs and is missing; see `make help`.

SWIFT ?= swift
SOURCES := Sources Tests Package.swift
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: help deps build run test test-all verify differential sanitize throughput fuzz lint format

help: ## Show the targets.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

deps: ## Install the system libraries that are missing.
	@command -v $(SWIFT) >/dev/null \
	  || { echo "Swift 6.2 or later is needed: https://www.swift.org/install" >&2; exit 3; }
	@pkg-config --exists liblzma 2>/dev/null || [ -e /usr/include/lzma.h ] \
	  || { $(SUDO) apt-get -qq update && $(SUDO) apt-get -qq install -y liblzma-dev >/dev/null; }
	@pkg-config --exists zlib 2>/dev/null || [ -e /usr/include/zlib.h ] \
	  || { $(SUDO) apt-get -qq update && $(SUDO) apt-get -qq install -y zlib1g-dev >/dev/null; }

build: deps ## Build the command, release.
	$(SWIFT) build -c release --product shadowbench

run: build ## Recommend a size for the captured office sessions.
	@"$$($(SWIFT) build -c release --show-bin-path)/shadowbench" \
	  recommend Workloads/captures/office30 --memory-mib 4096 --vcpus 2

test: lint ## Lint, the tests, all recorded scenarios, and 2,000 random streams.
	$(SWIFT) test
	@$(MAKE) --no-print-directory verify
	@$(MAKE) --no-print-directory differential STREAMS=2000

verify: build ## Compare with the counters of a real Xen, all recorded scenarios.
	"$$($(SWIFT) build -c release --show-bin-path)/shadowbench" \
	  verify Tests/Fixtures/groundtruth/scenarios.json

test-all: test ## Also the tests with optimisation, 100,000 streams and the sanitizers.
	$(SWIFT) test -c release -Xswiftc -enable-testing
	@$(MAKE) --no-print-directory differential STREAMS=100000
	@$(MAKE) --no-print-directory sanitize

STREAMS ?= 10000
OPERATIONS ?= 1000

differential: deps ## Compare with the plain model: STREAMS streams of OPERATIONS operations.
	$(SWIFT) build -c release --product differential
	"$$($(SWIFT) build -c release --show-bin-path)/differential" $(STREAMS) $(OPERATIONS)

SANITIZED_STREAMS ?= 60

sanitize: deps ## The same under AddressSanitizer and ThreadSanitizer, fewer streams, all audits.
	@for kind in address thread; do \
	  $(SWIFT) build --sanitize=$$kind --scratch-path .build/$$kind --product differential \
	    -Xswiftc -use-ld=lld && \
	  .build/$$kind/debug/differential $(SANITIZED_STREAMS) $(OPERATIONS) || exit 1; \
	done

TRACE ?= Tests/Fixtures/xentrace/S63.xentrace.gz
TRACE_MIB ?= 1024

throughput: build ## Time the summary of a trace of TRACE_MIB MiB, made by repeating TRACE.
	$(SWIFT) build -c release --product tracegen
	@bin="$$($(SWIFT) build -c release --show-bin-path)"; \
	"$$bin/tracegen" $(TRACE) $(TRACE_MIB) > .build/long.xentrace; \
	ls -l .build/long.xentrace; \
	/usr/bin/time -f '%e s, %M KiB of memory' "$$bin/shadowbench" trace summary \
	  .build/long.xentrace > /dev/null; rm -f .build/long.xentrace

FUZZ_SECONDS ?= 1200

fuzz: ## Fuzz the reader of traces for FUZZ_SECONDS.
	Fuzz/run.sh $(FUZZ_SECONDS)

lint: deps ## Check the format of all sources.
	$(SWIFT) format lint --strict -r $(SOURCES)

format: deps ## Put all sources into the format.
	$(SWIFT) format -i -r $(SOURCES)
