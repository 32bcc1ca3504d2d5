import S3DBCore

extension S3DBError {
    /// A column whose type a format does not write.
    static func notWritten(_ field: Field, in format: String) -> S3DBError {
        S3DBError(.unsupported, "columns of \(field.type) are not written in \(format)", at: .init(column: field.name))
    }
}
