# The commands of CONTRIBUTING.md. `just` lists them.

set positional-arguments

_list:
    @just --list --unsorted

# Start everything on this machine
run *options:
    cargo run -- "$@"

# Run all tests
test *filter:
    cargo test --workspace "$@"

# Format the code
format:
    cargo fmt --all

# Lint the code as CI does
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# Check that files don't use each other in circles
circles:
    python3 scripts/check-circles.py

# Build the documentation of the code, with warnings as errors
doc:
    scripts/check-documentation.sh

# Check licences, banned crates and known vulnerabilities
dependencies:
    scripts/check-dependencies.sh

# Write the software bill of materials of what is deployed
sbom *file:
    scripts/sbom.sh "$@"

# Check template.yaml
template:
    scripts/check-template.sh

# Update openapi.json and asyncapi.json from the code
openapi:
    cargo run -- --write-openapi openapi.json --write-asyncapi asyncapi.json

# Check that openapi.json and asyncapi.json match the code, and lint them
check-openapi:
    scripts/check-openapi.sh

# Call every operation with Schemathesis
schemathesis:
    scripts/check-schemathesis.sh

# Generate a TypeScript and a Python client and test both
clients:
    scripts/check-clients.sh

# Check report files and calendar feeds with other programs
reports:
    scripts/check-reports.sh

# Check the table of public holidays against the package that it is made from
public-holidays:
    scripts/public-holidays.sh --check

# Receive webhooks with the library of Standard Webhooks
webhooks:
    scripts/check-webhooks.sh

# Live a day of a simulated face and finger reader
terminals:
    scripts/check-terminals.sh

# Send an e-mail of each kind and decrypt a push message with http_ece
messages:
    scripts/check-messages.sh

# Check the console in a browser
console:
    scripts/check-console.sh

# Run the README's tour
tour:
    scripts/check-tour.sh

# Build, deploy to an emulated cloud and run a company's first day there
emulated-cloud *options:
    scripts/emulated-cloud.sh "$@"

# Compute docs/scale.md from the measured units of an arrival
scale *options:
    python3 scripts/scale.py "$@"

# Check that no operation makes more AWS calls or consumes more units
calls *options:
    scripts/check-calls.sh "$@"

# Measure latency, CPU, calls and units of each operation
bench *options:
    python3 bench/run.py "$@"

# Measure the size and start time of what `sam build` made
measure-start *options:
    python3 scripts/measure-start.py "$@"

# Run the whole gate, as CI does
gate:
    .ci/run
