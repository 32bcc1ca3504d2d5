#!/usr/bin/env bash
# Runs every micro-benchmark once and holds every gate on allocations; what continuous integration runs.
#
#   Benchmarks/run-once.sh [--scratch DIR]
#
#   --scratch DIR   where the build goes (.build/benchmarks)
set -euo pipefail
benchmarks=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

scratch=$benchmarks/../.build/benchmarks
while [ $# -gt 0 ]; do
    case "$1" in
        --scratch) scratch=$2 && shift 2 ;;
        *)
            echo "run-once: unknown argument $1" >&2
            exit 2
            ;;
    esac
done

"$benchmarks/../Scripts/setup.sh" --fast-inflate --bench
# The programs of the race in C are only looked through here.
cc -O2 -Wall -Wextra -Werror -fsyntax-only "$benchmarks/Floor/floor.c" "$benchmarks/Transport/store.c"

build=(swift build --package-path "$benchmarks" --scratch-path "$scratch" -c release --traits FastInflate)
"${build[@]}" --product Micro
"$("${build[@]}" --show-bin-path)/Micro" --once
