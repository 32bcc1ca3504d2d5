import S3DBCore

/// Byte strings as ends and bytes, `count + 1` offsets from 0 on: what the delta encodings of byte arrays give.
struct ByteStrings {
    /// `count + 1` offsets (`Int32`).
    var offsets: Buffer
    /// The bytes.
    var bytes: Buffer

    /// The number of strings.
    var count: Int { max(0, offsets.count / 4 - 1) }
}

/// Reads the delta encodings of byte arrays
/// (https://parquet.apache.org/docs/file-format/data-pages/encodings/, "Delta-length byte array", "Delta Strings").
enum DeltaByteArrays {
    /// Reads DELTA_LENGTH_BYTE_ARRAY: lengths as differences, then all bytes.
    ///
    /// - Parameter limit: The most strings that there may be.
    /// - Throws: ``S3DBError/Code/corruptFile``.
    static func lengths(_ page: Buffer, from start: Int = 0, limit: Int) throws(S3DBError) -> ByteStrings {
        var decoder = try DeltaBinaryPacked(page, from: start, limit: limit)
        let lengths = try integers(&decoder)
        let rest = page.slice(min(decoder.position, page.count)..<page.count)
        var offsets = BufferBuilder(capacity: (lengths.count / 4 + 1) * 4)
        offsets.append(value: Int32(0))
        var end = 0
        try lengths.withElements(of: Int32.self) { (lengths) throws(S3DBError) in
            for length in lengths {
                guard length >= 0, Int(length) <= rest.count - end, end + Int(length) <= Int(Int32.max) else {
                    throw S3DBError(.corruptFile, "a byte array of \(length) bytes reaches beyond its page")
                }
                end += Int(length)
                offsets.append(value: Int32(end))
            }
        }
        return ByteStrings(offsets: offsets.freeze(), bytes: rest.slice(0..<end))
    }

    /// Reads DELTA_BYTE_ARRAY: how much each string shares with the one before, then what is its own.
    ///
    /// - Parameter byteLimit: The most bytes that the strings may have in all: what is shared costs the page nothing.
    /// - Throws: ``S3DBError/Code/corruptFile``, ``S3DBError/Code/limitExceeded``.
    static func prefixes(_ page: Buffer, limit: Int, byteLimit: Int) throws(S3DBError) -> ByteStrings {
        var decoder = try DeltaBinaryPacked(page, limit: limit)
        let prefixes = try integers(&decoder)
        let suffixes = try lengths(page, from: decoder.position, limit: limit)
        guard suffixes.count == prefixes.count / 4 else {
            throw S3DBError(.corruptFile, "\(prefixes.count / 4) prefixes for \(suffixes.count) suffixes")
        }
        return try prefixes.withElements(of: Int32.self) { (prefixes) throws(S3DBError) in
            try suffixes.offsets.withElements(of: Int32.self) { (ends) throws(S3DBError) in
                try join(prefixes, ends, suffixes.bytes, byteLimit: min(byteLimit, Int(Int32.max)))
            }
        }
    }

    private static func integers(_ decoder: inout DeltaBinaryPacked) throws(S3DBError) -> Buffer {
        var output = BufferBuilder(capacity: min(decoder.count, 1 << 16) * 4)
        try decoder.decode(as: Int32.self, into: &output)
        return output.freeze()
    }

    private static func join(
        _ prefixes: UnsafeBufferPointer<Int32>, _ ends: UnsafeBufferPointer<Int32>, _ suffixes: Buffer, byteLimit: Int
    ) throws(S3DBError) -> ByteStrings {
        var offsets = BufferBuilder(capacity: (prefixes.count + 1) * 4)
        var bytes = BufferBuilder(capacity: suffixes.count)
        offsets.append(value: Int32(0))
        var last = 0..<0
        for index in prefixes.indices {
            let shared = Int(prefixes[index])
            guard shared >= 0, shared <= last.count else {
                throw S3DBError(.corruptFile, "a byte array shares \(shared) bytes with one of \(last.count)")
            }
            let own = Int(ends[index])..<Int(ends[index + 1])
            let start = bytes.count
            guard shared + own.count <= byteLimit - start else {
                throw S3DBError(.limitExceeded, "the byte arrays of a page have more than \(byteLimit) bytes")
            }
            bytes.reserve(shared + own.count)
            let previous = last.lowerBound
            appendOwnBytes(previous..<previous + shared, to: &bytes)
            suffixes.withUnsafeBytes { bytes.appendUnsafe(UnsafeRawBufferPointer(rebasing: $0[own])) }
            last = start..<bytes.count
            offsets.append(value: Int32(bytes.count))
        }
        return ByteStrings(offsets: offsets.freeze(), bytes: bytes.freeze())
    }

    /// Appends bytes that the builder holds itself; there must be room for them.
    private static func appendOwnBytes(_ range: Range<Int>, to bytes: inout BufferBuilder) {
        guard !range.isEmpty else { return }
        let start = bytes.count
        bytes.appendZeros(range.count)
        bytes.withUnsafeMutableBytes { all in
            UnsafeMutableRawBufferPointer(rebasing: all[start...]).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: all[range]))
        }
    }
}
