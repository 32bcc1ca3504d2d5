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

heading "Build"
Scripts/setup.sh --fast-inflate
swift build -c release --traits FastInflate --product sample-lake
swift build -c release --traits FastInflate --product backfill
programs=$(swift build -c release --traits FastInflate --show-bin-path)

lake=$directory/lake
results=$directory/results
table=$directory/table

heading "A lake of $days days with $rows rows a day and dataset"
last=$(date -u -d "2019-12-30 + $((days - 1)) days" +%F)
"$programs/sample-lake" "$lake" --from 2019-12-30 --to "$last" --rows "$rows"
csv_bytes=$(find "$lake" -name '*.csv.gz' -exec gzip -dc {} + | wc -c)
lake_bytes=$(find "$lake" -name '*.csv.gz' -printf '%s\n' | awk '{ sum += $1 } END { print sum }')

# convert LAYOUT FORMAT CODEC PARTITION: one backfill of everything, and a line in the table.
convert() {
    local layout=$1 format=$2 codec=$3 partition=$4 target begin seconds
    target=$results/$layout/$format/$codec/$partition
    begin=$(now)
    "$programs/backfill" run --source "$lake/" --dest "$target/" --all \
        --layout "$layout" --format "$format" --codec "$codec" --partition "$partition" \
        >"$directory/log" 2>&1 || {
        cat "$directory/log" >&2
        echo "demo: the backfill of $layout $format $codec $partition failed" >&2
        exit 1
    }
    seconds=$(echo "$(now) $begin" | awk '{ print $1 - $2 }')
    find "$target" -type f ! -name METADATA.json -printf '%s\n' | awk \
        -v names="$layout $format $codec $partition" -v csv="$csv_bytes" -v seconds="$seconds" \
        '{ sum += $1; count += 1 }
        END {
            if (count == 0) exit 1
            printf "%s %d %.2f %.1f %.2f %.0f\n", names, count, sum / 1e6, csv / sum, seconds, csv / 1e6 / seconds
        }' | tee -a "$table" | awk '{ printf "%-11s %-8s %-5s %-6s %s files\n", $1, $2, $3, $4, $5 }'
}

heading "Backfills: each layout, format and partition size"
for partition in hour day month year; do
    convert dataclient arrow zst "$partition"
    convert dataclient parquet zst "$partition"
    convert athena parquet zst "$partition"
done

heading "Backfills: each codec"
for codec in none br bz2 gz lz4 sz; do
    convert dataclient arrow "$codec" day
    convert dataclient parquet "$codec" day
done
for codec in none br gz lz4 sz; do convert athena parquet "$codec" day; done

heading "What came out: two files of each layout, format and partition size"
(cd "$results" && find . -type f ! -name METADATA.json | sed 's|^\./||' | LC_ALL=C sort | awk -F/ '
    { kind = $1 FS $2 FS $4 }
    seen[kind]++ < 2
    END { printf "... %d files in all\n", NR }')

heading "Sizes and rates"
awk -v csv="$csv_bytes" -v lake="$lake_bytes" 'BEGIN {
    printf "The lake: %.1f MB of CSV, %.2f MB as gzip (%.1f:1)\n\n", csv / 1e6, lake / 1e6, csv / lake
    printf "%-11s %-8s %-5s %-9s %6s %9s %7s %8s %9s\n",
        "layout", "format", "codec", "partition", "files", "MB", "CSV:1", "seconds", "MB/s CSV"
}'
awk '{ printf "%-11s %-8s %-5s %-9s %6d %9.2f %7.1f %8.2f %9.0f\n", $1, $2, $3, $4, $5, $6, $7, $8, $9 }' "$table"

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

# The Python and SQL above, run, where the tests have made their environment.
if [ -x .venv/bin/python ]; then
    heading "And read"
    .venv/bin/python - "$arrow_file" "$parquet_files" "$rows" <<'PYTHON'
import sys
import duckdb, pyarrow as pa, pyarrow.ipc
table = pa.ipc.open_stream(pa.CompressedInputStream(sys.argv[1], "zstd")).read_all()
assert table.num_rows == int(sys.argv[3]), table.num_rows
print(table.schema.remove_metadata().to_string(), f"\n{table.num_rows} rows\n", sep="")
print(duckdb.sql(f"""SELECT day_partition, count(*) AS rows, round(avg(lmp), 2) AS lmp
    FROM read_parquet('{sys.argv[2]}', hive_partitioning = true) GROUP BY 1 ORDER BY 1"""))
PYTHON
fi
printf '\nLake and results are in %s\n' "$directory"
