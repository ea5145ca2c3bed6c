#!/usr/bin/env python3
"""Makes the outlines that pictures of plans are drawn on.

    Scripts/make-outlines.py COUNTRIES.geojson > Sources/Mesh/MeshRendering/Resources/outlines.txt

COUNTRIES.geojson are the countries of Natural Earth, 1:110 million (public domain, naturalearthdata.com). An edge that
two countries share becomes part of a border line, an edge of one country alone part of the outline of the land. Each line
of the output is `land` or `border` and one chain of points in the Encoded Polyline Algorithm Format with two decimals.
"""
import json
import sys

PRECISION = 100
# Antarctica is left out: no picture of a session reaches it, and its ring runs around the pole.
SOUTHERN_LIMIT = -60


def rings(geometry):
    if geometry["type"] == "Polygon":
        yield from geometry["coordinates"]
    else:
        for polygon in geometry["coordinates"]:
            yield from polygon


def edges_by_kind(features):
    """The directed edges that occur once (land) and the undirected ones that occur twice (borders)."""
    seen = {}
    for feature in features:
        for ring in rings(feature["geometry"]):
            if max(point[1] for point in ring) < SOUTHERN_LIMIT:
                continue
            longitudes = [point[0] for point in ring]
            if any(abs(a - b) > 180 for a, b in zip(longitudes, longitudes[1:])):
                # The ring crosses the antimeridian: it goes on past 180 degrees instead of around the world.
                ring = [(x + 360 if x < 0 else x, y) for x, y in ring]
            points = [(round(x * PRECISION), round(y * PRECISION)) for x, y in ring]
            for edge in zip(points, points[1:]):
                if edge[0] == edge[1]:
                    continue
                if (edge[1], edge[0]) in seen:
                    seen[(edge[1], edge[0])] += 1
                else:
                    seen[edge] = seen.get(edge, 0) + 1
    land = [edge for edge, count in seen.items() if count == 1]
    border = [edge for edge, count in seen.items() if count > 1]
    return land, border


def chains(edges, directed):
    """Joins edges end to end into chains as long as they go."""
    leaving = {}
    for number, (tail, head) in enumerate(edges):
        leaving.setdefault(tail, []).append((number, head))
        if not directed:
            leaving.setdefault(head, []).append((number, tail))
    used = [False] * len(edges)

    def follow(point):
        chain = [point]
        while True:
            step = next(((n, p) for n, p in leaving.get(chain[-1], []) if not used[n]), None)
            if step is None:
                return chain
            used[step[0]] = True
            chain.append(step[1])
            if directed and chain[-1] == chain[0]:
                return chain

    # Open chains start where an odd number of edges meet; what is left then are loops.
    starts = [point for point, out in leaving.items() if not directed and len(out) % 2 == 1]
    for point in starts + [edge[0] for edge in edges]:
        chain = follow(point)
        if len(chain) > 1:
            yield chain


def encoded(chain):
    text, previous = [], (0, 0)
    for point in chain:
        # The format puts the latitude first.
        for value, last in ((point[1], previous[1]), (point[0], previous[0])):
            bits = (value - last) << 1
            if bits < 0:
                bits = ~bits
            while bits >= 0x20:
                text.append(chr((0x20 | bits & 0x1F) + 63))
                bits >>= 5
            text.append(chr(bits + 63))
        previous = point
    return "".join(text)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        land, border = edges_by_kind(json.load(file)["features"])
    for kind, edges in (("land", land), ("border", border)):
        for chain in chains(edges, directed=kind == "land"):
            print(kind, encoded(chain))


main()
