internal import Foundation

/// Folders that commands write into.
enum Folder {
    /// Makes a folder and those above it, if they are not there.
    static func make(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure(
                .usage,
                "\(path): cannot be made a folder (\((error as NSError).localizedDescription)); expected a folder")
        }
    }

    /// A number in names, so that names sort as numbers do.
    static func number(_ value: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func remove(_ path: String) throws {
        guard exists(path) else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw CommandFailure(.usage, "\(path): cannot be removed (\((error as NSError).localizedDescription))")
        }
    }
}

/// How many threads a command uses.
enum Jobs {
    static func count(_ asked: Int?) -> Int { asked ?? max(1, ProcessInfo.processInfo.activeProcessorCount) }
}
