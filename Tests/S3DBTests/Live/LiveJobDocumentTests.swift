import S3DB
import Testing

/// What a live-job document may say, and how it is edited.
@Suite struct LiveJobDocumentTests {
    private static func job(
        _ name: String, _ destination: String = "/lake/out", datasets: [String] = ["*/*"], format: String = "parquet",
        codec: String = "sz", layout: String = "athena", size: PartitionSize = .day
    ) -> LiveJob {
        LiveJob(
            name: name, datasets: datasets, destination: destination,
            spec: ConversionSpec(format: format, codec: codec, layout: layout, size: size))
    }

    private static let source = try? StoreURL("/lake/in")

    private static func document(_ jobs: LiveJob...) throws -> LiveJobDocument {
        var document = LiveJobDocument()
        for job in jobs { try document.add(job, source: source, in: .standard) }
        return document
    }

    @Test func theTextReadsBackEqual() throws {
        let spec = ConversionSpec(
            format: "arrow", codec: "zst", level: -7, layout: "dataclient", size: .hour, reader: .julia,
            types: ["lmp": .float, "node \"x\"": .str], assumesStrings: true)
        var document = try Self.document(Self.job("a"), Self.job("b", "/lake/other"))
        try document.add(
            LiveJob(name: "c.3", datasets: ["miso/*", "pjm/x?"], destination: "s3://bucket/p/", spec: spec),
            source: Self.source, in: .standard)
        try document.setPaused(true, "b")
        #expect(document.text.contains("\"version\": 1,"), "older programs can read it")
        let year = Self.job("year", "/lake/year", size: .year)
        try document.add(
            LiveJob(
                name: year.name, destination: year.destination, spec: year.spec,
                pacing: LivePacing(of: .year, interval: .seconds(900))), source: Self.source, in: .standard)
        #expect(document.text.contains("\"version\": 2,"))
        let read = try LiveJobDocument(parsing: Array(document.text.utf8).span.bytes)
        #expect(read == document)
        #expect(read.jobs.map(\.isPaused) == [false, true, false, false])
        #expect(read["c.3"]?.spec == spec)
        #expect(read["a"]?.pacing == .atOnce)
        let pacing = LivePacing(settle: .seconds(30), interval: .seconds(900), staleness: .seconds(900))
        #expect(read["year"]?.pacing == pacing)
        #expect(try read.validated(source: Self.source, in: .standard).count == 4)
    }

