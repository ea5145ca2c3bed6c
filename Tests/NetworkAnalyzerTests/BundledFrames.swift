import DenseMatrices
import Foundation
import MeshInstances
import TestSupport

/// The frames that are shipped.
enum BundledFrames {
    static func planetLab(_ frame: Int) throws -> Matrix<Float> {
        try read("PlanetLab/frame-\(frame).txt.xz")
    }

    static func wonderNetwork() throws -> Matrix<Float> {
        try read("WonderNetwork2018/rtt_avg_ms_matrix.csv.xz")
    }

    private static func read(_ path: String) throws -> Matrix<Float> {
        let url = SharedData.repositoryRoot.appending(path: "Models/Data/\(path)")
        let frame = try LatencyFrameReader.read(try InputFile.read(url.path))
        return Matrix(elements: frame.values, rowCount: frame.nodeCount, columnCount: frame.nodeCount)
    }

    /// The first nodes of a frame.
    static func corner(_ frame: Matrix<Float>, nodes: Int) -> Matrix<Float> {
        var result = Matrix<Float>(repeating: 0, rowCount: nodes, columnCount: nodes)
        for row in 0..<nodes {
            for column in 0..<nodes { result[row, column] = frame[row, column] }
        }
        return result
    }
}
