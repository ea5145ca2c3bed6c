import Foundation
import MeshAPI

/// Which build this is, as the log names it: the checksum of the running binary's size and time of change.
package enum BuildIdentity {
    /// The version, and what tells two builds of it apart.
    package static let text: String = {
        let path = "/proc/self/exe"
        let attributes = try? FileManager.default.attributesOfItem(
            atPath: URL(filePath: path).resolvingSymlinksInPath().path)
        let size = (attributes?[.size] as? NSNumber)?.int64Value ?? 0
        let changed = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        return "\(MeshRelease.version)+\(String(size, radix: 36)).\(String(Int64(changed), radix: 36))"
    }()
}
