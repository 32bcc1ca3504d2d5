#!/usr/bin/env bash
# Checks the layout of all Swift files; with --fix, mends it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

files() {
    git ls-files -z --cached --others --exclude-standard -- '*.swift' | while IFS= read -r -d '' file; do
        # A file that was removed is still listed until the removal is staged.
        [ ! -e "$file" ] || printf '%s\0' "$file"
    done
}

case "${1:-}" in
    --fix) files | xargs -0 swift format format --in-place --parallel ;;
    "") files | xargs -0 swift format lint --strict --parallel ;;
    *)
        echo "format: unknown option $1; there is --fix" >&2
        exit 2
        ;;
esac
