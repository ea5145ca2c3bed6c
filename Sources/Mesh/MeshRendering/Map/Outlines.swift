package import MeshTypes

/// The outlines that maps are drawn on, unpacked from the embedded resource.
///
/// Data: Natural Earth, 1:110 million, public domain; see `Resources/README.md`.
package struct Outlines: Sendable {
    /// Closed rings of land; a ring inside another is a lake.
    package let land: [[GeoCoordinate]]
    /// Lines where countries meet.
    let borders: [[GeoCoordinate]]

    /// The outlines of the world, unpacked once.
    package static let world = Outlines(encoded: PackageResources.outlines_txt)

    /// Reads lines of a kind, a blank and an encoded chain.
    init(encoded bytes: [UInt8]) {
        var land: [[GeoCoordinate]] = []
        var borders: [[GeoCoordinate]] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let blank = line.firstIndex(of: UInt8(ascii: " ")) else { continue }
            let chain = Self.decode(line[line.index(after: blank)...])
            if line.first == UInt8(ascii: "l") { land.append(chain) } else { borders.append(chain) }
        }
        self.land = land
        self.borders = borders
    }

    /// Unpacks a chain in the Encoded Polyline Algorithm Format with two decimals: differences of latitude and
    /// longitude, five bits a character, least significant first, the sign in the lowest bit.
    static func decode(_ text: some Sequence<UInt8>) -> [GeoCoordinate] {
        var chain: [GeoCoordinate] = []
        var position = (latitude: 0, longitude: 0)
        var isLatitude = true
        var bits = 0
        var shift = 0
        for character in text {
            let chunk = Int(character) - 63
            bits |= (chunk & 0x1F) << shift
            shift += 5
            guard chunk & 0x20 == 0 else { continue }
            let difference = bits & 1 == 0 ? bits >> 1 : ~(bits >> 1)
            (bits, shift) = (0, 0)
            if isLatitude {
                position.latitude += difference
            } else {
                position.longitude += difference
                chain.append(
                    GeoCoordinate(
                        latitude: Double(position.latitude) / 100, longitude: Double(position.longitude) / 100))
            }
            isLatitude.toggle()
        }
        return chain
    }
}
