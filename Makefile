GO ?= go
export CGO_ENABLED = 0

# Tests fail where an instruction set of this CPU is not among those they ran.
REQUIRED = SDRM_REQUIRE_ISA=$$(scripts/isas | sed 's/.* //')

# What git calls this commit; nothing, where there is no git.
VERSION = $$(git describe --tags --always --dirty 2>/dev/null)

# A package may take long on a busy machine.
TEST = $(GO) test -timeout 60m

.PHONY: build test slurm kubernetes packages arm64 everywhere race faults fuzz matrix vet bench peers lint fmt clean help release

build: ## build the static binary bin/sdrm
	$(GO) build -trimpath -ldflags "-X main.version=$(VERSION)" -o bin/sdrm ./cmd/sdrm

test: ## run every test: each instruction set of this CPU, plain Go, fused compilation, arm64; then verify
	$(REQUIRED) $(TEST) ./...
	SDRM_REQUIRE_ISA= $(TEST) -tags purego ./asm/... ./tensor/... ./autograd
	$(REQUIRED) GOAMD64=v3 $(TEST) ./asm/... ./tensor/... ./autograd ./mmd ./defenses ./datasets ./internal/...
	scripts/arm64-tests & tests=$$!; scripts/verify-everywhere; verified=$$?; wait $$tests && exit $$verified

slurm: build ## run a sweep on a Slurm of its own on this machine, with interruptions; where root can have one
	SDRM=$(CURDIR)/bin/sdrm scripts/slurm $(CURDIR)/scripts/slurm-sweep

kubernetes: build ## check what sweep script kubernetes prints with Kubernetes' own types
	cd scripts/kubernetes && $(GO) vet ./... && SDRM=$(CURDIR)/bin/sdrm $(TEST) -count=1 ./...

packages: build ## make a .deb and a .rpm of the binary, install and remove both in empty systems; where root can have rpm
	scripts/need rpm rpm
	cd scripts/packages && $(GO) vet ./... && SDRM=$(CURDIR)/bin/sdrm $(TEST) -count=1 ./...

arm64: ## run the kernel, tensor and autograd tests for arm64 under emulation
	scripts/arm64-tests

everywhere: ## run sdrm verify, the demo and a short sweep with every instruction set, numbers of threads, and for arm64
	scripts/verify-everywhere

faults: ## let every system call of short commands on run folders fail, kill them, run them at once, kill a sweep (needs strace)
	scripts/need strace strace
	$(TEST) -timeout 4h -count 1 -v ./scripts/faults -faults 0 -kills 200 -pairs 68
	$(TEST) -timeout 4h ./cmd/sdrm -run TestASweepSurvivesKills -kills 200

race: ## run the tests of the concurrent packages in plain Go under the race detector, which does not see assembly (needs cgo)
	CGO_ENABLED=1 SDRM_ISA=generic $(TEST) -race ./internal/... ./tensor ./datasets ./train ./experiment/sweep

fuzz: ## run every fuzz target for FUZZTIME each, by default a minute
	scripts/fuzz

matrix: ## train every architecture with every attack, without and with the regulariser, for two steps
	SDRM_MATRIX=1 $(TEST) -run TestMatrix ./experiment/subject

vet: ## vet for every target of a release, and plain Go
	@set -e; for target in $$(sed -n 's/^targets="\(.*\)"/\1/p' scripts/release); do \
		echo "vet for $$target"; GOOS=$${target%/*} GOARCH=$${target#*/} $(GO) vet ./...; done
	GOARCH=amd64 $(GO) vet -tags purego ./...

bench: ## run the benchmarks, in the format that benchstat reads
	$(GO) test -run '^$$' -bench . ./asm ./tensor ./bench

peers: ## time PyTorch, oneDNN, OpenBLAS, BLIS, Gonum and ONNX Runtime beside us in one run
	bench/peers/run

release: ## build the binaries and packages of a release into dist/, twice, with checksums and SBOM
	scripts/release

lint: vet ## vet, staticcheck, known vulnerabilities, and fail on a file that gofmt would change
	@test -z "$$(gofmt -s -l .)" || { gofmt -s -l .; exit 1; }
	@set -e; staticcheck=$$($(GO) tool -n staticcheck); for arch in amd64 arm64; do \
		echo "staticcheck for $$arch"; GOARCH=$$arch $$staticcheck ./...; done
	GO="$(GO)" scripts/vulnerabilities

fmt: ## format every file
	gofmt -s -w .

clean: ## remove what build made
	rm -rf bin

help: ## print this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## /{printf "%-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
