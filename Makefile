# `make demo` and `make test` need nothing before them: they install what is missing.

# An import that the manifest does not know of would not be built anew when what it imports changes.
CHECKS = --explicit-target-dependency-import-check error
BUILD = swift build -c release $(CHECKS) --static-swift-stdlib --scratch-path .build/static -Xlinker -s
STORE = .build/demo-store
EVENTS = functions/image-processor/events

.PHONY: bench bench-runtime demo test test-sanitized test-unit test-system build lint format clean packages test-parts

## demo: process the sample images through the real path and show what came out
demo: build
	@rm -rf $(STORE)
	@# The batch holds one message that is no event; status 1 says that it would be delivered again.
	@./bootstrap invoke $(EVENTS)/sqs-batch-one-bad.json --store $(STORE) || [ $$? -eq 1 ]
	@echo
	@./bootstrap invoke $(EVENTS)/sqs-s3-odd-key.json --store $(STORE)

## test: every test
test: test-unit test-system

## test-unit: the Swift tests
test-unit: packages
	swift test -c release --no-parallel $(CHECKS)

## test-system: the shipped binary against real parts
test-system: build test-parts
	.venv/bin/python -m pytest Tests/SystemTests -q

## test-sanitized: the image engine under the address sanitizer, the runtime's concurrency under the thread sanitizer
test-sanitized: packages
	LSAN_OPTIONS=suppressions=$(CURDIR)/Tests/leak-sanitizer.supp \
	  swift test -c release --no-parallel --sanitize=address --scratch-path .build/address-sanitizer \
	  --filter 'ImagingTests|ImageProcessingTests|ObjectStorageTests'
	TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/LambdaRuntimeTests/thread-sanitizer.supp \
	  swift test -c release --no-parallel --sanitize=thread --scratch-path .build/thread-sanitizer \
	  --filter 'LambdaRuntimeTests|LambdaEventsTests'

## build: the binaries as they are shipped
build: packages
	$(BUILD) --product image-processor
	$(BUILD) --product hello

## bench: the image engine beside its peers and the floor, on photographs; a table and a plot
bench: packages
	Benchmarks/images/setup
	.tools/bench-venv/bin/python Benchmarks/images/run.py

## bench-runtime: the runtime beside AWS's own for Python and the floor
bench-runtime: packages
	Benchmarks/lambda-runtime/run

## lint: the formatter's rules, with nothing changed
lint:
	swift format lint --strict --recursive --parallel Sources Tests functions Benchmarks Package.swift

## format: the formatter's rules, applied
format:
	swift format --in-place --recursive --parallel Sources Tests functions Benchmarks Package.swift

packages:
	@scripts/install-packages

test-parts: packages
	@scripts/install-test-parts

clean:
	rm -rf .build .venv .tools

## help: this list
help:
	@sed -n 's/^## //p' Makefile
