# Every target installs what it needs and is missing; see `make help`.

SWIFT ?= swift
SOURCES := Sources Plugins Tests Benchmarks/Sources Benchmarks/Package.swift Package.swift
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: help deps build run test test-all results bench verify differential sweeps sweep-cost sanitize lint format \
  mrc-traces mrc-bench mrc-instructions slurm guest test-xen throughput planner fuzz fuzz-records xenapi-client signal-check replay-bundle dom0-binary \
  static deb deb-check docs docs-check docs-write report-check \
  compare-check kill-check baseline baseline-save baseline-sweeps linux-traces xen-counters extremes

help: ## Show the targets.
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

deps: ## Install the system libraries that are missing.
	@command -v $(SWIFT) >/dev/null \
	  || { echo "Swift 6.2 or later is needed: https://www.swift.org/install" >&2; exit 3; }
	@{ [ -e /usr/include/lzma.h ] && [ -e /usr/include/numa.h ] && [ -e /usr/include/zlib.h ] \
	    && [ -e /usr/include/zstd.h ] \
	    && command -v openssl >/dev/null && command -v zstd >/dev/null && command -v python3 >/dev/null \
	    && /sbin/ldconfig -p | grep -q 'libcurl\(-gnutls\)\?\.so\.4'; } \
	  || { $(SUDO) apt-get -qq update \
	    && $(SUDO) apt-get -qq install -y liblzma-dev libnuma-dev zlib1g-dev libzstd-dev libxen-dev \
	      libcurl4 openssl python3 xz-utils zstd >/dev/null; }

build: deps ## Build the command, release.
	$(SWIFT) build -c release --product shadowbench

run: build ## Recommend a size for the XenApp server of 2008, which thrashes by default.
	@"$$($(SWIFT) build -c release --show-bin-path)/shadowbench" \
	  recommend Workloads/xenapp-round-robin.yaml

test: lint ## Lint, the tests, all recorded scenarios, and 2,000 random streams.
	$(SWIFT) test
	@$(MAKE) --no-print-directory verify
	@$(MAKE) --no-print-directory baseline
	@$(MAKE) --no-print-directory linux-traces
	@$(MAKE) --no-print-directory extremes SHARE=29
	@$(MAKE) --no-print-directory differential STREAMS=2000
	"$$($(SWIFT) build -c release --show-bin-path)/differential" 60 --guests

SCENARIOS := $(addprefix Tests/Fixtures/groundtruth/, scenarios.json more-scenarios.json)

verify: build ## Compare with the counters of a real Xen, all recorded scenarios.
	@bin="$$($(SWIFT) build -c release --show-bin-path)/shadowbench"; \
	for file in $(SCENARIOS) Tests/Fixtures/groundtruth/replays.json; do \
	  "$$bin" verify $$file || exit 1; \
	done

LINUX_RUNS := $(firstword $(wildcard ../shared/groundtruth/linux) Tests/Fixtures/linux)

linux-traces: build ## Predict from traces of real Linux guests, against Xen's counters there.
	for folder in $(LINUX_RUNS) Tests/Fixtures/linux-loads; do \
	  python3 Tests/Linux/check.py "$$($(SWIFT) build -c release --show-bin-path)/shadowbench" \
	    $$folder || exit 1; \
	done

test-all: test ## Also the tests with optimisation, 100,000 streams and the sanitizers.
	$(SWIFT) test -c release -Xswiftc -enable-testing
	@$(MAKE) --no-print-directory differential STREAMS=100000
	@$(MAKE) --no-print-directory planner
	@$(MAKE) --no-print-directory sanitize
	@$(MAKE) --no-print-directory docs-check

BASELINE := .build/baseline

baseline-sweeps: build
	@bin="$$($(SWIFT) build -c release --show-bin-path)/shadowbench"; \
	rm -rf $(BASELINE) && mkdir -p $(BASELINE) && \
	for capture in office30 apache150_php pg200_tpcb_400tps; do \
	  "$$bin" sweep Workloads/captures/$$capture --sizes 6 -o $(BASELINE)/$$capture.json \
	    > /dev/null || exit 1; \
	done

baseline: baseline-sweeps ## Compare sweeps of the bundled captures with the committed baseline.
	"$$($(SWIFT) build -c release --show-bin-path)/shadowbench" \
	  baseline check captures $(BASELINE) --strict

baseline-save: baseline-sweeps ## Put new sweeps of the bundled captures in its place.
	"$$($(SWIFT) build -c release --show-bin-path)/shadowbench" \
	  baseline save captures $(BASELINE) --counters-only --force

STREAMS ?= 10000
OPERATIONS ?= 1000

differential: deps ## Compare with the plain model: STREAMS streams of OPERATIONS operations.
	$(SWIFT) build -c release --product differential
	"$$($(SWIFT) build -c release --show-bin-path)/differential" $(STREAMS) $(OPERATIONS)

