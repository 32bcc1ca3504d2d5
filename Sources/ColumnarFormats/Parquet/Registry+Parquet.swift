import S3DBCore

extension Registry {
    /// Registers ``Parquet``.
    ///
    /// - Throws: ``S3DBError/Code/duplicateName`` when a format of that name is registered already.
    public mutating func registerParquet() throws(S3DBError) {
        try register(Parquet())
    }
}
