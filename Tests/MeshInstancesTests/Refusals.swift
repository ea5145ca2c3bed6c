import MeshInstances
import Testing

/// A text as an input.
func input(_ text: String, name: String = "test") throws -> InputFile {
    try InputFile(name: name, contents: Array(text.utf8))
}

/// Expects a refusal in one line, at a line of the file, with a part of its message.
func expectRefusal(
    at line: Int, _ part: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> some Any
) {
    do {
        let value = try body()
        Issue.record("accepted: \(value)", sourceLocation: sourceLocation)
    } catch let error as InputError {
        #expect(error.line == line, "\(error)", sourceLocation: sourceLocation)
        #expect(error.description.contains(part), "\(error)", sourceLocation: sourceLocation)
        #expect(!error.description.contains("\n"), sourceLocation: sourceLocation)
    } catch {
        Issue.record("not an InputError: \(error)", sourceLocation: sourceLocation)
    }
}
