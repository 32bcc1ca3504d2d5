/// An immutable run of bytes that is shared, not copied: the storage of columns and of everything encoded.
///
/// The bytes start at a multiple of ``alignment`` when they come from a ``BufferBuilder``, as the Arrow columnar
/// format recommends. Copying a buffer or slicing it costs a reference count.
public struct Buffer: Sendable {
    /// What a builder's memory is aligned to, in bytes (Arrow Columnar Format, "Buffer Alignment and Padding").
    @inlinable public static var alignment: Int { 64 }

    /// Keeps the memory alive; immutable from the moment a buffer refers to it.
    @usableFromInline let owner: Owner?
    @usableFromInline let offset: Int

    /// The number of bytes.
    public let count: Int

    /// Makes an empty buffer.
    public init() {
        owner = nil
        offset = 0
        count = 0
    }

    /// Copies `bytes`.
    public init(copying bytes: RawSpan) {
        var builder = BufferBuilder(capacity: bytes.byteCount)
        builder.append(bytes)
        self = builder.freeze()
    }

    /// Copies the bytes of a collection.
    public init(_ bytes: some Sequence<UInt8>) {
        var builder = BufferBuilder(capacity: bytes.underestimatedCount)
        builder.append(contentsOf: bytes)
        self = builder.freeze()
    }

    /// Copies the elements of an array of fixed-width values in native byte order.
    public init<Element: BitwiseCopyable>(copying elements: [Element]) {
        var builder = BufferBuilder(capacity: elements.count * MemoryLayout<Element>.stride)
        builder.append(elements.span.bytes)
        self = builder.freeze()
    }

    /// Refers to memory of others, without a copy.
    ///
    /// Unchecked: the bytes must stay where and what they are for as long as `keeper` lives.
    public init(unsafelySharing bytes: UnsafeRawBufferPointer, keptAliveBy keeper: AnyObject) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else {
            self.init()
            return
        }
        self.init(owner: Owner(sharing: UnsafeMutableRawPointer(mutating: start), of: keeper), count: bytes.count)
    }

    /// Where the bytes start: valid while the buffer, or another of the same memory, lives.
    package var unsafeStart: UnsafeRawPointer { start }

    /// Takes over memory that `owner` frees and that nobody writes to any more.
    init(owner: Owner, count: Int) {
        self.init(owner: owner, offset: 0, count: count)
    }

    private init(owner: Owner?, offset: Int, count: Int) {
        self.owner = owner
        self.offset = offset
        self.count = count
    }

    /// Where the bytes start; an aligned address that is never read from where there are none.
    @inlinable var start: UnsafeRawPointer {
        guard let owner else { return UnsafeRawPointer(bitPattern: Self.alignment).unsafelyUnwrapped }
        return UnsafeRawPointer(owner.start) + offset
    }

    /// The bytes.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            // The owner, which self holds, keeps the memory alive.
            let span = unsafe RawSpan(_unsafeStart: start, byteCount: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// The bytes as values of a fixed-width type; a rest that fills no whole value is left out.
    ///
    /// The buffer must start at a multiple of the type's alignment, as every builder's does.
    @inlinable
    public func withElements<Element: BitwiseCopyable, Result: ~Copyable, Failure: Error>(
        of type: Element.Type, _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeBytes { (raw: UnsafeRawBufferPointer) throws(Failure) -> Result in
            try body(raw.assumingMemoryBound(to: Element.self))
        }
    }

    /// Calls `body` with the bytes, which are valid until it returns.
    @inlinable
    public func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(owner) {} }
        return try body(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// Whether the bytes start at a multiple of `alignment`.
    package func isAligned(to alignment: Int) -> Bool {
        Int(bitPattern: start) % alignment == 0
    }

    /// The part at `range`, without a copy. Traps when `range` does not lie within the buffer.
    public func slice(_ range: Range<Int>) -> Buffer {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "slice out of bounds")
        return Buffer(owner: owner, offset: offset + range.lowerBound, count: range.count)
    }

    /// One allocation.
    ///
    /// Unchecked: the memory is written only by the one builder that owns it, before the first buffer exists, and that of
    /// others by nobody.
    @usableFromInline
    final class Owner: @unchecked Sendable {
        @usableFromInline let start: UnsafeMutableRawPointer
        private let origin: Origin

        private enum Origin {
            /// ``BufferMemory``, which gave so many bytes.
            case pool(capacity: Int)
            /// An object that frees it.
            case foreign(AnyObject)
        }

        /// Takes over what ``BufferMemory`` gave.
        init(adopting start: UnsafeMutableRawPointer, _ capacity: Int) {
            self.start = start
            origin = .pool(capacity: capacity)
        }

        /// Refers to what `keeper` keeps.
        init(sharing start: UnsafeMutableRawPointer, of keeper: AnyObject) {
            self.start = start
            origin = .foreign(keeper)
        }

        deinit {
            if case .pool(let capacity) = origin { BufferMemory.deallocate(start, capacity) }
        }
    }
}

extension Buffer: RandomAccessCollection {
    /// 0.
    @inlinable public var startIndex: Int { 0 }

    /// ``count``.
    @inlinable public var endIndex: Int { count }

    /// The byte at `position`. Traps out of bounds.
    @inlinable
    public subscript(position: Int) -> UInt8 {
        precondition(position >= 0 && position < count, "index out of bounds")
        return withUnsafeBytes { $0[position] }
    }

    /// Calls `body` with the bytes in place, so that copies into other collections are one `memcpy`.
    public func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        defer { withExtendedLifetime(owner) {} }
        let bytes = UnsafeRawBufferPointer(start: start, count: count)
        return try body(bytes.assumingMemoryBound(to: UInt8.self))
    }
}

extension Buffer: Hashable {
    /// Whether two buffers hold the same bytes.
    public static func == (a: Buffer, b: Buffer) -> Bool {
        guard a.count == b.count else { return false }
        return a.withUnsafeBytes { a in b.withUnsafeBytes { b in equalBytes(a, b) } }
    }

    /// Compares eight bytes at a time. Both must have as many.
    private static func equalBytes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        var position = 0
        while position + 8 <= a.count {
            let wordOfA = a.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            let wordOfB = b.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            if wordOfA != wordOfB { return false }
            position += 8
        }
        return a[position...].elementsEqual(b[position...])
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}