sweeps: deps ## Compare 64 sizes in one pass with 64 runs: scenarios, inputs, GUESTS random guests.
	$(SWIFT) build -c release --product differential
	@bin="$$($(SWIFT) build -c release --show-bin-path)/differential"; \
	for file in $(SCENARIOS); do "$$bin" --inputs $$file || exit 1; done && \
	"$$bin" --inputs Workloads/*.yaml Workloads/captures/office30 \
	  Workloads/captures/apache150_php Workloads/captures/pg200_tpcb_400tps && \
	"$$bin" $(GUESTS) --guests && "$$bin" $(GUESTS) --sweep

INPUTS ?= $(wildcard Workloads/*.yaml) $(addprefix Workloads/captures/, \
  office30 apache150_php pg200_tpcb_400tps)

sweep-cost: deps ## Time one pass over 64 sizes beside runs at one, user CPU time of each of INPUTS.
	$(SWIFT) build -c release --product differential
	@bin="$$($(SWIFT) build -c release --show-bin-path)/differential"; \
	for input in $(INPUTS); do "$$bin" --cost $$input || exit 1; done | awk -f Tests/sweep-cost.awk

POOLS ?= 10000

planner: deps ## Compare plans for failures with trying everything, POOLS pools; time 64 hosts.
	$(SWIFT) build -c release --product planner-check
	@bin="$$($(SWIFT) build -c release --show-bin-path)/planner-check"; \
	"$$bin" $(POOLS) && "$$bin" --time 64 2000

PAIRS ?= 20
REPEATS ?= 120

compare-check: build ## Whether compare finds 5 % more work in PAIRS pairs, and none in PAIRS of equals.
	$(SWIFT) build -c release --product compare-check
	@bin="$$($(SWIFT) build -c release --show-bin-path)"; \
	"$$bin/compare-check" "$$bin/shadowbench" $(PAIRS) $(REPEATS)

GUESTS ?= 10000
SANITIZED_STREAMS ?= 60

sanitize: deps ## The same under AddressSanitizer and ThreadSanitizer, fewer streams, all audits.
	$(SWIFT) test --sanitize=thread --scratch-path .build/thread -Xswiftc -use-ld=lld \
	  --filter StreamPump
	@for kind in address thread; do \
	  $(SWIFT) build --sanitize=$$kind --scratch-path .build/$$kind --product differential \
	    -Xswiftc -use-ld=lld && \
	  .build/$$kind/debug/differential $(SANITIZED_STREAMS) $(OPERATIONS) || exit 1; \
	done

results: build ## Make the files in Results/ anew.
	Results/make.sh "$$($(SWIFT) build -c release --show-bin-path)/shadowbench"

report-check: build ## Look at a report of every kind of result in Chromium; docs/REPORTS.md.
	Tests/Report/run.sh "$$($(SWIFT) build -c release --show-bin-path)/shadowbench"

slurm: build ## Share a matrix out to a real local Slurm, kill a shard, merge, compare.
	Slurm/try.sh "$$($(SWIFT) build -c release --show-bin-path)/shadowbench"

KILLS ?= 100

kill-check: build ## Kill KILLS runs that write results at random moments; nothing half may be left.
	@command -v strace >/dev/null || $(SUDO) apt-get -qq install -y strace >/dev/null
	python3 Tests/Kill/check.py "$$($(SWIFT) build -c release --show-bin-path)/shadowbench" $(KILLS)

SIGNALS ?= 50

signal-check: deps ## End `pool audit --apply` by SIGNALS signals of each kind; nothing may be left.
	$(SWIFT) build --product shadowbench
	python3 Tests/XenAPITests/StandIn/signals.py \
	  "$$($(SWIFT) build --show-bin-path)/shadowbench" $(SIGNALS)

SHARE := 1

extremes: build ## Numbers at the ends of their types in options and files; SHARE=20: a twentieth.
	for each in extremes numbers; do PYTHONDONTWRITEBYTECODE=1 nice Tests/Extremes/$$each.py \
	  "$$($(SWIFT) build -c release --show-bin-path)/shadowbench" $(SHARE) || exit 1; \
	done

xenapi-client: deps ## Run XenServer's own Python client against the tests' stand-in for a host.
	$(SWIFT) build --product shadowbench
	Tests/XenAPITests/StandIn/official-client.sh \
	  "$$($(SWIFT) build --show-bin-path)/shadowbench"

GUEST := .build/guest

guest: deps ## Build the replay guest's kernels into .build/guest; docs/REPLAY.md.
	Guest/build.sh $(GUEST)

BUNDLE ?= .build/replays

replay-bundle: build guest ## Make a folder BUNDLE of 20 replays for a Xen host: docs/BUNDLE.md.
	rm -rf $(BUNDLE)
	"$$($(SWIFT) build -c release --show-bin-path)/shadowbench" host replay \
	  --plan Workloads/replays/twenty.yaml --guest $(GUEST) --bundle $(BUNDLE)

static: deps ## Build the command with the Swift runtime in it: .build/static/release/shadowbench.
	$(SWIFT) build -c release --product shadowbench --static-swift-stdlib \
	  --scratch-path .build/static

test-xen: static guest ## Run shadowbench in dom0 of two real Xens, emulated by QEMU; docs/XEN-TESTS.md.
	XEN_GUEST=$(GUEST) Tests/Xen/run.sh .build/static/release/shadowbench

COUNTERS := $(SCENARIOS)

xen-counters: static guest ## Count the recorded scenarios, or COUNTERS="new.json", again on a Xen that is built here.
	for file in $(COUNTERS); do XEN_GUEST=$(GUEST) \
	  Tests/Xen/counters.sh .build/static/release/shadowbench $$file $(IDS) || exit 1; \
	done

dom0-binary: test-xen ## Measure the command as a dom0 gets it: Results/dom0-binary.txt.
	Results/dom0-binary.sh .build/static/release/shadowbench .build/xen/report.tap \
	  > .build/dom0-binary.txt
	mv .build/dom0-binary.txt Results/dom0-binary.txt

DEB := .build/deb

deb: static guest ## Make the Debian package in .build/deb; docs/PACKAGING.md.
	Packaging/deb.sh .build/static/release/shadowbench $(GUEST) $(DEB)

deb-check: deb ## Install the package in a clean Debian, use it, remove it: Results/deb.txt.
	Packaging/deb-check.sh $(DEB)/shadowbench_*_amd64.deb $(HOME)/.cache/shadowbench-deb \
	  > .build/deb.txt
	mv .build/deb.txt Results/deb.txt

docs: deps ## Build the documentation as a site in .build/docs.
	$(SWIFT) build --target ShadowModel
	docs/site.py "$$($(SWIFT) build --show-bin-path)/Modules" .build/docs

docs-check: build ## Run the commands in README.md and docs/ again, compare what they print.
	docs/outputs.py "$$($(SWIFT) build -c release --show-bin-path)"

docs-write: build ## Put what they print now in its place.
	docs/outputs.py --write "$$($(SWIFT) build -c release --show-bin-path)"

bench: deps ## Measure the model beside a plain C program; Benchmarks/README.md tells how to read it.
	Benchmarks/run.sh

MRC := .build/mrc
RUNS ?= 7

mrc-traces: deps
	$(SWIFT) build -c release --product trace-generator
	$(SWIFT) build -c release --product mrc-bench
	@mkdir -p $(MRC)

mrc-bench: build mrc-traces ## Time the miss-ratio curve of 20 M requests, RUNS runs.
	@bin="$$($(SWIFT) build -c release --show-bin-path)"; \
	for kind in zipf loop; do \
	  [ -s $(MRC)/$$kind ] || "$$bin/trace-generator" $$kind $(MRC)/$$kind || exit 1; \
	done; \
	[ -s $(MRC)/zipf-scattered ] || "$$bin/trace-generator" zipf $(MRC)/zipf-scattered \
	  20000000 1000000 1 1.0 scattered || exit 1; \
	"$$bin/mrc-bench" time $(RUNS) "$$bin/shadowbench" \
	  $(MRC)/zipf $(MRC)/loop $(MRC)/zipf-scattered

mrc-instructions: build mrc-traces ## Count its instructions for a request; needs valgrind.
	@bin="$$($(SWIFT) build -c release --show-bin-path)"; \
	for kind in zipf loop; do for millions in 10 20; do \
	  trace=$(MRC)/$$kind-$$millions; \
	  [ -s $$trace ] || "$$bin/trace-generator" $$kind $$trace $${millions}000000 || exit 1; \
	done; done; \
	strip -o $(MRC)/shadowbench "$$bin/shadowbench"; \
	"$$bin/mrc-bench" instructions $(MRC)/shadowbench \
	  $(MRC)/zipf-10 $(MRC)/zipf-20 $(MRC)/loop-10 $(MRC)/loop-20

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

FUZZ_RUNS ?= 3500000

fuzz-records: ## Fuzz the readers of records, pasted ones too, each FUZZ_RUNS times.
	Fuzz/records.sh $(FUZZ_RUNS)

lint: deps ## Check the format of all sources.
	$(SWIFT) format lint --strict -r $(SOURCES)
	@! LC_ALL=C.UTF-8 grep -rnE --include='*.swift' '^.{101,}$$' $(SOURCES) | grep -E '^[^:]+:[0-9]+: *//' \
	  || { echo "comments longer than 100 characters, which the formatter lets through" >&2; exit 1; }

format: deps ## Put all sources into the format.
	$(SWIFT) format -i -r $(SOURCES)