    @Test(arguments: [
        (#"{"version": 1, "jobs": [{"name": "a"}]}"#, S3DBError.Code.invalidSpec, "\"datasets\" is missing"),
        (#"{"version": 3, "jobs": []}"#, .unsupported, "version 3"),
        (#"{"version": 1, "jobs": [{"name": "a", "interval": 60}]}"#, .invalidSpec, "version 1 and the member"),
        (#"{"jobs": []}"#, .invalidSpec, "no version"),
        (#"{"version": 1, "jobs": {}}"#, .invalidSpec, "no array"),
        (#"{"version": 1, "jobs": [7]}"#, .invalidSpec, "a job is a number"),
        (#"{"version": 1, "jobs": [{"name": "a", "dataset": []}]}"#, .invalidSpec, "no member \"dataset\""),
        (#"{"version": 1, "jobs": ["#, .corruptFile, ""),
    ])
    func whatIsNoDocumentIsRefused(text: String, code: S3DBError.Code, part: String) {
        let error = #expect(throws: S3DBError.self) { try LiveJobDocument(parsing: Array(text.utf8).span.bytes) }
        #expect(error?.code == code)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        ("level", "\"high\"", "\"level\" is a string"), ("partition", "\"week\"", "partition cannot be \"week\""),
        ("paused", "1", "\"paused\" is a number"), ("types", "{\"x\": \"real\"}", "types cannot be \"real\""),
        ("datasets", "\"a/b\"", "\"datasets\" is a string"), ("options", "{\"x\": 1}", "\"options\" is a number"),
        ("interval", "\"often\"", "\"interval\" is a string"),
    ])
    func membersOfTheWrongKindAreNamed(name: String, value: String, part: String) throws {
        let job = try #require(Self.job("j").json.objectValue)
        let kept = job.filter { $0.name != name }
        let wrong = try JSONValue.parse(Array(value.utf8).span.bytes)
        let error = #expect(throws: S3DBError.self) { try LiveJob(json: .object(kept + [.init(name, wrong)])) }
        #expect(error?.code == .invalidSpec)
        #expect(error?.message.contains("job \"j\"") == true)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [PartitionSize.month, .year])
    func monthsAndYearsWithoutPiecesAreRefusedByName(size: PartitionSize) throws {
        _ = try Self.document(Self.job("a", size: size))
        _ = try Self.document(Self.job("a", codec: "br", layout: "dataclient", size: size))
        var registry = Registry.standard
        try registry.register(CodecWithoutPieces())
        var document = LiveJobDocument()
        let whole = Self.job("a", codec: "whole", layout: "dataclient", size: size)
        let error = #expect(throws: S3DBError.self) { try document.add(whole, source: Self.source, in: registry) }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains("a \(size)") == true && error?.message.contains("whole") == true)
    }

    @Test func aPaceThatCannotBeKeptIsRefusedByName() throws {
        var job = Self.job("busy", size: .month)
        job.pacing.interval = .seconds(3600)
        var document = LiveJobDocument()
        let error = #expect(throws: S3DBError.self) { try document.add(job, source: Self.source, in: .standard) }
        #expect(error?.code == .invalidSpec)
        #expect(error?.message.contains("job \"busy\"") == true, "\(error?.message ?? "")")
    }

    @Test(arguments: ["/lake/in", "/lake", "/lake/in/deep"])
    func aDestinationThatMeetsTheSourceIsRefused(destination: String) {
        let error = #expect(throws: S3DBError.self) { try Self.document(Self.job("a", destination)) }
        #expect(error?.code == .invalidSpec)
        #expect(error?.message.contains("overlaps the source") == true)
    }

    @Test(arguments: ["", "a b", "ä", String(repeating: "x", count: 65)])
    func namesAreChecked(name: String) {
        #expect(throws: S3DBError.self) { try Self.document(Self.job(name)) }
    }

    /// Jobs at one place whose files could have one key, and those whose cannot.
    @Test(arguments: [
        (job("b"), false),
        (job("b", size: .hour), true),
        (job("b", "/lake/out/deeper"), false),
        (job("b", "/lake/out2"), true),
        (job("b", codec: "zst"), false),
        (job("b", datasets: ["pjm/*"]), true),
        (job("b", datasets: ["*/real*"]), false),
        (job("b", format: "arrow", codec: "zst", layout: "dataclient"), true),
        (job("b", codec: "none", layout: "dataclient"), true),
    ])
    func jobsThatCouldWriteOneKeyAreRefused(other: LiveJob, isAllowed: Bool) throws {
        var document = try Self.document(Self.job("a", datasets: ["miso/*_price"]))
        let before = document
        do {
            try document.add(other, source: Self.source, in: .standard)
            #expect(isAllowed)
            #expect(document.jobs.count == 2)
        } catch {
            #expect(!isAllowed && error.code == .invalidSpec)
            #expect(error.message.contains("\"b\"") && error.message.contains("\"a\""))
            #expect(document == before)
        }
    }

    @Test func hoursAndDaysOfTheDataClientLayoutShareKeys() throws {
        var document = try Self.document(Self.job("a", format: "arrow", codec: "zst", layout: "dataclient"))
        #expect(throws: S3DBError.self) {
            try document.add(
                Self.job("b", format: "arrow", codec: "zst", layout: "dataclient", size: .hour), source: Self.source,
                in: .standard)
        }
        // Another codec gives another name.
        try document.add(
            Self.job("b", format: "arrow", codec: "lz4", layout: "dataclient", size: .hour), source: Self.source,
            in: .standard)
    }

    @Test(arguments: [
        ("a/b", "a/b", true), ("a/*", "*/b", true), ("a/*", "b/*", false), ("a/x*", "a/*y", true),
        ("a/x?", "a/xyz", false), ("*/*", "*", false), ("a*/b", "?c/b", true), ("*a/b", "*c/b", false),
    ])
    func globsMeetWhereSomeTextMatchesBoth(a: String, b: String, canMeet: Bool) throws {
        // By way of jobs, as that is all that asks.
        var document = try Self.document(Self.job("a", datasets: [a]))
        let isRefused = (try? document.add(Self.job("b", datasets: [b]), source: Self.source, in: .standard)) == nil
        #expect(isRefused == canMeet)
    }

    @Test func unknownNamesNameTheNearest() throws {
        var document = try Self.document(Self.job("athena-day"))
        #expect(throws: S3DBError.self) { try document.add(Self.job("athena-day", "/x"), source: nil, in: .standard) }
        let error = #expect(throws: S3DBError.self) { try document.remove("athena_day") }
        #expect(error?.code == .unknownName)
        #expect(error?.remedy == "The nearest is athena-day")
        try document.remove("athena-day")
        #expect(document.jobs.isEmpty)
    }

    @Test func concurrentEditsAllCount() async throws {
        let jobs = LiveJobStore(MemoryStore(), key: try ObjectKey("jobs.json"))
        #expect(try await jobs.version() == nil)
        try await withThrowingTaskGroup { group in
            for index in 0..<8 {
                group.addTask {
                    try await jobs.edit { (document) throws(S3DBError) in
                        try document.add(Self.job("j\(index)", "/lake/\(index)"), source: nil, in: .standard)
                    }
                }
            }
            try await group.waitForAll()
        }
        let (document, version) = try await jobs.load()
        #expect(Set(document.jobs.map(\.name)) == Set((0..<8).map { "j\($0)" }))
        #expect(try await jobs.version() == version)
    }

    @Test func anEditThatFailsWritesNothing() async throws {
        let jobs = LiveJobStore(MemoryStore(), key: try ObjectKey("jobs.json"))
        await #expect(throws: S3DBError.self) {
            try await jobs.edit { (document) throws(S3DBError) in try document.remove("x") }
        }
        #expect(try await jobs.version() == nil)
    }
}

/// A codec whose streams are made in one go.
private struct CodecWithoutPieces: Codec {
    private let base = Gzip()

    var name: String { "whole" }
    var fileExtension: String? { "whole" }
    var levels: CodecLevels? { base.levels }
    var parquetCode: Int32? { nil }
    var arrowBodyCode: Int8? { nil }
    var hasIndependentPieces: Bool { false }
    var libraryVersion: String { base.libraryVersion }

    func compressorByteCount(level: Int?, contentByteCount: Int) -> Int {
        base.compressorByteCount(level: level, contentByteCount: contentByteCount)
    }

    func makeCompressor(level: Int?) throws(S3DBError) -> any Compressor { try base.makeCompressor(level: level) }

    func makeDecompressor(limits: InflateLimits) throws(S3DBError) -> any Decompressor {
        try base.makeDecompressor(limits: limits)
    }
}
