import Foundation
import MeshControl
import MeshTypes

/// Commands as bytes. Reports of where people are, which are most of a log, have a short form of their own; all others
/// are JSON, which old logs stay readable in.
package enum CommandCoder {
    private static let plain: UInt8 = UInt8(ascii: "J")
    private static let moved: UInt8 = UInt8(ascii: "M")

    /// The bytes of a command.
    package static func encode(_ command: Command) throws -> [UInt8] {
        if case .control(.moved(let people)) = command { return encode(moved: people) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return [plain] + Array(try encoder.encode(command))
    }

    /// The command of some bytes.
    package static func decode(_ bytes: [UInt8]) throws -> Command {
        switch bytes.first {
        case plain: return try JSONDecoder().decode(Command.self, from: Data(bytes.dropFirst()))
        case moved:
            var reader = Reader(bytes: bytes, position: 1)
            var people: [ParticipantReport] = []
            while reader.position < bytes.count {
                let id = try reader.text()
                let (latitude, longitude) = (try reader.number(), try reader.number())
                people.append(
                    ParticipantReport(
                        id: ParticipantID(id), latitude: latitude, longitude: longitude, profile: try reader.text(),
                        accessClass: try reader.text()))
            }
            return .control(.moved(people))
        default: throw StoreError("a command begins with byte \(bytes.first ?? 0); expected J or M")
        }
    }

    private static func encode(moved people: [ParticipantReport]) -> [UInt8] {
        var bytes: [UInt8] = [moved]
        bytes.reserveCapacity(1 + 48 * people.count)
        func append(_ text: String) {
            let utf8 = Array(text.utf8.prefix(Int(UInt16.max)))
            bytes.append(UInt8(truncatingIfNeeded: utf8.count))
            bytes.append(UInt8(truncatingIfNeeded: utf8.count >> 8))
            bytes += utf8
        }
        func append(_ number: Double) {
            for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number.bitPattern >> (8 * UInt64(shift)))) }
        }
        for person in people {
            append(person.id.description)
            append(person.latitude)
            append(person.longitude)
            append(person.profile)
            append(person.accessClass)
        }
        return bytes
    }

    private struct Reader {
        let bytes: [UInt8]
        var position: Int

        mutating func text() throws -> String {
            guard position + 2 <= bytes.count else { throw StoreError("a report is cut short") }
            let count = Int(bytes[position]) | Int(bytes[position + 1]) << 8
            position += 2
            guard position + count <= bytes.count else { throw StoreError("a report is cut short") }
            defer { position += count }
            return String(decoding: bytes[position..<position + count], as: UTF8.self)
        }

        mutating func number() throws -> Double {
            guard position + 8 <= bytes.count else { throw StoreError("a report is cut short") }
            var pattern: UInt64 = 0
            for shift in 0..<8 { pattern |= UInt64(bytes[position + shift]) << (8 * UInt64(shift)) }
            position += 8
            return Double(bitPattern: pattern)
        }
    }
}
