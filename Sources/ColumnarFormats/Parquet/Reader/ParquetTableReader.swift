import S3DBCore

/// Reads Parquet files for ``S3DBCore/TableReader``: from where they stand, or from memory where they are packed.
struct ParquetTableReader: TableReader {
    var needsRandomAccess: Bool { true }

    func read(
        _ file: TableFile, codecs: Registry.Plugins<any Codec>, into consumer: some TableConsumer
    ) async throws(S3DBError) {
        guard let (info, store) = file.unpackedObject else {
            let reader = try ParquetReader(inMemory: try await file.content(), codecs: codecs)
            try consumer.begin(reader.schema)
            return try reader.forEachBatch { (batch) throws(S3DBError) in try consumer.take(batch) }
        }
        let reader = try await ParquetReader(StoredObject(info, in: store), codecs: codecs)
        try consumer.begin(reader.schema)
        for try await batch in reader.batches { try consumer.take(batch) }
    }
}
