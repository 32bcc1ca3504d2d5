import S3DBCore

extension Registry {
    /// Adds the layouts of this module: `athena` and `dataclient`.
    ///
    /// - Throws: ``S3DBError/Code/duplicateName`` when a name is taken.
    public mutating func registerPartitioning() throws(S3DBError) {
        try register(Athena())
        try register(DataClient())
    }
}
