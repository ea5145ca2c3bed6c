import Foundation

/// The folder with the published instances, which is not part of the repository.
enum SharedData {
    /// The folder that `RMC_SHARED_DATA` names, or `../shared/data` beside the repository; `nil` if there is none.
    static let root: URL? = {
        let named = ProcessInfo.processInfo.environment["RMC_SHARED_DATA"].map { URL(fileURLWithPath: $0) }
        let repository = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let beside = repository.deletingLastPathComponent().appendingPathComponent("shared/data")
        return [named, beside].compactMap(\.self).first { FileManager.default.fileExists(atPath: $0.path) }
    }()

    static var isPresent: Bool { root != nil }

    /// The files of a folder, sorted; empty when the folder is absent.
    static func files(in folder: String) -> [URL] {
        guard let folder = root?.appendingPathComponent(folder) else { return [] }
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.sorted { $0.path < $1.path }
    }

    /// The lines of a table, split at commas, without its heading.
    static func table(_ path: String) -> [[String]] {
        guard let file = root?.appendingPathComponent(path), let text = try? String(contentsOf: file, encoding: .utf8)
        else { return [] }
        return text.split(separator: "\n").dropFirst().map { $0.split(separator: ",").map(String.init) }
    }
}
