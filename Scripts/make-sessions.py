#!/usr/bin/env python3
"""Makes the bundled sessions in Models/Sessions from the measured city pings in Models/Data.

Participants are drawn from the cities by population and reach a site by their city's measured ping plus a last mile of
8 ms. Sites are cities chosen one by one, each the one that shortens the participants' expected way most (a greedy
p-median). Needs nothing but Python's standard library; the same bytes come out each time.
"""

import csv
import io
import json
import lzma
import math
import pathlib
import random

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT / "Models" / "Data" / "WonderNetwork2018"
SOURCE = (
    "City-to-city pings of 2018 by WonderNetwork (public mirror, Apache-2.0); "
    "participants drawn by city population, last mile 8 ms"
)
LAST_MILE = 8.0
FAR = 400.0  # what an unmeasured ping counts as while sites are chosen
REGIONS = [  # name, south, north, west, east: the first box that holds a city names its region
    ("europe", 37.5, 72, -25, 41),
    ("north-asia", 50, 75, 41, 180),
    ("middle-east", 12, 42, 26, 63),
    ("africa", -36, 37, -18, 52),
    ("south-asia", 5, 37, 63, 93),
    ("east-asia", -11, 55, 93, 150),
    ("oceania", -50, -9, 110, 180),
    ("north-america", 7, 72, -170, -50),
    ("south-america", -57, 13, -82, -34),
]


def read_pings():
    """The city names, the pings by direction, and their means over both directions."""
    text = lzma.open(DATA / "rtt_avg_ms_matrix.csv.xz", "rt", encoding="utf-8").read()
    rows = list(csv.reader(io.StringIO(text)))
    names = rows[0][1:]
    directed = {
        (row[0], name): float(cell)
        for row in rows[1:]
        for name, cell in zip(names, row[1:])
        if cell and row[0] != name and float(cell) > 0
    }
    means = {(city, city): 0.0 for city in names}
    for a in names:
        for b in names:
            seen = [directed[pair] for pair in ((a, b), (b, a)) if pair in directed]
            if a != b and seen:
                means[a, b] = sum(seen) / len(seen)
    return names, directed, means


def read_cities():
    with open(DATA / "cities.csv", encoding="utf-8") as file:
        return {
            row["city"]: (float(row["Lat"]), float(row["Long"]), float(row["Population"] or 0))
            for row in csv.DictReader(file)
        }


def region(latitude, longitude):
    for name, south, north, west, east in REGIONS:
        if south <= latitude <= north and west <= longitude <= east:
            return name
    return "elsewhere"


def distance(a, b):
    """Great-circle kilometres between two (latitude, longitude, ...)."""
    south, west, north, east = (math.radians(x) for x in (*a[:2], *b[:2]))
    haversine = math.sin((north - south) / 2) ** 2 + math.cos(south) * math.cos(north) * math.sin((east - west) / 2) ** 2
    return 2 * 6371.0088 * math.asin(min(1, math.sqrt(haversine)))


def misplaced(names, cities, means):
    """Cities whose pings beat light in vacuum to many others: their coordinates are another place's of that name."""
    faster = {city: 0 for city in names}
    for a in names:
        for b in names:
            if a < b and a in cities and b in cities and (a, b) in means:
                if means[a, b] < 2 * distance(cities[a], cities[b]) / 299.792:
                    faster[a] += 1
                    faster[b] += 1
    wrong = set()
    while True:
        worst = max(faster, key=lambda city: (faster[city], city))
        if faster[worst] < 5:
            return wrong
        wrong.add(worst)
        faster[worst] = 0
        for other in names:
            if other in cities and other not in wrong and (worst, other) in means:
                if means[worst, other] < 2 * distance(cities[worst], cities[other]) / 299.792:
                    faster[other] -= 1


def choose_sites(candidates, people, means, count):
    chosen, reach = [], {city: FAR for city in people}

    def gain(site):
        return sum(weight * max(0.0, reach[city] - means.get((city, site), FAR)) for city, weight in people.items())

    for _ in range(count):
        best = max((site for site in candidates if site not in chosen), key=lambda site: (gain(site), site))
        chosen.append(best)
        for city in people:
            reach[city] = min(reach[city], means.get((city, best), FAR))
    return sorted(chosen)


def describe_site(city, place):
    latitude, longitude, population = place
    free = 8 if population > 5e6 else 6 if population > 1e6 else 4
    return {
        "id": city.lower().replace(" ", "-").replace(".", "").replace("'", ""), "name": city,
        "latitude": latitude, "longitude": longitude, "servers": {"free": free, "total": free + 2},
        "load-per-server": 50, "price": 40 + 10 * (len(city) % 4), "region": region(latitude, longitude),
    }


def write_snapshot(path, scalars, lists):
    """JSON with one element of each list a line."""
    parts = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in scalars.items()]
    for key, (opening, elements, closing) in lists.items():
        lines = ",\n".join(f"    {json.dumps(element)}" for element in elements)
        parts.append(f"  {json.dumps(key)}: {opening}\n{lines}\n  {closing}")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def make(name, kind, keep, people_count, site_count, site_limit, seed):
    names, directed, means = read_pings()
    cities = read_cities()
    wrong = misplaced(names, cities, means)
    usable = [
        city for city in names
        if city in cities and city not in wrong and keep(*cities[city][:2]) and sum((city, other) in means for other in names) > 200
    ]
    people = {city: cities[city][2] for city in sorted(usable) if cities[city][2] > 0}
    sites = choose_sites(usable, people, means, site_count)
    draw = random.Random(seed)
    homes = draw.choices(list(people), weights=list(people.values()), k=people_count)
    participants = [
        {
            "id": f"p{number:03d}", "session": name,
            "latitude": round(cities[city][0] + draw.uniform(-0.15, 0.15), 4),
            "longitude": round(cities[city][1] + draw.uniform(-0.15, 0.15), 4),
        }
        for number, city in enumerate(homes, 1)
    ]
    access = [
        [round(LAST_MILE + means[city, site], 3) if (city, site) in means else None for site in sites]
        for city in homes
    ]
    policy = {"site-limit": site_limit, "latency-value": 1, "move-price": 5}
    write_snapshot(
        ROOT / "Models" / "Sessions" / f"{name}.json",
        {"version": 1, "name": name, "source": SOURCE, "time": "2018-06-01T20:00:00Z"},
        {
            "sites": ("[", [describe_site(city, cities[city]) for city in sites], "]"),
            "sessions": ("[", [{"id": name, "type": kind, "policy": policy}], "]"),
            "participants": ("[", participants, "]"),
            "site-latency": ("[", [[0 if a == b else directed.get((a, b)) for b in sites] for a in sites], "]"),
            "access-latency": ('{"dense": [', access, "]}"),
        })


def main():
    (ROOT / "Models" / "Sessions").mkdir(parents=True, exist_ok=True)
    make("world-match", "match", lambda latitude, longitude: True, 300, 60, 8, 2018)
    make(
        "europe-conference", "conference", lambda latitude, longitude: region(latitude, longitude) == "europe",
        120, 30, 5, 2019)


if __name__ == "__main__":
    main()
