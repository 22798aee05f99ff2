# Whatever is asked for, it installs what is missing. Times are of a machine with two cores, without and with what an
# earlier run has left.
.DEFAULT_GOAL := help

# An import that the manifest does not know of would not be built anew when what it imports changes.
CHECKS = --explicit-target-dependency-import-check error
# C's assertions name their files: without the checkout's path, the same commit gives the same bytes anywhere.
BUILD = swift build -c release $(CHECKS) --static-swift-stdlib --scratch-path .build/static -Xlinker -s \
  -Xcc '-ffile-prefix-map=$(CURDIR)/=' -Xlinker '-L$(CURDIR)/$(ARCHIVES)' $(SMALLER)
# What is optimised when all of it is known loses what nobody calls, with the records of types and conformances that
# would keep it. Nothing here unwinds a stack or looks up its own names, so the tables for both go; relocations are
# packed in a way that the bundle's own loader knows.
SMALLER = --experimental-lto-mode=full $(foreach option,-conditional-runtime-records -internalize-at-link, \
  -Xswiftc -Xfrontend -Xswiftc $(option)) -Xswiftc -use-ld=lld $(foreach option,--gc-sections --no-export-dynamic \
  -z pack-relative-relocs --no-eh-frame-hdr -T functions/without-unwind-tables.ld,-Xlinker $(option))
# The linker looks here first, and so takes these from archives: a start has fewer libraries to load.
ARCHIVES = .build/archives
# With the tests in one build, which a release build has to be told: another configuration would compile all of its
# libraries a second time.
# librdkafka is where scripts/install-kafka has put it, for the build and for what is started from its folder.
SERVICES = --package-path services -Xswiftc -enable-testing --pkg-config-path $(CURDIR)/.tools/rdkafka \
  -Xlinker -rpath -Xlinker $(CURDIR)/.tools/rdkafka
# Four at once, as most of their time is waiting; the tests of a file follow each other.
PYTEST = .venv/bin/python -m pytest -q -rs --numprocesses 4 --dist loadfile
STORE = .build/demo-store
EVENTS = functions/image-processor/events

.PHONY: bench bench-hostile bench-index bench-overlap bench-quality bench-queue bench-report bench-runtime bench-stream \
  bench-web build catalogue check check-reproducible clean demo docs format fuzz help lint lint-parts package \
  package-stream package-web packages services soak stream system test test-bundle test-docs test-hosts \
  test-infrastructure test-parts test-sanitized test-services test-system test-unit web

##@ Try it

## demo: process the sample images through the real path and show what came out (5 min, then 2 s)
demo: build
	@rm -rf $(STORE)
	@# The batch holds one message that is not an event; status 1 says that it would be delivered again.
	@./bootstrap invoke $(EVENTS)/sqs-batch-one-bad.json --store $(STORE) || [ $$? -eq 1 ]
	@echo
	@./bootstrap invoke $(EVENTS)/sqs-s3-odd-key.json --store $(STORE)
	@scripts/install-duckdb
	@echo
	@./bootstrap report --store $(STORE) --html $(STORE)/report.html
	@echo "Open $(CURDIR)/$(STORE)/report.html in a browser: what analysts see of these images"

## web: the upload page and the gallery on a free port of this machine, over a folder (15 min, then 1 s)
web: services
	@services/.build/release/upload-web --port 0 --store-directory .build/web-store

## stream: a Kafka broker, its consumer, a folder as the bucket, pages, and the samples sent through (15 min, then 5 s)
stream: services test-parts
	@.venv/bin/python scripts/stream

##@ While you work

## check: lint and the unit tests: what every commit passes (8 min, then 3 min)
check: lint test-unit

## lint: the rules that a machine keeps, with nothing changed (10 s)
lint: lint-parts
	@scripts/lint

## format: the Swift formatter's rules, applied (5 s)
format:
	swift format --in-place --recursive --parallel Sources Plugins Tests functions Examples Benchmarks Fuzz docs Package.swift \
	  services/Sources services/Tests services/Package.swift

## test-docs: every link, command and snippet in the documentation (2 min)
test-docs: build test-parts
	$(PYTEST) Tests/SystemTests/documentation

##@ Test

## test: every test but the bundle's and the hosts'
test: test-unit test-services test-infrastructure test-system system

## test-unit: the Swift tests (8 min, then 3 min)
test-unit: packages
	swift test -c release --no-parallel $(CHECKS)

## test-services: what runs on hosts, with clients of every kind and a Kafka broker around it (28 min, then 15 min)
test-services: build services test-parts
	@scripts/install-web-parts
	swift test -c release --skip-build $(SERVICES)
	$(PYTEST) Tests/SystemTests/web Tests/SystemTests/stream

## test-system: the shipped binary and package against real parts
test-system: package test-parts
	@scripts/install-packages openssl libjpeg-turbo-progs libimage-exiftool-perl chromium chromium-driver \
	  colord-data icc-profiles-free libgs-common
	@# test-parts may have come before the binary that DuckDB's command is to lie beside.
	@scripts/install-duckdb
	$(PYTEST) $(foreach apart,web stream system hosts,--ignore Tests/SystemTests/$(apart)) Tests/SystemTests

## system: the whole system on this machine: 300 images by page and stream, services killed, one true row each (5 min)
system: package services test-parts
	@scripts/install-duckdb
	.venv/bin/python -m pytest Tests/SystemTests/system -q -rs -s

## catalogue: what follows from metadata.schema.json and the views, written anew (1 s)
catalogue: packages
	@scripts/install-duckdb
	@scripts/catalogue

## test-infrastructure: Terraform's own tests of the infrastructure; says so where terraform is missing (1 min)
test-infrastructure:
	@scripts/test-infrastructure

