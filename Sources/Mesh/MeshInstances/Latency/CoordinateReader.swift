public import MeshTypes

/// Reads where nodes are: a line a node, `name,latitude,longitude`, more columns passed over, a heading allowed.
public enum CoordinateReader {
    /// The places by name; of a repeated name the last counts.
    ///
    /// - Throws: ``InputError`` at the first line with fewer than three fields, or whose second and third are not a
    ///   latitude and a longitude in degrees.
    public static func read(_ file: InputFile) throws(InputError) -> [String: GeoCoordinate] {
        var places: [String: GeoCoordinate] = [:]
        var line = 0
        for row in file.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            line += 1
            let text = String(decoding: row.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
            guard !text.isEmpty else { continue }
            let fields = text.split(separator: ",", omittingEmptySubsequences: false)
            let latitude = fields.count > 1 ? Double(fields[1]) : nil
            let longitude = fields.count > 2 ? Double(fields[2]) : nil
            if let latitude, let longitude, abs(latitude) <= 90, abs(longitude) <= 180 {
                places[String(fields[0])] = GeoCoordinate(latitude: latitude, longitude: longitude)
            } else if line > 1, fields.count < 3 || !(fields[1].isEmpty && fields[2].isEmpty) {
                throw InputError(
                    file: file.name, line: line,
                    message: "is \(InputError.quoted(row)); expected name,latitude,longitude in degrees")
            }
        }
        return places
    }
}
