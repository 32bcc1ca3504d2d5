import S3DBCore

/// Reads Thrift structures in the compact protocol
/// (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
///
/// Bytes are not trusted: lengths are compared with what is left before anything is taken, and nesting is limited.
struct CompactReader: ~Escapable {
    private let bytes: RawSpan
    private(set) var position = 0

    /// How deep structures, lists and maps may nest; Parquet's metadata needs six levels.
    static let nestingLimit = 32

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) {
        self.bytes = bytes
    }

    private var remaining: Int { bytes.byteCount - position }

    /// The number and type of a structure's next field, or nil behind its last.
    mutating func nextField(after last: Int16) throws(S3DBError) -> (id: Int16, type: CompactType)? {
        let header = try byte()
        guard let type = CompactType(rawValue: header & 0x0F) else { throw corrupt("field type \(header & 0x0F)") }
        if type == .stop { return nil }
        let delta = Int16(header >> 4)
        if delta == 0 {
            guard let id = Int16(exactly: try integer()) else { throw corrupt("field number") }
            return (id, type)
        }
        let (id, overflow) = last.addingReportingOverflow(delta)
        if overflow { throw corrupt("field number") }
        return (id, type)
    }

    /// The element type and length of a list.
    mutating func listHeader() throws(S3DBError) -> (type: CompactType, count: Int) {
        let header = try byte()
        guard let type = CompactType(rawValue: header & 0x0F) else { throw corrupt("element type \(header & 0x0F)") }
        return (type, header >> 4 == 15 ? try length() : try checked(UInt64(header >> 4)))
    }

    /// A signed integer.
    mutating func integer() throws(S3DBError) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// A signed integer of 32 bits.
    mutating func int32() throws(S3DBError) -> Int32 {
        guard let value = Int32(exactly: try integer()) else { throw corrupt("an integer beyond 32 bits") }
        return value
    }

    /// A signed integer that is a count or a position.
    mutating func count() throws(S3DBError) -> Int {
        let value = try integer()
        guard value >= 0 else { throw corrupt("\(value) where a count stands") }
        return Int(value)
    }

    /// Bytes.
    mutating func binary() throws(S3DBError) -> [UInt8] {
        let count = try length()
        let value = unsafe bytes.extracting(position..<position + count).withUnsafeBytes { unsafe Array($0) }
        position += count
        return value
    }

    /// A signed integer of 8 bits.
    mutating func int8() throws(S3DBError) -> Int8 {
        Int8(bitPattern: try byte())
    }

    /// Reads a list of values of one type, each by `body`.
    private mutating func list<Element>(
        of expected: Set<CompactType>, _ body: (inout CompactReader) throws(S3DBError) -> Element
    ) throws(S3DBError) -> [Element] {
        let (type, count) = try listHeader()
        if !expected.contains(type) && count > 0 { throw corrupt("a list of \(type) where others stand") }
        var elements: [Element] = []
        for _ in 0..<count { elements.append(try body(&self)) }
        return elements
    }

    /// Reads a list of integers.
    mutating func integers() throws(S3DBError) -> [Int64] {
        try list(of: [.i16, .i32, .i64]) { (reader) throws(S3DBError) in try reader.integer() }
    }

    /// Reads a list of booleans, which take a byte each there.
    mutating func booleans() throws(S3DBError) -> [Bool] {
        try list(of: [.booleanTrue, .booleanFalse]) { (reader) throws(S3DBError) in try reader.int8() == 1 }
    }

    /// Reads a list of byte strings.
    mutating func binaries() throws(S3DBError) -> [[UInt8]] {
        try list(of: [.binary]) { (reader) throws(S3DBError) in try reader.binary() }
    }

    /// Reads a list of structures, each by `body`.
    mutating func structures<Element>(
        _ body: (inout CompactReader) throws(S3DBError) -> Element
    ) throws(S3DBError) -> [Element] {
        try list(of: [.structure], body)
    }

    /// Reads a list of texts.
    mutating func strings() throws(S3DBError) -> [String] {
        try list(of: [.binary]) { (reader) throws(S3DBError) in try reader.string() }
    }

    /// Text; malformed UTF-8 is repaired.
    mutating func string() throws(S3DBError) -> String {
        let count = try length()
        let text = unsafe bytes.extracting(position..<position + count).withUnsafeBytes { bytes in
            unsafe String(decoding: bytes, as: UTF8.self)
        }
        position += count
        return text
    }

    /// Passes over a value.
    mutating func skip(_ type: CompactType, depth: Int = 0) throws(S3DBError) {
        if depth > Self.nestingLimit { throw corrupt("nesting beyond \(Self.nestingLimit) levels") }
        switch type {
        case .stop: throw corrupt("a value without type")
        case .booleanTrue, .booleanFalse: break
        case .i8: try advance(1)
        case .i16, .i32, .i64: _ = try varint()
        case .double: try advance(8)
        case .uuid: try advance(16)
        case .binary: try advance(try length())
        case .list, .set:
            let (element, count) = try listHeader()
            for _ in 0..<count { try skipElement(element, depth: depth + 1) }
        case .map: try skipMap(depth: depth + 1)
        case .structure:
            var last: Int16 = 0
            while let field = try nextField(after: last) {
                last = field.id
                try skip(field.type, depth: depth + 1)
            }
        }
    }

    private mutating func skipMap(depth: Int) throws(S3DBError) {
        let count = try length()
        if count == 0 { return }
        let types = try byte()
        guard let key = CompactType(rawValue: types >> 4), let value = CompactType(rawValue: types & 0x0F) else {
            throw corrupt("map types")
        }
        for _ in 0..<count {
            try skipElement(key, depth: depth)
            try skipElement(value, depth: depth)
        }
    }

    /// Passes over an element of a list or map, where a boolean takes a byte of its own.
    private mutating func skipElement(_ type: CompactType, depth: Int) throws(S3DBError) {
        switch type {
        case .booleanTrue, .booleanFalse: try advance(1)
        default: try skip(type, depth: depth)
        }
    }

    /// A length or an element count. Every byte and every element takes a byte at least, so none is larger than
    /// what is left.
    private mutating func length() throws(S3DBError) -> Int {
        // In one expression the value would be compared with what was left before it was read.
        let length = try varint()
        return try checked(length)
    }

    private func checked(_ length: UInt64) throws(S3DBError) -> Int {
        guard length <= UInt64(remaining) else { throw corrupt("a length of \(length) with \(remaining) bytes left") }
        return Int(length)
    }

    private mutating func varint() throws(S3DBError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return value }
            shift += 7
            if shift > 63 { throw corrupt("an integer of more than ten bytes") }
        }
    }

    private mutating func byte() throws(S3DBError) -> UInt8 {
        try advance(1)
        return bytes.unsafeLoad(fromByteOffset: position - 1, as: UInt8.self)
    }

    private mutating func advance(_ count: Int) throws(S3DBError) {
        if count > remaining { throw corrupt("\(count) bytes with \(remaining) left") }
        position += count
    }

    /// An error at the current position.
    func corrupt(_ what: String) -> S3DBError {
        S3DBError(.corruptFile, "Parquet metadata is malformed: \(what)", at: .init(byteOffset: position))
    }
}
