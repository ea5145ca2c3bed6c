internal import CLZMA
internal import CZlib

extension InputFile {
    /// How much is unpacked at a time.
    private static let chunkSize = 1 << 16
    /// The memory that unpacking an xz archive may take; `xz -9` needs 65 MiB.
    private static let decoderMemoryLimit: UInt64 = 256 << 20
    /// `LZMA_CONCATENATED`, a macro that Swift does not see: streams may follow each other.
    private static let concatenatedFlag: UInt32 = 0x08

    private static func damaged(_ name: String, _ kind: String, _ reason: String) -> InputError {
        InputError(file: name, line: 1, message: "\(reason); expected a whole \(kind) archive")
    }

    /// Unpacks a gzip archive, which may consist of several members.
    static func inflate(_ packed: [UInt8], name: String, sizeLimit: Int) throws(InputError) -> [UInt8] {
        var stream = unsafe z_stream()
        // 15 bits of window, and 16 more to ask for the gzip wrapper with its checksum.
        let started = unsafe inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard started == Z_OK else { throw damaged(name, "gzip", "cannot be unpacked") }
        defer { unsafe inflateEnd(&stream) }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: chunkSize)
        var consumed = 0
        while true {
            let status = unsafe step(&stream, input: packed, consumed: &consumed, chunk: &chunk, output: &output)
            guard output.count <= sizeLimit else { throw tooLarge(name, sizeLimit) }
            switch status {
            case Z_STREAM_END:
                if consumed == packed.count { return output }
                guard unsafe inflateReset(&stream) == Z_OK else { throw damaged(name, "gzip", "cannot be unpacked") }
            case Z_OK: continue
            case Z_BUF_ERROR: throw damaged(name, "gzip", "the archive is cut short")
            default: throw damaged(name, "gzip", "the archive is damaged")
            }
        }
    }

    /// Unpacks the next chunk of a gzip archive.
    private static func step(
        _ stream: inout z_stream, input: [UInt8], consumed: inout Int, chunk: inout [UInt8], output: inout [UInt8]
    ) -> Int32 {
        let available = min(input.count - consumed, Int(UInt32.max))
        let status = unsafe input.withUnsafeBufferPointer { source in
            unsafe chunk.withUnsafeMutableBufferPointer { target in
                unsafe stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress.map { unsafe $0 + consumed })
                unsafe stream.avail_in = UInt32(available)
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = UInt32(target.count)
                return unsafe CZlib.inflate(&stream, Z_NO_FLUSH)
            }
        }
        consumed += available - Int(unsafe stream.avail_in)
        output.append(contentsOf: chunk[..<(chunk.count - Int(unsafe stream.avail_out))])
        return status
    }

    /// Unpacks an xz archive, which may consist of several streams.
    static func decodeXZ(_ packed: [UInt8], name: String, sizeLimit: Int) throws(InputError) -> [UInt8] {
        var stream = unsafe lzma_stream()
        guard unsafe lzma_stream_decoder(&stream, decoderMemoryLimit, concatenatedFlag) == LZMA_OK else {
            throw damaged(name, "xz", "cannot be unpacked")
        }
        defer { unsafe lzma_end(&stream) }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: chunkSize)
        var consumed = 0
        while true {
            let status = unsafe step(&stream, input: packed, consumed: &consumed, chunk: &chunk, output: &output)
            guard output.count <= sizeLimit else { throw tooLarge(name, sizeLimit) }
            switch status {
            case LZMA_STREAM_END: return output
            case LZMA_OK: continue
            case LZMA_BUF_ERROR: throw damaged(name, "xz", "the archive is cut short")
            case LZMA_MEMLIMIT_ERROR:
                throw damaged(name, "xz", "unpacking takes more than \(decoderMemoryLimit >> 20) MiB of memory")
            default: throw damaged(name, "xz", "the archive is damaged")
            }
        }
    }

    /// Unpacks the next chunk of an xz archive.
    private static func step(
        _ stream: inout lzma_stream, input: [UInt8], consumed: inout Int, chunk: inout [UInt8], output: inout [UInt8]
    ) -> lzma_ret {
        let status = unsafe input.withUnsafeBufferPointer { source in
            unsafe chunk.withUnsafeMutableBufferPointer { target in
                unsafe stream.next_in = source.baseAddress.map { unsafe UnsafePointer($0 + consumed) }
                unsafe stream.avail_in = source.count - consumed
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = target.count
                return unsafe lzma_code(&stream, LZMA_FINISH)
            }
        }
        consumed = input.count - Int(unsafe stream.avail_in)
        output.append(contentsOf: chunk[..<(chunk.count - Int(unsafe stream.avail_out))])
        return status
    }
}
