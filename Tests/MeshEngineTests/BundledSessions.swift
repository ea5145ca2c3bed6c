import Foundation
import MeshInstances
import MeshTypes
import TestSupport

/// The sessions that the repository carries.
enum BundledSessions {
    static let names = ["world-match", "europe-conference"]

    static func read(_ name: String) throws -> Snapshot {
        let url = SharedData.repositoryRoot.appending(path: "Models/Sessions/\(name).json")
        return try SnapshotReader.read(try InputFile.read(url.path))
    }
}
