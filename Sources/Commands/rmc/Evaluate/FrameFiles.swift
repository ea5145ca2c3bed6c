internal import DenseMatrices
internal import Foundation
internal import MeshInstances
internal import NetworkAnalyzer

extension LatencyFrame {
    /// The values as a matrix.
    var matrix: Matrix<Float> { Matrix(elements: values, rowCount: nodeCount, columnCount: nodeCount) }
}

/// Where bundled frames lie, and what frames the estimator takes.
enum FrameFiles {
    /// Refuses frames that nothing can be learned from, and such as are too large.
    static func check(_ frame: LatencyFrame, _ file: InputFile) throws {
        guard frame.nodeCount <= LatencyCompletion.largestNodeCount else {
            throw InputError(
                file: file.name, line: 1,
                message: "has \(frame.nodeCount) nodes; expected at most \(LatencyCompletion.largestNodeCount)")
        }
        guard frame.knownPairs > 0 else {
            throw InputError(file: file.name, line: 1, message: "knows no latency; expected at least one over 0")
        }
    }

    /// A bundled frame: looked for from the current folder, then from the executable's upwards.
    static func bundled(_ path: String) throws -> LatencyFrame {
        let file = try InputFile.read(try locate(path))
        let frame = try LatencyFrameReader.read(file)
        try check(frame, file)
        return frame
    }

    /// The path of a bundled file.
    static func locate(_ path: String) throws -> String {
        let relative = "Models/Data/" + path
        if FileManager.default.fileExists(atPath: relative) { return relative }
        var folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path != "/" {
            let candidate = folder.appending(path: relative).path
            if FileManager.default.fileExists(atPath: candidate) { return candidate }
            folder.deleteLastPathComponent()
        }
        throw InputError(
            file: relative, line: 1, message: "is not there; expected to run in the repository, or a frame as argument")
    }
}
