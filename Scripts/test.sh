#!/usr/bin/env bash
# Runs all tests: sets up, then `swift test`.
#
#   Scripts/test.sh [--full] [arguments of swift test]
#
#   --full   the long forms of the seeded tests too
#
# Python and the servers that stand in for AWS must be there (they are set up). Test data of other projects and real
# days are required where they lie beside the repository, or everywhere with CI=true; what was skipped is listed at the
# end, and is a failure with CI=true but for the long forms and for what root cannot see fail. CONTRIBUTING.md has the
# variables.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ "${1:-}" = --full ]; then
    export S3DB_FULL=1
    shift
fi

Scripts/setup.sh --python
export S3DB_PYTHON="${S3DB_PYTHON:-$PWD/.venv/bin/python}"

if [ -z "${S3DB_REQUIRE:-}" ]; then
    S3DB_REQUIRE=python,servers
    if [ "${CI:-}" = true ] || [ -d "${S3DB_CONFORMANCE:-../shared/conformance}" ]; then S3DB_REQUIRE+=,conformance; fi
    if [ "${CI:-}" = true ] || [ -d "${S3DB_REAL_DATA:-../shared/data/s3db}" ]; then S3DB_REQUIRE+=,data; fi
fi
export S3DB_REQUIRE
echo "Required: $S3DB_REQUIRE"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
status=0
# One test at a time: many start programs and servers and wait for them, which on few cores starves their neighbours.
if [ $# -gt 0 ]; then
    swift test --no-parallel "$@" 2>&1 | tee "$scratch/log" || status=$?
else
    # Those of the example drivers, which wait most, beside the others: by the program itself, as only one `swift test` at a
    # time can open a build.
    swift build --build-tests
    program=$(swift build --show-bin-path)/s3db-converterPackageTests.xctest
    run() {
        mkdir "$scratch/$1"
        NO_COLOR=1 TMPDIR=$scratch/$1 "$program" --testing-library swift-testing --no-parallel "${@:2}" 2>&1
    }
    run examples --filter ExamplesTests >"$scratch/examples.log" &
    examples=$!
    run others --skip ExamplesTests | tee "$scratch/log" || status=$?
    wait "$examples" || status=$?
    tee -a "$scratch/log" <"$scratch/examples.log"
fi

# What failed is hard to find among what hundreds of tests print.
failed=$(grep -E -A1 '^✘ ' "$scratch/log" || true)
if [ "$status" != 0 ] && [ -n "$failed" ]; then printf '\nFailed:\n%s\n' "$failed"; fi

skipped=$(grep -E '(Test|Suite) .* skipped(:|\.$)' "$scratch/log" || true)
if [ -n "$skipped" ]; then
    printf '\nSkipped:\n%s\n' "$skipped"
    allowed=S3DB_FULL
    # Permissions do not bind root.
    [ "$(id -u)" != 0 ] || allowed+='|root may'
    if [ "${CI:-}" = true ] && grep -qvE "$allowed" <<<"$skipped"; then
        echo "test: these must run here" >&2
        [ "$status" != 0 ] || status=1
    fi
else
    printf '\nNothing was skipped.\n'
fi
exit "$status"
