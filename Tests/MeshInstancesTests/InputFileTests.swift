import Foundation
import MeshInstances
import Testing

@Suite("Input files")
struct InputFileTests {
    static let text = "c sample\np min 4 4\nn 1 3\nn 4 -3\na 1 2 0 2 3\na 2 3 0 2 1\na 3 4 0 2 1\na 1 4 0 2 2\n"
    static let gzip = [UInt8](
        base64: """
            H4sIAAAAAAACA0tWKE7MLchJ5SpQyM3MUzBRMOHKUzBUMOYCsXWNuRKBHCMFAyAGsYEkmG0IZBsDFcDYhlC2ERcAEfeqklAAAAA=
            """)
    static let xz = [UInt8](
        base64: """
            /Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4ABPADZdADGICmZUNwRGmnFsRjtSBGVMDs93yn4Rvea5dQh828pMf8va7mNXtbo0QVhjIXPO6v\
            INR4agAAAAABlXb6he7J1yAAFSUAnbYMMftvN9AQAAAAAEWVo=
            """)

    private func text(_ contents: [UInt8], sizeLimit: Int = 1 << 20) throws -> String {
        let file = try InputFile(name: "sample", contents: contents, sizeLimit: sizeLimit)
        return String(decoding: file.bytes, as: UTF8.self)
    }

    @Test("Archives are unpacked whatever their name, members and streams after each other too")
    func archives() throws {
        for archive in [InputFileTests.gzip, InputFileTests.xz] {
            #expect(try text(archive) == InputFileTests.text)
            #expect(try text(archive + archive) == InputFileTests.text + InputFileTests.text)
        }
        #expect(try text(Array(InputFileTests.text.utf8)) == InputFileTests.text)
    }

    @Test("An archive cut anywhere is refused")
    func truncated() {
        for archive in [InputFileTests.gzip, InputFileTests.xz] {
            for length in 6..<archive.count { expectRefusal(at: 1, "archive") { try text(Array(archive[..<length])) } }
        }
    }

    @Test("An archive with any byte changed is refused, or its text is whole")
    func damaged() {
        for archive in [InputFileTests.gzip, InputFileTests.xz] {
            for index in archive.indices {
                var damaged = archive
                damaged[index] ^= 0x55
                if let found = try? text(damaged), found == InputFileTests.text { continue }
                if index < 6, (try? text(damaged)) != nil { continue }
                expectRefusal(at: 1, "expected") { try text(damaged) }
            }
        }
    }

    @Test("What follows an archive is refused")
    func trailing() {
        expectRefusal(at: 1, "damaged") { try text(InputFileTests.gzip + [1, 2, 3]) }
        expectRefusal(at: 1, "expected a whole xz archive") { try text(InputFileTests.xz + [1, 2, 3]) }
    }

    @Test("Nothing larger than the limit comes in, packed or unpacked")
    func limit() {
        let size = InputFileTests.text.utf8.count
        for contents in [InputFileTests.gzip, InputFileTests.xz, Array(InputFileTests.text.utf8)] {
            #expect(throws: Never.self) { try text(contents, sizeLimit: max(size, contents.count)) }
            expectRefusal(at: 1, "larger than the limit of \(size - 1) bytes") {
                try text(contents, sizeLimit: size - 1)
            }
        }
    }

    @Test("A device without an end is refused at the limit")
    func endless() {
        expectRefusal(at: 1, "limit of 100000 bytes") { try InputFile.read("/dev/zero", sizeLimit: 100_000) }
    }

    @Test("What cannot be read is refused")
    func unreadable() {
        expectRefusal(at: 1, "No such file") { try InputFile.read("does-not-exist.min") }
        expectRefusal(at: 1, "directory") { try InputFile.read(FileManager.default.temporaryDirectory.path) }
    }

    @Test("What is not UTF-8 is refused at its line; a byte order mark is no part of the text")
    func encoding() throws {
        expectRefusal(at: 3, "UTF-8") { try text([0x61, 0x0A, 0x62, 0x0A, 0xC3, 0x28, 0x0A]) }
        expectRefusal(at: 2, "UTF-8") { try text([0x61, 0x0A, 0xE2, 0x82]) }
        #expect(try text([0xEF, 0xBB, 0xBF, 0x61]) == "a")
    }

    @Test("A refusal is one line whatever it quotes")
    func oneLine() {
        let error = InputError(file: "a\nb", line: 7, path: "x\u{1B}[2J", message: "is 'c\r\nd'\u{2028}")
        #expect(error.description == "a?b:7: at x?[2J: is 'c??d'?")
    }
}

extension [UInt8] {
    /// The bytes that a Base64 text stands for; none if it is no Base64.
    init(base64 text: String) { self = Data(base64Encoded: text).map(Array.init) ?? [] }
}
