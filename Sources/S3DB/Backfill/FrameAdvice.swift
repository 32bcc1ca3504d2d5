import S3DBCore

/// How one reader reads files of several frames whole.
public struct FrameAdvice: Hashable, Sendable {
    /// The reader, such as `Python zstandard`.
    public var reader: String
    /// The call that reads all frames.
    public var call: String
}

extension ConversionPlan {
    /// What readers must call for files whose codec stream has several frames; empty where none can have.
    ///
    /// Only zst and bz2 files of several sections do: those of several days, and of days beyond the spec's section
    /// limits. One-shot decoders stop silently behind the first frame.
    public var frameAdvice: [FrameAdvice] {
        let coversDays = !outputs.isEmpty && [.month, .year].contains(spec.spec.size)
        guard let codec = spec.outerCodec?.name, coversDays || jobs.contains(where: canHaveSections) else { return [] }
        return switch codec {
        case "zst":
            [
                FrameAdvice(
                    reader: "Python zstandard",
                    call: "ZstdDecompressor().stream_reader(file, read_across_frames=True).read()"),
                FrameAdvice(reader: "pyarrow", call: "pa.input_stream(path, compression=\"zstd\")"),
                FrameAdvice(reader: "Julia CodecZstd", call: "ZstdDecompressorStream(io)"),
                FrameAdvice(reader: "command line", call: "zstd -dc FILE"),
            ]
        case "bz2":
            [
                FrameAdvice(reader: "Python bz2", call: "bz2.open(path).read()"),
                FrameAdvice(reader: "pyarrow", call: "pa.input_stream(path, compression=\"bz2\")"),
                FrameAdvice(reader: "Julia CodecBzip2", call: "Bzip2DecompressorStream(io)"),
                FrameAdvice(reader: "command line", call: "bzip2 -dc FILE"),
            ]
        default: []
        }
    }

    private func canHaveSections(_ job: ConversionJob) -> Bool {
        // Days inflate to at most this many times their size before they count as hostile.
        let ratio = InflateLimits().ratio
        return job.sources.count > 1
            || job.sources.contains { $0.info.byteCount * ratio > spec.spec.cutting.sectionByteCount }
    }
}
