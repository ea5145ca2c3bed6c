internal import Foundation
public import MeshTypes

/// Where somebody is in the network, in a line of text: round trips to a few sites and a rough place. Two of them tell about how long the way
/// between their bearers is, without a probe.
///
/// For a site `j` to which both have measured, with round trips `a[j]` and `b[j]`, the direct way is about `a[j] + b[j]` at most and `|a[j] - b[j]|` at
/// least (Francis et al., "IDMaps", IEEE/ACM Trans. Networking 9, 2001; Ng and Zhang, INFOCOM 2002). The estimate is what geography says
/// (``GeographicLatency``), brought between the greatest of the lower and the least of the upper bounds. Where the two do not agree, because the Internet
/// keeps no triangle, the upper bound counts: that way exists.
///
/// The place is rounded to half a degree, so that a token does not give an address away.
public struct LocationToken: Sendable, Hashable, LosslessStringConvertible {
    /// The most sites that a token names: the nearest.
    public static let siteLimit = 16

    /// Degrees, rounded to halves.
    public let coordinate: GeoCoordinate
    /// Round trips in ms, to a tenth, by site number; up to ``siteLimit``.
    public let roundTrips: [UInt16: Double]

    /// Makes a token; of many sites the nearest stay. Round trips that are negative or above 6 s are left out.
    public init(coordinate: GeoCoordinate, roundTrips: [UInt16: Double]) {
        func half(_ degrees: Double, _ limit: Double) -> Double {
            degrees.isNaN ? 0 : (max(-limit, min(limit, degrees)) * 2).rounded() / 2
        }
        self.coordinate = GeoCoordinate(
            latitude: half(coordinate.latitude, 90), longitude: half(coordinate.longitude, 180))
        let nearest = roundTrips.filter { (0...6_000).contains($0.value) && $0.key <= 0xFFF }
            .sorted { ($0.value, $0.key) < ($1.value, $1.key) }.prefix(Self.siteLimit)
        self.roundTrips = Dictionary(
            uniqueKeysWithValues: nearest.map { ($0.key, ($0.value * 10).rounded() / 10) })
    }

    /// The round trip between the bearers of two tokens, estimated, ms. O(sites).
    public func estimate(to other: LocationToken) -> Double {
        let far = GeographicLatency.estimate(from: coordinate, to: other.coordinate).milliseconds
        var (lower, upper) = (0.0, Double.infinity)
        for (site, trip) in roundTrips {
            guard let theirs = other.roundTrips[site] else { continue }
            lower = max(lower, abs(trip - theirs))
            upper = min(upper, trip + theirs)
        }
        return min(max(far, lower), upper)
    }

    /// Reads a token; `nil` for text that is none.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "RMC1", text.utf8.count <= 200 else { return nil }
        var base64 = parts[1].replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        base64 += String(repeating: "=", count: (4 - base64.count % 4) % 4)
        guard let data = Data(base64Encoded: base64), data.count >= 4, data.count % 4 == 0,
            data.count <= 4 + 4 * Self.siteLimit
        else { return nil }
        let words = stride(from: 0, to: data.count, by: 2).map { UInt16(data[$0]) << 8 | UInt16(data[$0 + 1]) }
        let (latitude, longitude) = (Double(words[0]) / 2 - 90, Double(words[1]) / 2 - 180)
        guard latitude <= 90, longitude <= 180 else { return nil }
        var trips: [UInt16: Double] = [:]
        for index in stride(from: 2, to: words.count, by: 2) {
            guard words[index] <= 0xFFF, words[index + 1] <= 60_000,
                trips.updateValue(Double(words[index + 1]) / 10, forKey: words[index]) == nil
            else { return nil }
        }
        self.init(coordinate: GeoCoordinate(latitude: latitude, longitude: longitude), roundTrips: trips)
    }

    /// The text that ``init(_:)`` reads: `RMC1.` and Base64 for URLs of 16-bit words: latitude and longitude in halves of a degree from the corner, then site and
    /// tenths of ms of each site, by number.
    public var description: String {
        var words = [UInt16((coordinate.latitude + 90) * 2), UInt16((coordinate.longitude + 180) * 2)]
        for (site, trip) in roundTrips.sorted(by: { $0.key < $1.key }) {
            words += [site, UInt16((trip * 10).rounded())]
        }
        let data = Data(words.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] })
        let text = data.base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
        return "RMC1." + text
    }
}
