"""The instances that the peers are compared on: generated flows, and where the published files are."""

import dataclasses
import lzma
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".peers" / "instances"
SEED = 1

# Nodes of each generated family by size; assignments are (clusters, sites) with 16 sites in reach of a cluster, and one
# more node. NETGEN-SR has as many arcs a node as the square root of the nodes: 16.8 million with 65,536.
SIZES = {
    "small": {"netgen-8": [1024], "netgen-sr": [1024], "gridgen-8": [1024], "goto-8": [1024],
              "assignment": [(923, 100)]},
    "default": {"netgen-8": [1024, 4096, 16384, 65536], "netgen-sr": [1024, 4096, 16384],
                "gridgen-8": [1024, 4096, 16384, 65536], "goto-8": [1024, 4096, 16384, 65536],
                "assignment": [(923, 100), (3895, 200), (15983, 400), (64535, 1000)]},
    "full": {"netgen-8": [1024, 4096, 16384, 65536], "netgen-sr": [1024, 4096, 16384, 65536],
             "gridgen-8": [1024, 4096, 16384, 65536], "goto-8": [1024, 4096, 16384, 65536],
             "assignment": [(923, 100), (3895, 200), (15983, 400), (64535, 1000)]},
}


@dataclasses.dataclass(frozen=True)
class Instance:
    """One file to solve; `kind` says what it is, such as flow."""

    family: str
    name: str
    kind: str
    path: pathlib.Path
    arcs: int = 0


def generate(rmc: str, family: str, size, name: str) -> Instance:
    """A generated flow, written by `rmc generate flow`: the same file for the same size and seed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.min"
    if family == "assignment":
        clusters, sites = size
        options = ["--clusters", clusters, "--sites", sites, "--degree", 16]
    else:
        options = ["--nodes", size]
    command = [rmc, "generate", "flow", "--shape", family, *map(str, options), "--seed", str(SEED), "--out", str(path)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return Instance(family, name, "flow", path, arcs=arc_count(path))


def arc_count(path: pathlib.Path) -> int:
    """What the problem line of a DIMACS file says."""
    with open(path, "rb") as file:
        for line in file:
            if line.startswith(b"p"):
                return int(line.split()[3])
    raise ValueError(f"{path}: no problem line; expected 'p min NODES ARCS'")


def flows(rmc: str, sizes: str, families: list[str] | None) -> list[Instance]:
    """Every generated flow of a size class, in the families asked for."""
    instances = []
    for family, members in SIZES[sizes].items():
        if families and family not in families:
            continue
        for size in members:
            label = "x".join(map(str, size)) if isinstance(size, tuple) else str(size)
            instances.append(generate(rmc, family, size, f"{family}-{label}"))
    return instances


def missing(sizes: str, families: list[str] | None) -> list[str]:
    """What the full set has and the chosen one has not."""
    return [f"{family}-{size}" for family, members in SIZES["full"].items() for size in members
            if size not in SIZES[sizes][family] or (families and family not in families)]


def shared_data() -> pathlib.Path | None:
    """The folder of data made by others: RMC_SHARED_DATA, or shared/data beside the repository; None when absent."""
    folder = pathlib.Path(os.environ.get("RMC_SHARED_DATA") or ROOT.parent / "shared" / "data")
    return folder if folder.is_dir() else None


def unpacked(path: pathlib.Path, name: str) -> pathlib.Path:
    """The file itself, or its plain text in the instance folder when it is packed: not every peer reads .xz."""
    if path.suffix != ".xz":
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    plain = FOLDER / name
    plain.write_bytes(lzma.decompress(path.read_bytes()))
    return plain
