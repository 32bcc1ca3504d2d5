#!/usr/bin/env bash
# Builds the drivers, invents a lake, converts it in every way there is and shows what came out.
#
#   Scripts/demo.sh [--days N] [--rows N] [--dir DIR]
#
#   --days N     days in the lake, from 2019-12-30 on (4)
#   --rows N     rows of each day and dataset (20000)
#   --dir DIR    a new directory for lake and results, instead of .lake/demo, which each run replaces
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

days=4 rows=20000 directory=
while [ $# -gt 0 ]; do
    case "$1" in
        --days) days=$2 && shift 2 ;;
        --rows) rows=$2 && shift 2 ;;
        --dir) directory=$2 && shift 2 ;;
        *)
            echo "demo: unknown option $1" >&2
            exit 2
            ;;
    esac
done

if [ -z "$directory" ]; then
    directory=.lake/demo
    rm -rf "$directory"
elif [ -e "$directory" ]; then
    echo "demo: $directory is there already" >&2
    exit 2
fi

heading() { printf '\n== %s\n\n' "$*"; }
now() { date +%s.%N; }
# data_files DIR: the outputs under a destination, each with its size; neither copies of METADATA.json nor the store's own.
data_files() { find "$1" -type f ! -name METADATA.json ! -path '*/.s3db-uploads/*' -printf '%s\t%P\n'; }

heading "Build"
Scripts/setup.sh --fast-inflate
swift build -c release --traits FastInflate --product sample-lake
swift build -c release --traits FastInflate --product backfill
swift build -c release --traits FastInflate --product live-listener
programs=$(swift build -c release --traits FastInflate --show-bin-path)

lake=$directory/lake
results=$directory/results
table=$directory/table

heading "A lake of $days days with $rows rows a day and dataset"
last=$(date -u -d "2019-12-30 + $((days - 1)) days" +%F)
"$programs/sample-lake" "$lake" --from 2019-12-30 --to "$last" --rows "$rows"
csv_bytes=$(find "$lake" -name '*.csv.gz' -exec gzip -dc {} + | wc -c)
lake_bytes=$(find "$lake" -name '*.csv.gz' -printf '%s\n' | awk '{ sum += $1 } END { print sum }')

# convert LAYOUT FORMAT CODEC PARTITION: one backfill of everything, a line in the table, and the number of its files.
convert() {
    local target=$results/$1/$2/$3/$4 begin seconds
    begin=$(now)
    "$programs/backfill" run --source "$lake/" --dest "$target/" --all \
        --layout "$1" --format "$2" --codec "$3" --partition "$4" >"$directory/log" 2>&1 || {
        cat "$directory/log" >&2
        echo "demo: the backfill of $1 $2 $3 $4 failed" >&2
        exit 1
    }
    seconds=$(echo "$(now) $begin" | awk '{ print $1 - $2 }')
    data_files "$target" | awk -v names="$*" -v seconds="$seconds" '
        { sum += $1; count += 1 }
        END { if (count == 0) exit 1; print names, count, sum, seconds }' | tee -a "$table" | awk '{ printf " %5d", $5 }'
}

heading "Backfills: every format, layout, codec and partition size; the files of each"
printf '%-11s %-8s %-5s  %5s %5s %5s %5s\n' layout format codec hour day month year
for layout_format in "dataclient arrow" "dataclient parquet" "athena parquet"; do
    read -r layout format <<<"$layout_format"
    for codec in none br bz2 gz lz4 sz zst; do
        # Parquet has no bz2 pages.
        [ "$layout $codec" != "athena bz2" ] || continue
        printf '%-11s %-8s %-5s ' "$layout" "$format" "$codec"
        for partition in hour day month year; do convert "$layout" "$format" "$codec" "$partition"; done
        echo
    done
done

heading "What came out, in zst: two files of each layout, format and partition size"
for target in "$results"/*/*/zst; do
    for partition in hour day month year; do
        echo "${target#"$directory/"}/$partition/"
        data_files "$target/$partition" | LC_ALL=C sort -k 2 | awk -F '\t' '
            $2 ~ /^miso/ && shown < 2 { printf "    %-74s %10d bytes\n", $2, $1; shown += 1 }
            END { printf "    ... and %d more\n", NR - shown }'
    done
done

heading "Sizes and rates"
awk -v csv="$csv_bytes" -v lake="$lake_bytes" '
    BEGIN {
        printf "The lake: %.1f MB of CSV, %.2f MB as gzip (%.1f:1).\n", csv / 1e6, lake / 1e6, csv / lake
        print "MB of the outputs by partition size; for days also CSV:output, and MB of CSV in a second."
        print "A small lake is mostly the start of programs and files: rates are those of long runs only with more rows."
        printf "\n%-11s %-8s %-5s %8s %8s %8s %8s %8s %8s\n",
            "layout", "format", "codec", "hour", "day", "month", "year", "CSV:1", "MB/s"
    }
    { kind = sprintf("%-11s %-8s %-5s", $1, $2, $3) }
    !(kind in sizes) { kinds[++count] = kind }
    { sizes[kind] = sizes[kind] sprintf(" %8.2f", $6 / 1e6) }
    $4 == "day" { rates[kind] = sprintf(" %8.1f %8.0f", csv / $6, csv / 1e6 / $7) }
    END { for (i = 1; i <= count; i++) print kinds[i] sizes[kinds[i]] rates[kinds[i]] }' "$table"

