import S3DBCore

/// Key-value pairs as they stand in a footer (parquet.thrift, `KeyValue`).
enum KeyValues {
    /// Writes a list of pairs.
    static func write(_ pairs: KeyValueMetadata, field id: Int16, to writer: inout CompactWriter) {
        writer.field(id, structures: pairs) { element, pair in
            element.field(1, string: pair.key)
            element.field(2, string: pair.value)
        }
    }

    /// Finds the list in field `id` of a structure; empty where it is absent.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile``.
    static func read(_ bytes: RawSpan, field id: Int16) throws(S3DBError) -> KeyValueMetadata {
        var reader = CompactReader(bytes)
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            if field.id == id && field.type == .list { return try read(&reader) }
            try reader.skip(field.type)
        }
        return []
    }

    /// Reads a list of pairs.
    static func read(_ reader: inout CompactReader) throws(S3DBError) -> KeyValueMetadata {
        try reader.structures(readPair)
    }

    /// A pair; a value that is absent reads as empty.
    private static func readPair(_ reader: inout CompactReader) throws(S3DBError) -> (key: String, value: String) {
        var pair = (key: "", value: "")
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .binary): pair.key = try reader.string()
            case (2, .binary): pair.value = try reader.string()
            default: try reader.skip(field.type)
            }
        }
        return pair
    }
}
