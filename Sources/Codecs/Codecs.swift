public import S3DBCore

extension Registry {
    /// Adds the codecs of this module: `br bz2 gz lz4 zst sz none`.
    ///
    /// - Throws: ``S3DBError/Code/duplicateName`` when one of the names is taken.
    public mutating func registerCodecs() throws(S3DBError) {
        try register(Brotli())
        try register(BZip2())
        try register(Gzip())
        try register(LZ4())
        try register(Zstandard())
        try register(Snappy())
        try register(Uncompressed())
    }
}