## test-bundle: the bundle in an older Debian, in a container, without a network (1 min after package)
test-bundle: package test-parts
	@scripts/install-bundle-parts
	scripts/test-bundle

## test-hosts: the EC2 hosts' user data, booted in a Debian by systemd-nspawn
test-hosts: package-web package-stream test-parts
	@scripts/install-host-parts
	scripts/test-hosts

## test-sanitized: the image engine under the address sanitizer, the runtime and its threads under the thread sanitizer
test-sanitized: packages
	LSAN_OPTIONS=suppressions=$(CURDIR)/Tests/leak-sanitizer.supp \
	  swift test -c release --no-parallel --sanitize=address --scratch-path .build/address-sanitizer \
	  --filter 'ImagingTests|ImageProcessingTests|ObjectStorageTests'
	TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/LambdaRuntimeTests/thread-sanitizer.supp \
	  swift test -c release --no-parallel --sanitize=thread --scratch-path .build/thread-sanitizer \
	  --filter 'LambdaRuntimeTests|LambdaEventsTests|LambdaHTTPTests|ThreadsTests'

## soak: SOAK_INVOCATIONS (200000) of hello, up to 10 million, under a Runtime API that misbehaves by SOAK_SEED (1)
soak: packages
	SOAK_INVOCATIONS=$(or $(SOAK_INVOCATIONS),200000) SOAK_SEED=$(or $(SOAK_SEED),1) \
	  swift test -c release --no-parallel $(CHECKS) --filter LongLifeTests

## fuzz: each fuzz target for FUZZ_SECONDS (60) under libFuzzer and the address sanitizer (3 min after its build)
fuzz: packages test-parts
	scripts/fuzz

##@ Ship

## build: the binaries as they are shipped (5 min, then 1 s)
build: packages $(ARCHIVES)
	$(BUILD) --product image-processor
	$(BUILD) --product hello

## package: the bundle: Lambda's zip, the container image's root, the tarball (2 min after build, then 5 s)
package: build
	@scripts/install-packages musl-tools libssl-dev dpkg-dev patch ca-certificates
	@scripts/package

## package-web: the web application's bundle for EC2 hosts (1 min after services)
package-web: services
	@scripts/install-packages musl-tools libssl-dev dpkg-dev patch ca-certificates
	@scripts/package upload-web

## package-stream: the bundle of a stream's host: kafka-ingest and stream-web (1 min after services)
package-stream: services
	@scripts/install-packages musl-tools libssl-dev dpkg-dev patch ca-certificates
	@scripts/package stream

## check-reproducible: a second build in another folder gives the same bundle, byte for byte (as long as a first build)
check-reproducible:
	scripts/check-reproducible

## docs: the reference of the library products, by DocC, in .build/docs (5 min, then 1 min)
docs: packages
	scripts/docs

##@ Measure

## bench: the image engine beside its peers and the floor, on photographs; a table and a plot
bench: packages
	Benchmarks/images/setup
	.tools/bench-venv/bin/python Benchmarks/images/run.py

## bench-quality: the picture at every ratio from 1.05 to 40, beside libvips and Pillow (15 min)
bench-quality: build
	Benchmarks/images/setup --no-swift
	.tools/bench-venv/bin/python Benchmarks/images/sweep.py

## bench-runtime: the runtime beside AWS's own for Python and the floor
bench-runtime: packages
	Benchmarks/lambda-runtime/run

## bench-index: a gallery page among a million rows, for every combination of filters
bench-index: services
	ROW_INDEX_ROWS=1000000 swift test -c release --skip-build --no-parallel $(SERVICES) --filter ScaleTests

## bench-overlap: a whole job beside its download and its work alone, over slow links to an S3 server
bench-overlap: build test-parts
	Benchmarks/images/setup --no-swift
	.tools/bench-venv/bin/python Benchmarks/images/corpus.py
	.venv/bin/python Benchmarks/overlap/run.py

## bench-queue: images per second from a queue of 1,000, memory and price, beside boto3 with Pillow and with pyvips
bench-queue: build test-parts
	Benchmarks/images/setup --no-swift
	.tools/bench-venv/bin/python Benchmarks/images/corpus.py
	.venv/bin/python Benchmarks/queue/run.py

## bench-report: reports over 1,000 to 1,000,000 rows beside DuckDB alone, and what compaction saves; tables
bench-report: build test-parts
	@scripts/install-duckdb
	.venv/bin/python Benchmarks/report/run.py

## bench-stream: messages to objects beside confluent-kafka with boto3, on one core; a table (2 min)
bench-stream: services test-parts
	.venv/bin/python Benchmarks/stream/run.py

## bench-web: the web application serving renditions, beside nginx serving the same files; a table
bench-web: services test-parts
	@scripts/install-web-parts
	.venv/bin/python Benchmarks/web/run.py

## bench-hostile: what becomes of hostile and odd files, and the time and memory that each takes; a table
bench-hostile: build test-parts
	.venv/bin/python Tests/SystemTests/support/hostile/measure.py

##@ Keep house

## clean: everything that was built or installed into this folder goes
clean:
	rm -rf .build* .venv .tools

## help: this list
help:
	@sed -n -e 's/^##@ \(.*\)/\n\1/p' -e 's/^## \([a-z-]*\): /  \1\t/p' Makefile | expand -t 22

$(ARCHIVES):
	@mkdir -p $@
	@for library in jpeg png16 z deflate stdc++; do ln -sf "$$(clang -print-file-name=lib$$library.a)" $@/; done

services: packages
	@scripts/install-kafka
	swift build -c release --build-tests $(CHECKS) $(SERVICES)

packages:
	@scripts/install-packages

lint-parts:
	@scripts/install-lint-parts

test-parts: packages
	@scripts/install-test-parts
