import Foundation
import TestSupport

extension SharedData {
    /// The files of a folder of the shared data, sorted; empty when the folder is absent.
    static func files(in folder: String) -> [URL] {
        guard let folder = url(folder) else { return [] }
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.sorted { $0.path < $1.path }
    }

    /// The lines of a table of the shared data, split at commas, without its heading.
    static func table(_ path: String) -> [[String]] {
        guard let file = url(path), let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
        return text.split(separator: "\n").dropFirst().map { $0.split(separator: ",").map(String.init) }
    }
}
