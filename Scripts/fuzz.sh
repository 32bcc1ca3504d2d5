#!/usr/bin/env bash
# Fuzzes what takes bytes of strangers, with libFuzzer and AddressSanitizer: builds the package Tests/Fuzzing, writes
# seeds, runs each target, and prints what it has seen. Fails where something was found.
#
#   Scripts/fuzz.sh [--seconds N] [--seed N] [--target NAME]... [--corpus DIR] [--scratch DIR] [--no-build]
#
#   --seconds N      how long each target runs (60)
#   --seed N         what chance begins with: a fresh corpus is then gone through alike each time (other each time)
#   --target NAME    one target, or several; all by default
#   --corpus DIR     where inputs are kept from run to run, a folder a target (.build/fuzzing/corpus)
#   --scratch DIR    where the build goes (.build/fuzzing)
#   --no-build       runs what was built before
#
# Findings are written to DIR/findings/TARGET. docs/fuzzing.md says how they become tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=60 seed=0 targets=() scratch=.build/fuzzing corpus='' builds=1
while [ $# -gt 0 ]; do
    case "$1" in
        --seconds) seconds=$2 && shift 2 ;;
        --seed) seed=$2 && shift 2 ;;
        --target) targets+=("$2") && shift 2 ;;
        --corpus) corpus=$2 && shift 2 ;;
        --scratch) scratch=$2 && shift 2 ;;
        --no-build) builds=0 && shift ;;
        *)
            echo "fuzz: unknown argument $1" >&2
            exit 2
            ;;
    esac
done
corpus=${corpus:-$scratch/corpus}
fuzz=$scratch/release/fuzz
if [ -z "${S3DB_CONFORMANCE:-}" ] && [ -d ../shared/conformance ]; then export S3DB_CONFORMANCE=../shared/conformance; fi

build() {
    local resources library
    # The compiler's own libFuzzer, without its main function: the package has one.
    resources=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
    library=$resources/clang/lib/linux/libclang_rt.fuzzer_no_main-$(uname -m).a
    [ -e "$library" ] || {
        echo "fuzz: this toolchain has no libFuzzer at $library" >&2
        exit 1
    }
    # Assertions stay, also those of the standard library's unsafe buffers. SANITIZED: all memory from the allocator.
    swift build -c release --package-path Tests/Fuzzing --scratch-path "$scratch" --sanitize address \
        -Xswiftc -sanitize-coverage=edge,inline-8bit-counters,pc-table,trace-cmp -Xswiftc -assert-config -Xswiftc Debug \
        -Xswiftc -DSANITIZED -Xswiftc -num-threads -Xswiftc "$(nproc)" -Xswiftc -use-ld=lld -Xlinker "$library" -Xlinker -lstdc++
}

# statistic LOG NAME: what libFuzzer says at its end.
statistic() { sed -n "s/^stat::$2: *//p" "$1"; }

# fuzz_target NAME MAXIMUM [DICTIONARY]: runs a target and prints a line of the table; false where something was found.
fuzz_target() {
    local name=$1 maximum=$2 dictionary=${3:-} log=$scratch/logs/$1.log status=0 last options
    mkdir -p "$corpus/$name" "$corpus/findings/$name" "$scratch/logs"
    options=(-max_total_time="$seconds" -seed="$seed" -max_len="$maximum" -timeout=10 -rss_limit_mb=4096 -malloc_limit_mb=1024
        -print_final_stats=1 -artifact_prefix="$corpus/findings/$name/")
    [ -z "$dictionary" ] || options+=(-dict="Tests/Fuzzing/Dictionaries/$dictionary")
    S3DB_FUZZ=$name "$fuzz" "${options[@]}" "$corpus/$name" "$scratch/seeds/$name" >"$log" 2>&1 </dev/null || status=$?
    last=$(grep -E '^#[0-9]+.* cov: ' "$log" | tail -n 1) || true
    printf '%-16s %10s %7s %7s %8s %6s  %s\n' "$name" "$(statistic "$log" number_of_executed_units)" \
        "$(sed -n 's/.* cov: \([0-9]*\).*/\1/p' <<<"$last")" "$(sed -n 's/.* ft: \([0-9]*\).*/\1/p' <<<"$last")" \
        "$(statistic "$log" average_exec_per_sec)" "$(statistic "$log" peak_rss_mb)" \
        "$([ "$status" = 0 ] && echo none || echo "FOUND, see $log")"
    return "$status"
}

if [ "$builds" = 1 ]; then build; fi
# Leaks are not looked for: Swift's globals look like some, and where a process may not be traced, that alone would fail.
export ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=0:quarantine_size_mb=64 SWIFT_BACKTRACE=enable=no
export SWIFT_DETERMINISTIC_HASHING=1
rm -rf "$scratch/seeds"
"$fuzz" seeds "$scratch/seeds"

printf '\n%-16s %10s %7s %7s %8s %6s  %s\n' target executions cov ft "exec/s" "rss MB" findings
found=0
while read -r name maximum dictionary; do
    if [ ${#targets[@]} -gt 0 ] && [[ " ${targets[*]} " != *" $name "* ]]; then continue; fi
    fuzz_target "$name" "$maximum" "$dictionary" || found=1
done < <("$fuzz" targets)
exit "$found"
