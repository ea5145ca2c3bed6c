internal import Foundation
internal import Optimization

/// A model in GNU MathProg with its data, as GLPK reads it.
///
/// GLPK's translator needs files, so a model given as text is written to a temporary one. What is wrong with a model is
/// said in GLPK's words, with file and line: `model.mod:12: ...`.
///
/// Source: Makhorin, "Modeling Language GNU MathProg", GLPK 5.0.
public struct MathProgModel: Sendable, Hashable {
    private enum Source: Sendable, Hashable {
        case file(String)
        /// The bytes, and what they are called.
        case text([UInt8], name: String)
    }

    private var model: Source
    private var data: Source?

    /// A model in a file, with its data in another or within.
    ///
    /// - Parameters:
    ///   - path: the `.mod` file.
    ///   - data: the `.dat` file; a data section of the model is then passed over.
    public init(path: String, data: String? = nil) {
        model = .file(path)
        self.data = data.map { .file($0) }
    }

    /// A model given as text, with its data as text or within.
    public init(text: String, data: String? = nil) {
        model = .text(Array(text.utf8), name: "model.mod")
        self.data = data.map { .text(Array($0.utf8), name: "data.dat") }
    }

    /// A model and its data as the bytes of files that were read elsewhere, such as the standard input or a packed file.
    ///
    /// - Parameters:
    ///   - bytes: the model, and what messages call it.
    ///   - data: the data, likewise; `nil` for a data section within.
    public init(bytes: [UInt8], name: String, data: (bytes: [UInt8], name: String)? = nil) {
        model = .text(bytes, name: name)
        self.data = data.map { .text($0.bytes, name: $0.name) }
    }

    /// The same model with its data as text.
    public func with(data text: String) -> MathProgModel {
        var model = self
        model.data = .text(Array(text.utf8), name: "data.dat")
        return model
    }

    /// Hands `body` the paths of model and data, and what puts their names into a text for their paths; what was text is in
    /// temporary files meanwhile.
    func withFiles<Value>(
        _ body: (_ model: String, _ data: String?, _ names: (String) -> String) throws(SolverError) -> Value
    ) throws(SolverError) -> Value {
        var renamed: [(path: String, name: String)] = []
        let folder = FileManager.default.temporaryDirectory.appending(path: "mathprog-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        func place(_ source: Source, as name: String) throws(SolverError) -> String {
            switch source {
            case .file(let path):
                guard FileManager.default.isReadableFile(atPath: path) else {
                    throw SolverError(.unreadableModel, "\(path): no such file, or it may not be read")
                }
                return path
            case .text(let bytes, let own):
                let url = folder.appending(path: name)
                renamed.append((url.path, own))
                do {
                    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                    // `Data.write` waits for the disk, which a file that is read once need not.
                    guard FileManager.default.createFile(atPath: url.path, contents: nil) else {
                        throw CocoaError(.fileWriteUnknown)
                    }
                    let file = try FileHandle(forWritingTo: url)
                    try file.write(contentsOf: Data(bytes))
                    try file.close()
                } catch {
                    throw SolverError(.unreadableModel, "cannot write a temporary file: \(error)", cause: error)
                }
                return url.path
            }
        }
        let modelPath = try place(model, as: "model.mod")
        let dataPath: String?
        if let data { dataPath = try place(data, as: "data.dat") } else { dataPath = nil }
        // The folder of temporary files tells the reader nothing.
        func names(_ text: String) -> String {
            renamed.reduce(text) { $0.replacing($1.path, with: $1.name) }
        }
        do throws(SolverError) {
            return try body(modelPath, dataPath, names)
        } catch {
            throw SolverError(
                error.code, names(error.message), cause: error.cause)
        }
    }
}
