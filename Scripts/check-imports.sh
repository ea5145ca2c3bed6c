#!/usr/bin/env bash
# Holds the table of who may import whom, and fails on any import that is not in it.
#
#     Scripts/check-imports.sh                check this repository
#     Scripts/check-imports.sh --self-test    check the checker, on planted trees
#
# Three things are compared: this table, the dependencies in Package.swift, and the imports in the sources. SwiftPM does
# not police imports of C targets, nor of what is found transitively; so the sources are read. ARCHITECTURE.md says why
# the arrows are as they are.
set -euo pipefail

# target | targets and packages' modules it may import | modules of the toolchain it may import
#
# Without Foundation, a target has no files, no wall clock and no processes within reach: so it is for the engine.
# Synchronization and Glibc (for its mathematics) are open to all.
table() {
    cat <<'TABLE'
Optimization        |  |
DenseMatrices       | COpenBLAS                                                           |
NetworkFlow         | Optimization                                                        |
FacilityLocation    | Optimization NetworkFlow DenseMatrices                              |
GLPKSolver          | Optimization CGLPK CGLPKShims                                       | Foundation
MeshTypes           |                                                                     | Foundation
MeshInstances       | MeshTypes Optimization CLZMA CZlib                                  | Foundation
MeshVerification    | MeshTypes                                                           |
MeshRendering       | MeshTypes                                                           | Foundation
NetworkAnalyzer     | MeshTypes DenseMatrices                                             |
Forecasting         | MeshTypes DenseMatrices                                             |
MeshPlanning        | MeshTypes DenseMatrices Optimization                                |
MeshControl         | MeshPlanning MeshTypes Optimization Forecasting                                 | Foundation
MeshSimulation      | MeshControl MeshTypes MeshInstances                                 |
MeshEngine          | MeshTypes MeshInstances MeshVerification MeshPlanning MeshControl Optimization NetworkFlow FacilityLocation GLPKSolver DenseMatrices | Foundation
MeshAPI             | MeshTypes | Foundation
MeshServer          | MeshAPI MeshControl MeshEngine MeshInstances MeshTypes NetworkAnalyzer Optimization MediaTransport Hummingbird HummingbirdCore HummingbirdHTTP2 HummingbirdTLS NIOSSL GRDB JWTKit Yams Logging Metrics CoreMetrics Tracing HTTPTypes ServiceLifecycle UnixSignals AsyncHTTPClient NIOCore NIOHTTP1 Crypto | Foundation Dispatch
Probing             | MeshTypes NIOCore NIOPosix Crypto |
rmc                 | MeshEngine MeshControl MeshSimulation MeshRendering MeshTypes MeshInstances MeshVerification MeshPlanning NetworkAnalyzer NetworkFlow FacilityLocation Optimization DenseMatrices Probing ArgumentParser Forecasting MeshServer Scenarios ScenarioFiles Reporting GLPKSolver ControlTransport MeshAPI | Foundation Dispatch
mesh-load           | NIOCore NIOPosix NIOHTTP1 ArgumentParser                            | Foundation Dispatch
MediaTransport      | CDatagrams Crypto                                                   |
ControlTransport    | MeshAPI AsyncHTTPClient NIOCore NIOPosix NIOHTTP1 NIOSSL            | Foundation
MeshEdge            | MediaTransport MeshAPI ControlTransport Probing NIOCore             | Foundation
MeshClient          | MediaTransport MeshAPI ControlTransport MeshTypes Probing NIOCore   | Foundation
DemoWorld           | ControlTransport MeshInstances MeshTypes MeshAPI MediaTransport      | Foundation
mesh-edge           | MeshEdge MeshAPI MediaTransport ControlTransport Probing ArgumentParser | Foundation Dispatch
mesh-client         | MeshClient MeshAPI MeshTypes MediaTransport ControlTransport ArgumentParser | Foundation Dispatch
mesh-demo           | DemoWorld MeshAPI MeshTypes MeshInstances MediaTransport ArgumentParser | Foundation Dispatch
Scenarios           | MeshTypes MeshInstances MeshPlanning MeshEngine MeshVerification Optimization | Foundation
Reporting           | Scenarios MeshRendering MeshTypes                                   | Foundation
ScenarioFiles       | Scenarios MeshTypes MeshInstances Yams                              | Foundation
TABLE
}
for_all="Swift Synchronization Glibc"
for_tests="Testing Foundation FoundationXML Dispatch TestSupport"

# header | the only target whose C code may include it
headers() {
    cat <<'HEADERS'
glpk.h     | CGLPK CGLPKShims
cblas.h    | COpenBLAS
lapacke.h  | COpenBLAS
lzma.h     | CLZMA
zlib.h     | CZlib
HEADERS
}

