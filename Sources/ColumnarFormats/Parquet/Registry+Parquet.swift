import S3DBCore

extension Registry {
    /// Registers ``Parquet``, to write and to read; pages that are read may be compressed with the codecs that are
    /// registered by then.
    ///
    /// - Throws: ``S3DBError/Code/duplicateName`` when a format of that name is registered already.
    public mutating func registerParquet() throws(S3DBError) {
        try register(Parquet())
        try register(ParquetSource(codecs: codecs))
    }
}
