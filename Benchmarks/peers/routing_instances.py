"""Routing problems on Kdl of the Topology Zoo (754 nodes): 10,000 demands by gravity, capacities of three kinds.

Capacities follow the mean load of eight spread routings, at shortest paths under random distortions of the costs:
`classes` rounds them up to powers of two, `loose` adds 30 %, `tight` 2 %. Shortest paths overload a tenth to a quarter of
the links; a routing exists.
"""

import dataclasses
import heapq
import json
import lzma
import math
import pathlib
import random
import re

import instances

KINDS = ("classes", "loose", "tight")
SEED = 1


@dataclasses.dataclass
class Network:
    """Arcs in both directions; demands as (source, target, volume)."""

    nodes: int
    tail: list[int]
    head: list[int]
    cost: list[float]
    demands: list[tuple[int, int, float]]
    capacity: list[float]
    out: list[list[int]]


def tree(network: Network, source: int, cost: list[float]) -> list[int]:
    """The last arc of a shortest path to each node; -1 at the source and where there is none."""
    distance = [float("inf")] * network.nodes
    last = [-1] * network.nodes
    distance[source] = 0.0
    heap = [(0.0, source)]
    while heap:
        so_far, node = heapq.heappop(heap)
        if so_far > distance[node]:
            continue
        for arc in network.out[node]:
            head = network.head[arc]
            length = so_far + cost[arc]
            if length < distance[head]:
                distance[head], last[head] = length, arc
                heapq.heappush(heap, (length, head))
    return last


def paths(network: Network, cost: list[float]):
    """A shortest path for each demand under these costs, as (demand, arcs)."""
    by_source: dict[int, list[int]] = {}
    for index, (source, _, _) in enumerate(network.demands):
        by_source.setdefault(source, []).append(index)
    for source, group in sorted(by_source.items()):
        last = tree(network, source, cost)
        for index in group:
            arcs, node = [], network.demands[index][1]
            while node != source:
                arcs.append(last[node])
                node = network.tail[last[node]]
            yield index, tuple(reversed(arcs))


def distorted(network: Network, draw: random.Random) -> list[float]:
    """Costs that are each off by a random factor."""
    return [cost * (0.4 + 2 * draw.random()) for cost in network.cost]


def topology() -> tuple[int, list[tuple[int, int]]] | None:
    """Kdl's nodes and distinct edges, where the shared data are."""
    data = instances.shared_data()
    path = data / "topology" / "topology_zoo_graphml" / "Kdl.graphml.xz" if data else None
    if path is None or not path.exists():
        return None
    text = lzma.decompress(path.read_bytes()).decode()
    edges = {tuple(sorted((int(a), int(b))))
             for a, b in re.findall(r'<edge source="(\d+)" target="(\d+)"', text) if a != b}
    return 1 + max(max(edge) for edge in edges), sorted(edges)


def kdl(demands: int = 10_000) -> tuple[Network, list[float]] | None:
    """The network without capacities, and the load of each arc under spread routings; None without the shared data."""
    found = topology()
    if found is None:
        return None
    nodes, edges = found
    draw = random.Random(SEED)
    network = Network(nodes, [], [], [], [], [], [[] for _ in range(nodes)])
    for a, b in edges:
        latency = 0.05 + draw.random()
        for tail, head in ((a, b), (b, a)):
            network.out[tail].append(len(network.tail))
            network.tail.append(tail)
            network.head.append(head)
            network.cost.append(latency)
    # Few nodes are large.
    masses = [1 / (0.02 + draw.random()) for _ in range(nodes)]
    for _ in range(demands):
        source = draw.randrange(nodes)
        target = (source + 1 + draw.randrange(nodes - 1)) % nodes
        network.demands.append((source, target, masses[source] * masses[target] / 100))
    loads = [0.0] * len(network.tail)
    for _ in range(8):
        for index, arcs in paths(network, distorted(network, draw)):
            for arc in arcs:
                loads[arc] += network.demands[index][2] / 8
    return network, loads


def with_capacities(network: Network, loads: list[float], kind: str) -> Network:
    """The network with capacities of a kind; no link is without some."""
    least = 0.3 * sum(loads) / len(loads)
    if kind == "classes":
        capacity = [2.0 ** math.ceil(math.log2(max(load, least))) for load in loads]
    else:
        headroom = {"loose": 1.3, "tight": 1.02}[kind]
        capacity = [max(headroom * load, least) for load in loads]
    return dataclasses.replace(network, capacity=capacity)


def near_shortest(network: Network, count: int) -> dict[int, list[tuple[int, ...]]]:
    """The distinct ones of `count` random near-shortest paths of each demand, the shortest first."""
    draw = random.Random(SEED + 1)
    found: dict[int, dict[tuple[int, ...], None]] = {index: {} for index in range(len(network.demands))}
    for number in range(count):
        for index, arcs in paths(network, distorted(network, draw) if number else network.cost):
            found[index][arcs] = None
    return {index: list(ways) for index, ways in found.items()}


def write(network: Network, name: str) -> pathlib.Path:
    """The file that `rmc solve multicommodity` reads."""
    path = instances.FOLDER / f"{name}.json"
    instances.FOLDER.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({
        "directed": True, "nodes": [{"id": node} for node in range(network.nodes)],
        "links": [{"source": a, "target": b, "capacity": capacity, "cost": cost} for a, b, capacity, cost
                  in zip(network.tail, network.head, network.capacity, network.cost)],
        "demands": [{"source": a, "target": b, "volume": volume} for a, b, volume in network.demands],
    }))
    return path