# `swift package describe` on stdin; prints one line a target: name|type|path|its dependencies
describe_targets() {
    awk '
        /^Targets:/ { on = 1; next }
        !on { next }
        /^    [A-Z][^:]*:/ {
            section = ""; key = $1; sub(/:.*/, "", key)
            if (key == "Name") {
                if (name != "") print name "|" type "|" path "|" dependencies
                name = $2; type = path = dependencies = ""
            } else if (key == "Type") type = $2
            else if (key == "Path") path = $2
            if ($0 ~ /^    (Target|Product) dependencies:/) section = "dependencies"
            next
        }
        /^        / && section == "dependencies" { dependencies = dependencies " " $1 }
        END { if (name != "") print name "|" type "|" path "|" dependencies }'
}

# Every import of a folder's Swift files: file:line:module (a submodule counts as its module).
swift_imports() {
    find "$1" -name '*.swift' -print0 | sort -z | xargs -0 -r awk '
        !/import[ \t]/ { next }
        {
            line = $0
            sub(/^[ \t]+/, "", line)
            while (sub(/^(@[A-Za-z_]+(\([^)]*\))?|public|package|internal|fileprivate|private)[ \t]+/, "", line)) {}
            if (!sub(/^import[ \t]+/, "", line)) next
            sub(/^(typealias|struct|class|enum|protocol|let|var|func)[ \t]+/, "", line)
            sub(/[^A-Za-z_0-9].*/, "", line)
            print FILENAME ":" FNR ":" line
        }'
}

# Every header in angle brackets that a folder's C files include: file:line:header
c_includes() {
    { find "$1" \( -name '*.c' -o -name '*.h' \) -print0 | sort -z \
        | xargs -0 -r grep -HnE '^[[:space:]]*#[[:space:]]*(include|import)[[:space:]]*[<"]' || true; } \
        | sed -E 's/^([^:]*:[0-9]+:).*[<"]([^>"]*)[>"].*/\1\2/'
}

has() { # has WORD "a list of words"
    case " $2 " in *" $1 "*) return 0 ;; *) return 1 ;; esac
}

