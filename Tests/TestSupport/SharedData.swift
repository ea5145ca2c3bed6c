public import Foundation

/// Finds the real data that is kept beside the repository and not in it.
///
/// The folder is named by the environment variable `RMC_SHARED_DATA`, or is `shared/data` beside the repository's root.
/// A test that needs it carries `.enabled(if: SharedData.isAvailable, "\(SharedData.hint)")`.
public enum SharedData {
    /// The repository's root.
    public static let repositoryRoot = URL(filePath: #filePath, directoryHint: .notDirectory)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The folder with the data, or `nil` when it is not there.
    public static let folder: URL? = {
        let candidates: [URL]
        if let named = ProcessInfo.processInfo.environment["RMC_SHARED_DATA"] {
            candidates = [URL(filePath: named, directoryHint: .isDirectory)]
        } else {
            candidates = [repositoryRoot.deletingLastPathComponent().appending(path: "shared/data")]
        }
        return candidates.first { FileManager.default.fileExists(atPath: $0.path) }
    }()

    /// Whether the data is there.
    public static var isAvailable: Bool { folder != nil }

    /// What to say when a test is skipped for lack of it.
    public static let hint = "needs shared data: set RMC_SHARED_DATA or place shared/data beside the repository"

    /// The file or folder at `path` within the shared data, or `nil` when it is not there.
    public static func url(_ path: String) -> URL? {
        guard let url = folder?.appending(path: path), FileManager.default.fileExists(atPath: url.path) else {
            return nil
        }
        return url
    }
}
