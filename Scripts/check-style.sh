#!/usr/bin/env bash
# Finds what the house rules forbid and swift-format does not look for. One line a finding; fails if there is any.
set -euo pipefail
cd "$(dirname "$0")/.."

longest=400
wrong=0
say() { echo "check-style: $*" >&2 && wrong=1; }

# Every file that is or would be in git, and is there.
files() { git ls-files --cached --others --exclude-standard -- "$@" | sort -u | while read -r f; do [ ! -f "$f" ] || echo "$f"; done; }

while read -r file; do
    lines=$(wc -l <"$file")
    [ "$lines" -le $longest ] || say "$file: $lines lines; the longest file allowed has $longest"
done < <(files '*.swift' '*.c' '*.h' '*.cc' '*.py' '*.sh')

# forbid REASON PATTERN GLOB...: no line of these files may match.
forbid() {
    local reason=$1 pattern=$2 found
    shift 2
    while read -r found; do say "$found: $reason"; done \
        < <(files "$@" | xargs -d '\n' -r grep -HnIE -- "$pattern" | cut -c 1-160 || true)
}

forbid "force try; throw or handle the error" '(^|[^A-Za-z_])try!' '*.swift'
forbid "force cast; use as? and say what is wrong" '(^|[^A-Za-z_])as!' '*.swift'
forbid "tests build in release; use package access, not @testable" '@testable' '*.swift'
forbid "XCTest; the house uses Swift Testing" '^[[:space:]]*import XCTest' '*.swift'
forbid "unfinished work; finish it or file it" '(^|[^A-Za-z_])(TO''DO|FIX''ME|XX''X)([^A-Za-z_]|$)' \
    '*.swift' '*.c' '*.h' '*.cc' '*.py' '*.sh' 'Makefile' '*.md'
forbid "a path of somebody's machine" '(^|[^A-Za-z0-9._~/-])/(work|tmp|home|root|Users|private|var/folders)/[A-Za-z0-9._]' \
    '*.swift' '*.c' '*.h' '*.cc' '*.py' '*.sh' 'Makefile' '*.md' '*.mod' '*.yaml' '.ci/*'

while read -r script; do
    bash -n "$script" || say "$script: bash cannot parse it"
done < <(files '*.sh' '.ci/run')

exit $wrong