# check TREE DESCRIPTION: prints what is wrong, one line each; fails if anything is.
check() {
    local tree=$1 description=$2 wrong=0 name type path dependencies target ours toolchain found file line module
    declare -A may_import may_use seen
    while IFS='|' read -r target ours toolchain; do
        target=${target// /}
        may_import[$target]=$(echo $ours)
        may_use[$target]="$for_all $(echo $toolchain)"
    done < <(table)
    say() { echo "check-imports: $*" >&2 && wrong=1; }

    while IFS='|' read -r name type path dependencies; do
        dependencies=$(echo $dependencies)
        if [ "$type" = test ] || [ "$name" = TestSupport ]; then
            may_import[$name]=$dependencies
            may_use[$name]="$for_all $for_tests"
        elif [[ $name == C[A-Z]* ]]; then
            may_import[$name]=""
        elif [ -z "${may_use[$name]+known}" ]; then
            say "Package.swift: target $name is not in the table of Scripts/check-imports.sh"
            continue
        fi
        seen[$name]=yes
        # The table and the manifest say the same, so that neither can be loosened alone.
        if [ -n "${may_use[$name]+known}" ]; then
            for module in $dependencies; do
                has "$module" "${may_import[$name]}" || say "Package.swift: $name depends on $module; the table does not allow it"
            done
            for module in ${may_import[$name]}; do
                has "$module" "$dependencies" || say "Package.swift: $name does not depend on $module, which the table allows"
            done
        fi
        while IFS=: read -r file line module; do
            has "$module" "${may_import[$name]} ${may_use[$name]:-}" \
                || say "${file#"$tree"/}:$line: $name imports $module; it may import: ${may_import[$name]:-no target} (and of the toolchain: ${may_use[$name]:-nothing})"
        done < <(swift_imports "$tree/$path")
        while IFS=: read -r file line found; do
            while IFS='|' read -r header owners; do
                [ "$found" != "${header// /}" ] || has "$name" "$(echo $owners)" \
                    || say "${file#"$tree"/}:$line: $name includes $found; only $(echo $owners) may"
            done < <(headers)
        done < <(c_includes "$tree/$path")
    done < <(describe_targets <"$description")

    for target in "${!may_import[@]}"; do
        [ -n "${seen[$target]+yes}" ] || say "the table names $target, which Package.swift does not have"
    done
    return $wrong
}

self_test() {
    local failures=0 cases=0 flow
    tree=$(mktemp -d)
    trap 'rm -rf "$tree"' EXIT
    # A tree that obeys the table: one folder a target, each importing all it may.
    plant() {
        rm -rf "${tree:?}"/*
        mkdir -p "$tree/Sources/CGLPKShims"
        echo '#include <glpk.h>' >"$tree/Sources/CGLPKShims/shims.c"
        {
            echo "Targets:"
            while IFS='|' read -r target ours toolchain; do
                target=${target// /}
                mkdir -p "$tree/Sources/$target"
                for module in $ours $toolchain; do echo "import $module"; done >"$tree/Sources/$target/File.swift"
                printf '    Name: %s\n    Type: library\n    Path: Sources/%s\n' "$target" "$target"
                echo "    Target dependencies:"
                for module in $ours; do echo "        $module"; done
            done < <(table)
            printf '    Name: CGLPKShims\n    Type: library\n    Path: Sources/CGLPKShims\n'
            mkdir -p "$tree/Tests/FlowTests"
            printf 'import NetworkFlow\nimport Testing\n' >"$tree/Tests/FlowTests/FlowTests.swift"
            printf '    Name: FlowTests\n    Type: test\n    Path: Tests/FlowTests\n    Target dependencies:\n        NetworkFlow\n'
        } >"$tree/description"
    }
    expect() { # expect pass|fail WORDS: what the check must say of the planted tree
        cases=$((cases + 1))
        local outcome=pass said
        said=$(check "$tree" "$tree/description" 2>&1) || outcome=fail
        if [ "$outcome" != "$1" ] || ! grep -qF -- "$2" <<<"$said"; then
            echo "check-imports: self-test $cases: expected $1 with '$2', got $outcome: $(head -3 <<<"$said")" >&2
            failures=$((failures + 1))
        fi
    }
    flow=$tree/Sources/NetworkFlow/File.swift
    plant; expect pass ""
    plant; echo 'import MeshTypes' >>"$flow"; expect fail "Sources/NetworkFlow/File.swift:2: NetworkFlow imports MeshTypes"
    plant; echo '  public import CGLPK' >>"$flow"; expect fail "NetworkFlow imports CGLPK"
    plant; echo '@preconcurrency internal import COpenBLAS' >>"$flow"; expect fail "NetworkFlow imports COpenBLAS"
    plant; echo '@_spi(Testing) public import struct FacilityLocation.Thing' >>"$flow"; expect fail "imports FacilityLocation"
    plant; echo 'public @preconcurrency import GLPKSolver' >>"$flow"; expect fail "imports GLPKSolver"
    plant; echo 'import Foundation' >>"$flow"; expect fail "NetworkFlow imports Foundation"
    plant; echo 'import MeshPlanning' >>"$tree/Sources/MeshVerification/File.swift"; expect fail "MeshVerification imports MeshPlanning"
    plant; echo 'import GLPKSolver' >>"$tree/Tests/FlowTests/FlowTests.swift"; expect fail "FlowTests imports GLPKSolver"
    plant; mkdir "$tree/Sources/NetworkFlow/deep"; echo 'import CGLPK' >"$tree/Sources/NetworkFlow/deep/More.swift"; expect fail "Sources/NetworkFlow/deep/More.swift:1"
    plant; echo '#include <cblas.h>' >>"$tree/Sources/CGLPKShims/shims.c"; expect fail "CGLPKShims includes cblas.h"
    plant; sed -i 's/^    Name: NetworkFlow$/    Name: NetworkFlaw/' "$tree/description"; expect fail "target NetworkFlaw is not in the table"; expect fail "names NetworkFlow, which Package.swift does not have"
    plant; sed -i '/Path: Sources\/NetworkFlow/{n;s/$/\n        MeshTypes/}' "$tree/description"; expect fail "NetworkFlow depends on MeshTypes; the table does not allow it"
    plant; sed -i '/Path: Sources\/NetworkFlow/{n;n;d}' "$tree/description"; expect fail "NetworkFlow does not depend on Optimization"
    plant; echo '// import MeshTypes is what we may not do' >>"$flow"; expect pass ""
    [ $failures -eq 0 ] || exit 1
    echo "check-imports: self-test: $cases planted trees judged rightly"
}

case "${1:-}" in
--self-test) self_test ;;
"")
    root=$(cd "$(dirname "$0")/.." && pwd)
    description=$(mktemp)
    trap 'rm -f "$description"' EXIT
    swift package --package-path "$root" describe >"$description"
    check "$root" "$description"
    ;;
*)
    echo "check-imports: unknown option '$1'; expected --self-test or nothing" >&2
    exit 64
    ;;
esac
