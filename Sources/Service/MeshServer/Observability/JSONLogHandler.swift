import Foundation
import Logging

/// Writes a JSON object a line to the standard error: time, level, message, and the metadata as members of `with`.
struct JSONLogHandler: LogHandler {
    var logLevel = Logger.Level.info
    var metadata = Logger.Metadata()

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    private struct Line: Encodable {
        var time: String
        var level: String
        var message: String
        var with: [String: String]?
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let line = Line(
            time: Date().formatted(.iso8601), level: event.level.rawValue, message: event.message.description,
            with: all.isEmpty ? nil : all.mapValues(\.description))
        guard var bytes = try? JSONText.encode(line) else { return }
        bytes.append(UInt8(ascii: "\n"))
        try? FileHandle.standardError.write(contentsOf: Data(bytes))
    }
}
