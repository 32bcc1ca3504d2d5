#!/usr/bin/env bash
# Races the converter against its peers, and measures what it costs: builds everything, makes the lake, runs, reports.
#
#   Scripts/bench.sh [--quick] [--days N] [--only TEXT] [--again] [--lake DIR] [--work DIR] [--publish | --no-publish]
#
#   --quick        a lake of 7 days and few runs: under three minutes once everything is built
#   --days N       days in the lake, from 2020-01-01 on (366); years are raced from 32 days on
#   --only TEXT    only what has TEXT in its name: day-parquet, month-parquet, year-parquet, year-arrow-zst1,
#                  month-arrow-zst22, month-arrow-zst3-dictionary, rate-hour, rate-week, size-hour, size-day, jobs,
#                  build, rows-tenfold, update, floor-month, floor-year, decode-parquet, decode-arrow,
#                  transport-get, transport-put, s3-month, micro
#   --again        measures anew what is measured already; otherwise the race goes on where it was, and only programs
#                  that have changed run again
#   --lake DIR     where the lake is or is to be made (S3DB_BENCH_LAKE; .lake/bench/lake-N)
#   --work DIR     where outputs and results go (.lake/bench)
#   --publish      writes docs/benchmarks and the tables of docs/performance.md and README.md; what a race of the
#                  whole year does unless --no-publish is given
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

days='' only='' is_quick=0 work=$PWD/.lake/bench lake=${S3DB_BENCH_LAKE:-} publish='' flags=()
while [ $# -gt 0 ]; do
    case "$1" in
        --quick) is_quick=1 && flags+=(--quick) && days=${days:-7} && shift ;;
        --again) flags+=(--again) && shift ;;
        --days) days=$2 && shift 2 ;;
        --only) only=$2 && shift 2 ;;
        --lake) lake=$(realpath -m "$2") && shift 2 ;;
        --work) work=$(realpath -m "$2") && shift 2 ;;
        --publish) publish=yes && shift ;;
        --no-publish) publish=no && shift ;;
        *)
            echo "bench: unknown option $1" >&2
            exit 2
            ;;
    esac
done
days=${days:-366}
lake=${lake:-$work/lake-$days}
[ -n "$publish" ] || { [ "$days" = 366 ] && publish=yes || publish=no; }
[ "$publish" = no ] || flags+=(--publish)
programs=$work/programs
mkdir -p "$programs" "$work/out"

heading() { printf '\n== %s\n\n' "$*"; }

# build TRAITS NAME PRODUCT: a release build as one deploys it, kept as a file, as the next build with other traits takes
# its place.
build() {
    local options=(-c release --static-swift-stdlib)
    [ -z "$1" ] || options+=(--traits "$1")
    swift build "${options[@]}" --product "$3"
    install -m 755 "$(swift build "${options[@]}" --show-bin-path)/$3" "$programs/$2"
}

heading "Build"
Scripts/setup.sh --fast-inflate --bench
# The other build takes this one's place, and the next run would make it anew: only where it is raced.
[ "$is_quick" = 1 ] || build '' backfill-default backfill
build FastInflate backfill-fast backfill
build FastInflate sample-lake sample-lake
benchmarks=(swift build --package-path Benchmarks --scratch-path .build/benchmarks -c release --traits FastInflate)
"${benchmarks[@]}"
install -m 755 "$("${benchmarks[@]}" --show-bin-path)/Micro" "$programs/micro"
install -m 755 "$("${benchmarks[@]}" --show-bin-path)/Transfer" "$programs/transfer"
install -m 755 "$("${benchmarks[@]}" --show-bin-path)/Decode" "$programs/decode"
cc -O2 -pthread -o "$programs/store" Benchmarks/Transport/store.c
cc -O2 -o "$programs/floor" Benchmarks/Floor/floor.c -ldeflate -lsnappy

heading "Peers"
venv=$work/venv
if ! cmp -s Scripts/bench-requirements.txt "$venv/requirements.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r Scripts/bench-requirements.txt
    cp Scripts/bench-requirements.txt "$venv/requirements.txt"
fi
grep -v '^#' Scripts/bench-requirements.txt

heading "Race"
python3 Benchmarks/Race/race.py "${flags[@]}" --days "$days" --only "$only" --work "$work" --lake "$lake" \
    --python "$venv/bin/python" --requirements Scripts/bench-requirements.txt \
    --fast "$programs/backfill-fast" --default "$programs/backfill-default" --sample-lake "$programs/sample-lake" \
    --floor "$programs/floor" --micro "$programs/micro" \
    --store "$programs/store" --transfer "$programs/transfer" --decode "$programs/decode" --docs docs --readme README.md \
    --commit "$(git describe --always --dirty 2>/dev/null || echo unknown)"
printf '\nReport, figures and chart are in %s\n' "$work/report"
