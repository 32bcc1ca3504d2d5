import S3DBCore

// A builder that is a class's property cannot hand out a span of its bytes beyond one access; these keep the
// access open while `body` runs.
extension BufferBuilder {
    /// Calls `body` with the bytes written so far.
    @inline(__always)
    func withBytes<Result: ~Copyable>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe bytes.withUnsafeBytes { body($0) }
    }

    /// Calls `body` with a span of the bytes written so far.
    @inline(__always)
    func withSpan<Result: ~Copyable>(_ body: (RawSpan) throws(S3DBError) -> Result) throws(S3DBError) -> Result {
        try body(bytes)
    }
}
