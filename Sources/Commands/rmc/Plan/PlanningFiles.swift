internal import ArgumentParser
internal import MeshInstances
internal import MeshRendering
internal import MeshTypes

/// A snapshot and a plan for it, as two arguments.
struct PlanningFiles: ParsableArguments {
    @Argument(help: "The snapshot; - for the standard input. gzip and xz are unpacked.", completion: .file())
    var snapshot: String

    @Argument(help: "The plan; - for the standard input.", completion: .file())
    var plan: String

    func validate() throws {
        guard snapshot != "-" || plan != "-" else {
            throw ValidationError("the standard input holds the snapshot or the plan, not both")
        }
    }

    func read() throws -> (snapshot: Snapshot, plan: Plan) {
        (try SnapshotReader.read(try InputFile.read(snapshot)), try PlanReader.read(try InputFile.read(plan)))
    }
}

/// Pictures by the name of the file that they go to.
enum PictureFile {
    /// What is wrong with the name, if anything.
    static func check(_ path: String) throws {
        guard path.hasSuffix(".html") || path.hasSuffix(".svg") else {
            throw ValidationError("the picture is to go to \(path); expected a name that ends with .html or .svg")
        }
    }

    /// Draws and writes the picture, as an SVG document or a page.
    static func write(_ picture: PlanPicture, to path: String) throws {
        try OutputFile.write(Array((path.hasSuffix(".svg") ? picture.svg() : picture.html()).utf8), to: path)
    }
}
