#!/usr/bin/env bash
# Builds and runs the packages that use this one from outside.
#
#   Tests/Consumers/run.sh [--scratch DIR] [--bytes N] [FormatsOnly | Plugins | CSVToParquetService ...]
#
#   --scratch DIR   where builds go, a folder each (.build/consumers)
#   --bytes N       the CSV that the service is fed (1000000000)
#
# pyarrow compares, by S3DB_PYTHON or the interpreter of .venv; where there is neither, a line says what is not checked,
# or with CI=true the run fails.
set -euo pipefail
consumers=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$consumers/../.." && pwd)

scratch=$root/.build/consumers bytes=1000000000 wanted=()
while [ $# -gt 0 ]; do
    case "$1" in
        --scratch) scratch=$2 && shift 2 ;;
        --bytes) bytes=$2 && shift 2 ;;
        FormatsOnly | Plugins | CSVToParquetService) wanted+=("$1") && shift ;;
        *)
            echo "run: unknown argument $1" >&2
            exit 2
            ;;
    esac
done
[ ${#wanted[@]} -gt 0 ] || wanted=(FormatsOnly Plugins CSVToParquetService)

python=${S3DB_PYTHON:-$root/.venv/bin/python}
[ -x "$python" ] || python=python3
if [ "${CI:-}" = true ]; then export S3DB_REQUIRE="${S3DB_REQUIRE:-python}"; fi

# swift_in PACKAGE SUBCOMMAND ...: swift on a package, building in its own folder of the scratch directory.
swift_in() {
    local package=$1 subcommand=$2
    shift 2
    swift "$subcommand" --package-path "$consumers/$package" --scratch-path "$scratch/$package" "$@"
}

# The formats alone work, and building them builds neither an HTTP client nor the codecs.
FormatsOnly() {
    local products built needed forbidden
    swift_in FormatsOnly build
    products=$(swift_in FormatsOnly build --show-bin-path)
    "$products/FormatsOnly"
    # Every target of the graph has a folder; what was built has objects in it.
    built=$(cd "$products/" && find . -name '*.o' -path '*.build/*' | sed 's|^\./||; s|\.build/.*||' | LC_ALL=C sort -u)
    for needed in ColumnarFormats S3DBCore; do
        grep -qx "$needed" <<<"$built" || {
            echo "run: $needed is not among the targets that were built:" $built >&2
            return 1
        }
    done
    forbidden=$(grep -E 'NIO|HTTP|Crypto|SSL|TLS|Lifecycle|Transport|^Codecs$|^S3DB$' <<<"$built" || true)
    [ -z "$forbidden" ] || {
        echo "run: the formats alone build" $forbidden >&2
        return 1
    }
    echo "targets built:" $built
}

Plugins() { swift_in Plugins test; }

CSVToParquetService() {
    swift_in CSVToParquetService build -c release
    "$python" "$consumers/CSVToParquetService/drive.py" \
        "$(swift_in CSVToParquetService build -c release --show-bin-path)/CSVToParquetService" --bytes "$bytes"
}

for package in "${wanted[@]}"; do
    printf '\n-- %s\n\n' "$package"
    began=$SECONDS
    "$package"
    echo "$package: passed in $((SECONDS - began)) s"
done
