/// Sites that everybody knows: the public regions of four clouds, from an embedded table.
///
/// Facts that the providers publish; see `Resources/README.md`.
public enum SiteCatalogue {
    /// The clouds whose regions are known.
    public static let names = ["aws", "azure", "gcp", "ibm"]

    /// The regions of a cloud as a table of sites for ``PlannerTables``; `nil` for another name.
    public static func file(named name: String) throws(InputError) -> InputFile? {
        guard names.contains(name) else { return nil }
        let table = String(decoding: PackageResources.cloud_regions_csv, as: UTF8.self)
        let lines = table.split(separator: "\n")
        let rows = lines.prefix(1) + lines.filter { $0.hasPrefix("\(name),") }
        return try InputFile(name: name, contents: Array((rows.joined(separator: "\n") + "\n").utf8))
    }
}