arrow_file=$(find "$results/dataclient/arrow/zst/day/miso" -name '*.arrow.zst' | LC_ALL=C sort | head -n 1)
parquet_files="$results/athena/parquet/zst/day/miso/realtime_price/*/*.parquet"
heading "How to read it"
cat <<TEXT
Python
    import pyarrow as pa, pyarrow.ipc
    table = pa.ipc.open_stream(pa.CompressedInputStream("$arrow_file", "zstd")).read_all()

Julia
    using Arrow, CodecZstd
    table = Arrow.Table(transcode(ZstdDecompressor, read("$arrow_file")))

SQL (DuckDB; Athena and Trino prune by the same partitions)
    SELECT day_partition, count(*), avg(lmp)
    FROM read_parquet('$parquet_files', hive_partitioning = true)
    GROUP BY day_partition ORDER BY day_partition;
TEXT

# The Python and SQL above, run, where there is a Python with the packages.
python=${S3DB_PYTHON:-.venv/bin/python}
if "$python" -c 'import duckdb, pyarrow' 2>/dev/null; then
    heading "And read, with Python and DuckDB"
    "$python" - "$arrow_file" "$parquet_files" "$days" "$rows" <<'PYTHON'
import sys
import duckdb, pyarrow as pa, pyarrow.ipc
arrow, parquet, days, rows = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
table = pa.ipc.open_stream(pa.CompressedInputStream(arrow, "zstd")).read_all()
assert table.num_rows == rows, table.num_rows
print(table.schema.remove_metadata().to_string(), f"\n{table.num_rows} rows\n", sep="")
found = duckdb.sql(f"""SELECT day_partition, count(*) AS rows, round(avg(lmp), 2) AS lmp
    FROM read_parquet('{parquet}', hive_partitioning = true) GROUP BY day_partition ORDER BY day_partition""")
print(found)
counts = [row[1] for row in found.fetchall()]
assert counts == [rows] * days, counts
PYTHON
fi
# A listener on a directory, which days land in.
live=$directory/live
dataset=miso/realtime_price
mkdir -p "$live/source/$dataset"
cp "$lake/$dataset/METADATA.json" "$live/source/$dataset/"
listener=
trap '[ -z "$listener" ] || kill "$listener" 2>/dev/null || true' EXIT

# add_job NAME LAYOUT FORMAT CODEC PARTITION: one job more in the listener's document.
add_job() {
    "$programs/live-listener" jobs add "$1" --live-jobs "$live/jobs.json" --source "$live/source" --dest "$live/$1" \
        --all --layout "$2" --format "$3" --codec "$4" --partition "$5"
}
# await NAME COUNT: waits until a job has so many files, and says how long that took.
await() {
    local begin deadline
    begin=$(now) deadline=$((SECONDS + 60))
    until [ -d "$live/$1" ] && [ "$(data_files "$live/$1" | wc -l)" -ge "$2" ]; do
        if [ $SECONDS -ge $deadline ] || ! kill -0 "$listener" 2>/dev/null; then
            cat "$live/log" >&2
            echo "demo: the listener did not convert what landed for $1" >&2
            exit 1
        fi
        sleep 0.05
    done
    echo "$(now) $begin" | awk -v job="$1" -v count="$2" '{ printf "%s has %d files after %.1f s\n", job, count, $1 - $2 }'
}

heading "Live: a listener on a directory"
add_job athena athena parquet sz day
"$programs/live-listener" run --source "$live/source" --live-jobs "$live/jobs.json" >"$live/log" 2>&1 &
listener=$!
landed=0
find "$lake/$dataset" -name '*.csv.gz' -printf '%P\n' | LC_ALL=C sort | head -n 2 >"$live/days"
while read -r name; do
    landed=$((landed + 1))
    echo "A day lands: $dataset/$name"
    mkdir -p "$(dirname "$live/source/$dataset/$name")"
    cp "$lake/$dataset/$name" "$live/landing"
    mv "$live/landing" "$live/source/$dataset/$name"
    await athena $landed
done <"$live/days"
echo "A job is added while the listener runs:"
add_job client dataclient arrow zst day
await client $landed
kill -TERM "$listener"
wait "$listener"
listener=
echo "The listener, asked to stop, has ended in order. It said:"
sed 's/^/    /' "$live/log"

printf '\nLake and results are in %s\n' "$directory"
