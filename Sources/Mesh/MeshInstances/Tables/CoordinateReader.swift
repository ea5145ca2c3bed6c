public import MeshTypes

/// Reads where nodes are: a line a node, `name,latitude,longitude`, more columns passed over, a heading allowed.
///
/// The dialect is that of all tables. A heading that names a latitude and a longitude says which columns they are.
public enum CoordinateReader {
    /// The places by name; of a repeated name the last counts.
    ///
    /// - Throws: ``InputError`` at the first line with fewer than three fields, or whose second and third are not a
    ///   latitude and a longitude in degrees.
    public static func read(_ file: InputFile) throws(InputError) -> [String: GeoCoordinate] {
        var text = DelimitedText(file)
        var places: [String: GeoCoordinate] = [:]
        var columns = (name: 0, latitude: 1, longitude: 2)
        var isFirst = true
        while let fields = try text.next() {
            defer { isFirst = false }
            let texts = fields.map(text.text)
            let last = max(columns.name, columns.latitude, columns.longitude)
            let degrees = texts.count > last ? (number(texts[columns.latitude]), number(texts[columns.longitude])) : nil
            if let latitude = degrees?.0, let longitude = degrees?.1, abs(latitude) <= 90, abs(longitude) <= 180 {
                places[texts[columns.name]] = GeoCoordinate(latitude: latitude, longitude: longitude)
            } else if isFirst {
                columns = heading(texts) ?? columns
            } else if texts.count <= last || !(texts[columns.latitude].isEmpty && texts[columns.longitude].isEmpty) {
                throw InputError(
                    file: file.name, line: text.line,
                    message: "is \(InputError.quoted(texts.joined(separator: ",").utf8)); "
                        + "expected name,latitude,longitude in degrees")
            }
        }
        return places
    }

    private static func number(_ text: String) -> Double? {
        DecimalNumber.parse(Array(text.utf8), from: 0, to: text.utf8.count)
    }

    private static func heading(_ texts: [String]) -> (name: Int, latitude: Int, longitude: Int)? {
        let lower = texts.map { $0.lowercased() }
        guard let latitude = lower.firstIndex(where: PlannerTables.latitudeNames.contains),
            let longitude = lower.firstIndex(where: PlannerTables.longitudeNames.contains)
        else { return nil }
        let others = lower.indices.filter { $0 != latitude && $0 != longitude }
        let name = others.first { ["name", "id", "city", "node"].contains(lower[$0]) } ?? others.first
        return name.map { ($0, latitude, longitude) }
    }
}
