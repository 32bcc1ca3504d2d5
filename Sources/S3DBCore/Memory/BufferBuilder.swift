/// A growable run of bytes with one owner, which freezes into a ``Buffer`` without a copy.
///
/// Codecs, encoders and parsers append to a builder that their caller owns, so that one allocation serves many
/// calls. Growth is geometric: appending is amortised O(1) a byte.
public struct BufferBuilder: ~Copyable {
    private var start: UnsafeMutableRawPointer?

    /// The number of bytes written.
    public private(set) var count: Int

    /// The number of bytes that fit without growing.
    public private(set) var capacity: Int

    /// Makes an empty builder with room for `capacity` bytes.
    public init(capacity: Int = 0) {
        start = nil
        count = 0
        self.capacity = 0
        reserve(capacity)
    }

    deinit {
        if let start { BufferMemory.deallocate(start, capacity) }
    }

    /// Whether nothing is written.
    public var isEmpty: Bool { count == 0 }

    /// The bytes written so far.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            let span = unsafe RawSpan(_unsafeStart: base, byteCount: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Makes room for `additional` bytes more.
    @inline(__always)
    public mutating func reserve(_ additional: Int) {
        precondition(additional >= 0, "negative size")
        if additional > capacity - count { grow(by: additional) }
    }

    @inline(never)
    private mutating func grow(by additional: Int) {
        let (needed, overflow) = count.addingReportingOverflow(additional)
        precondition(!overflow, "size overflow")
        let (grown, newCapacity) = BufferMemory.allocate(max(needed, capacity + capacity / 2))
        if let start {
            grown.copyMemory(from: start, byteCount: count)
            BufferMemory.deallocate(start, capacity)
        }
        start = grown
        capacity = newCapacity
    }

    /// Appends one byte.
    @inline(__always)
    public mutating func append(_ byte: UInt8) {
        reserve(1)
        base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    /// Appends `bytes`.
    public mutating func append(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { appendUnsafe($0) }
    }

    /// Appends the bytes that a pointer refers to. They must not lie in this builder.
    public mutating func appendUnsafe(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
        reserve(bytes.count)
        (base + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    /// Appends the bytes of a sequence.
    public mutating func append(contentsOf bytes: some Sequence<UInt8>) {
        let isDone: Void? = bytes.withContiguousStorageIfAvailable { appendUnsafe(UnsafeRawBufferPointer($0)) }
        guard isDone == nil else { return }
        for byte in bytes { append(byte) }
    }

    /// Appends a fixed-width value in native byte order.
    @inline(__always)
    public mutating func append<Value: BitwiseCopyable>(value: Value) {
        reserve(MemoryLayout<Value>.size)
        base.storeBytes(of: value, toByteOffset: count, as: Value.self)
        count += MemoryLayout<Value>.size
    }

    /// Appends an integer as little-endian bytes.
    @inline(__always)
    public mutating func appendLittleEndian<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
        append(value: value.littleEndian)
    }

    /// Appends `count` zero bytes.
    public mutating func appendZeros(_ count: Int) {
        reserve(count)
        (base + self.count).initializeMemory(as: UInt8.self, repeating: 0, count: count)
        self.count += count
    }

    /// Appends zero bytes until `count` is a multiple of `alignment`.
    public mutating func pad(to alignment: Int) {
        let rest = count % alignment
        if rest != 0 { appendZeros(alignment - rest) }
    }

    /// Lets `body` write up to `additional` bytes behind what is written; it returns how many it wrote.
    ///
    /// Traps when `body` claims more than it was given. The memory is uninitialised.
    @inlinable
    public mutating func append<Failure: Error>(
        upTo additional: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) {
        reserve(additional)
        let written = try body(unsafeTail(additional))
        commit(written, of: additional)
    }

    /// The uninitialised memory behind what is written; `additional` must be reserved.
    @usableFromInline
    func unsafeTail(_ additional: Int) -> UnsafeMutableRawBufferPointer {
        assert(additional <= capacity - count)
        return UnsafeMutableRawBufferPointer(start: base + count, count: additional)
    }

    @usableFromInline
    mutating func commit(_ written: Int, of additional: Int) {
        precondition(written >= 0 && written <= additional, "more written than there was room for")
        count += written
    }

    /// Calls `body` with the written bytes, which it may change in place.
    public mutating func withUnsafeMutableBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeMutableRawBufferPointer(start: base, count: count))
    }

    /// Forgets everything from byte `newCount` on. The capacity stays.
    public mutating func truncate(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= count, "truncation beyond the end")
        count = newCount
    }

    /// Forgets everything. The capacity stays.
    public mutating func removeAll() {
        count = 0
    }

    /// Forgets the first `prefix` bytes and moves the rest to the front. O(rest).
    public mutating func removeFirst(_ prefix: Int) {
        precondition(prefix >= 0 && prefix <= count, "removal beyond the end")
        guard prefix > 0 else { return }
        base.copyMemory(from: base + prefix, byteCount: count - prefix)
        count -= prefix
    }

    /// The bytes as an immutable buffer, without a copy. The builder is empty afterwards. Much unused room at the end
    /// of large memory goes back.
    public mutating func freeze() -> Buffer {
        guard let memory = start, count > 0 else {
            count = 0
            return Buffer()
        }
        let kept = BufferMemory.trim(memory, capacity, to: count)
        let buffer = Buffer(owner: Buffer.Owner(adopting: memory, kept), count: count)
        start = nil
        count = 0
        capacity = 0
        return buffer
    }

    /// Where the memory starts; an aligned address that is never read or written while there is none.
    private var base: UnsafeMutableRawPointer {
        start ?? UnsafeMutableRawPointer(bitPattern: Buffer.alignment).unsafelyUnwrapped
    }
}
