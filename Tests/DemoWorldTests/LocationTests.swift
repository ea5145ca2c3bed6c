import Foundation
import MeshClient
import MeshInstances
import MeshTypes
import TestSupport
import Testing

/// On WonderNetwork's measured latencies, with twelve of its cities as sites.
@Suite("Locations on measured latencies")
struct LocationTests {
    private struct World {
        var names: [String] = []
        var places: [GeoCoordinate] = []
        var trips: [[Double]] = []
        var sites: [Int] = []
    }

    private func world() throws -> World {
        let folder = SharedData.repositoryRoot.appending(path: "Models/Data/WonderNetwork2018").path
        let frame = try LatencyFrameReader.read(try InputFile.read("\(folder)/rtt_avg_ms_matrix.csv.xz"))
        let places = try CoordinateReader.read(try InputFile.read("\(folder)/cities.csv"))
        var world = World()
        let known = frame.names.indices.filter { places[frame.names[$0]] != nil }
        for city in known {
            world.names.append(frame.names[city])
            if let place = places[frame.names[city]] { world.places.append(place) }
            world.trips.append(known.map { Double(frame.values[city * frame.nodeCount + $0]) })
        }
        let wanted = [
            "Frankfurt", "Chicago", "Singapore", "London", "Tokyo", "Sydney", "Los Angeles", "Mumbai", "Moscow",
            "Dallas", "Istanbul", "Miami",
        ]
        world.sites = wanted.compactMap { world.names.firstIndex(of: $0) }
        return world
    }

    @Test("From two tokens the latency between their bearers is estimated without a probe")
    func tokens() throws {
        let world = try world()
        #expect(world.sites.count >= 8)
        let cities = world.names.indices.filter { !world.sites.contains($0) }
        let tokens = world.names.indices.map { city in
            LocationToken(
                coordinate: world.places[city],
                roundTrips: Dictionary(
                    uniqueKeysWithValues: world.sites.enumerated().compactMap { index, site in
                        world.trips[city][site] > 0 ? (UInt16(index), world.trips[city][site]) : nil
                    }))
        }
        var (errors, byGeography) = ([Double](), [Double]())
        for one in cities {
            for other in cities where one < other && world.trips[one][other] > 0 {
                let real = world.trips[one][other]
                errors.append(abs(tokens[one].estimate(to: tokens[other]) - real) / real)
                let far = GeographicLatency.estimate(from: world.places[one], to: world.places[other]).milliseconds
                byGeography.append(abs(far - real) / real)
                #expect(tokens[one].estimate(to: tokens[other]) == tokens[other].estimate(to: tokens[one]))
            }
        }
        errors.sort()
        byGeography.sort()
        let (median, p90) = (errors[errors.count / 2], errors[errors.count * 9 / 10])
        print(
            "tokens: \(errors.count) pairs, median error \(median), p90 \(p90); geography \(byGeography[errors.count / 2]), \(byGeography[errors.count * 9 / 10])"
        )
        #expect(median < 0.2)
        #expect(median < byGeography[byGeography.count / 2])
    }

    @Test("From round trips to twelve known places one's own is found roughly")
    func places() throws {
        let world = try world()
        let cities = world.names.indices.filter { !world.sites.contains($0) && $0 % 5 == 0 }
        var errors: [Double] = []
        for city in cities {
            let trips = world.sites.map { (coordinate: world.places[$0], milliseconds: world.trips[city][$0]) }
            let found = try #require(LocationEstimate.place(from: trips))
            errors.append(found.distance(to: world.places[city]))
        }
        errors.sort()
        print(
            "places: \(errors.count) cities, median error \(errors[errors.count / 2]) km, p90 \(errors[errors.count * 9 / 10]) km"
        )
        #expect(errors[errors.count / 2] < 1_500)
        #expect(LocationEstimate.place(from: []) == nil)
    }
}
