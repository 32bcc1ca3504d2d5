import S3DBCore

/// Reads Arrow streams for ``S3DBCore/TableReader`` in the memory of a message, and files as the streams that they hold.
struct ArrowTableReader: TableReader {
    var needsRandomAccess: Bool { false }

    func read(
        _ file: TableFile, codecs: Registry.Plugins<any Codec>, into consumer: some TableConsumer
    ) async throws(S3DBError) {
        let reading = Reading(codecs.all, consumer)
        try await file.forEachBlock { (block) throws(S3DBError) in try reading.take(block, isLast: false) }
        try reading.take(Buffer(), isLast: true)
    }

    /// A stream that is being read. One owner at a time.
    private final class Reading {
        private let codecs: [any Codec]
        private let consumer: any TableConsumer
        private var decoder: ArrowStreamDecoder?
        private var isFile = false
        private var hasBegun = false
        /// What the blocks so far have behind their last whole message.
        private var rest = BufferBuilder()

        init(_ codecs: [any Codec], _ consumer: any TableConsumer) {
            self.codecs = codecs
            self.consumer = consumer
        }

        func take(_ block: Buffer, isLast: Bool) throws(S3DBError) {
            rest.append(block.bytes)
            let input = rest.freeze()
            guard input.count >= ArrowFooter.headByteCount || isLast || decoder != nil else {
                rest.append(input.bytes)
                return
            }
            let start = begin(input)
            guard let decoder else { return }
            // Behind the stream that it holds, a file has its footer.
            if isFile && decoder.isAtEnd { return }
            let used = try decoder.decode(input.bytes.extracting(droppingFirst: start), isLast: isLast) {
                (batch) throws(S3DBError) in
                try handOnSchema()
                try consumer.take(batch)
            }
            if isFile && isLast && !decoder.isAtEnd {
                throw S3DBError(.truncatedStream, "the file ends before its footer", remedy: "Make the file anew")
            }
            if !(isFile && decoder.isAtEnd) { rest.append(input.slice(start + used..<input.count).bytes) }
            if isLast { try handOnSchema() }
        }

        /// Makes the decoder, once; returns how many bytes stand in front of its messages.
        private func begin(_ input: Buffer) -> Int {
            guard decoder == nil else { return 0 }
            isFile = input.count >= ArrowFooter.headByteCount && input.starts(with: ArrowFooter.magic)
            let start = isFile ? ArrowFooter.headByteCount : 0
            decoder = ArrowStreamDecoder(
                codecs: codecs, limits: ArrowReadLimits(), byteOffset: start, isFollowed: isFile)
            return start
        }

        /// Hands the schema on, which a stream has before its first batch.
        private func handOnSchema() throws(S3DBError) {
            guard !hasBegun, let schema = decoder?.schema else { return }
            hasBegun = true
            try consumer.begin(schema)
        }
    }
}
