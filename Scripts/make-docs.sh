#!/usr/bin/env bash
# Builds the reference of every public module as one static site in out/docs, with the toolchain's DocC alone.
set -euo pipefail
cd "$(dirname "$0")/.."

modules=(Optimization DenseMatrices NetworkFlow FacilityLocation GLPKSolver
    MeshTypes MeshInstances MeshVerification MeshPlanning MeshEngine)
out=out/docs
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

docc=$(command -v docc || echo "$(dirname "$(command -v swift)")/docc")
[ -x "$docc" ] || { echo "docs: no 'docc' beside 'swift'; the toolchain from swift.org has one" >&2 && exit 69; }

# `swift package dump-symbol-graph` fails on executables and test bundles, so each module's graph is extracted here,
# from the products that `make build` made.
swift build -c release
products=$(swift build -c release --show-bin-path)
target=$(swift -print-target-info | sed -n 's/.*"unversionedTriple": "\(.*\)".*/\1/p' | head -1)
search=(-I "$products/Modules")
while read -r map; do search+=(-Xcc "-fmodule-map-file=$map"); done \
    < <(find "$PWD/Sources" "$products/CGLPKShims.build" -name module.modulemap)
for flag in $(pkg-config --cflags openblas); do search+=(-Xcc "$flag"); done

archives=()
for module in "${modules[@]}"; do
    mkdir -p "$scratch/$module"
    swift symbolgraph-extract -module-name "$module" -target "$target" "${search[@]}" -minimum-access-level public \
        -skip-synthesized-members -omit-extension-block-symbols -output-dir "$scratch/$module" >/dev/null
    "$docc" convert --additional-symbol-graph-dir "$scratch/$module" --fallback-display-name "$module" \
        --fallback-bundle-identifier "regional-mesh-controller.$module" --transform-for-static-hosting \
        --output-path "$scratch/$module.doccarchive" >/dev/null
    archives+=("$scratch/$module.doccarchive")
done
rm -rf "$out"
mkdir -p "$(dirname "$out")"
"$docc" merge "${archives[@]}" --output-path "$out" --synthesized-landing-page-name "Regional Mesh Controller"
echo "The reference is in $out; serve that folder, as in: python3 -m http.server --directory $out"
