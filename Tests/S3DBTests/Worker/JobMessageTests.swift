import S3DB
import Testing

@Suite struct JobMessageTests {
    private static func message(_ size: PartitionSize) throws -> JobMessage {
        let day = try #require(UTCDay("2020-02-29"))
        return JobMessage(
            spec: ConversionSpec(
                format: "arrow", codec: "zst", level: -7, layout: "dataclient", size: size, reader: .julia,
                types: ["lmp": .float, "a \"b\"": .str], assumesStrings: true, options: ["x": "1"],
                cutting: CuttingLimits(sectionRowCount: 99)),
            source: try StoreURL("s3://bucket/in/"), destination: try StoreURL("/data/out"),
            dataset: MemoryLake.dataset, partition: Partition(size: size.jobSize, containing: day), policy: .always)
    }

    @Test(arguments: PartitionSize.allCases)
    func theTextReadsBackEqual(size: PartitionSize) throws {
        let message = try Self.message(size)
        #expect(try JobMessage(parsing: message.text) == message)
        #expect(!message.text.contains("\n"))
    }

    @Test(arguments: [
        SourceFormat("parquet"), SourceFormat("arrow", layout: "dataclient", size: .hour),
        SourceFormat("x", size: .year),
    ])
    func sourcesThatAreTablesReadBack(format: SourceFormat) throws {
        var message = try Self.message(.day)
        #expect(!message.text.contains("source-"))
        message.sourceFormat = format
        #expect(try JobMessage(parsing: message.text) == message)
        let text = message.text.replacing("source-format", with: "source-formatt")
        #expect(throws: S3DBError.self) { try JobMessage(parsing: text) }
    }

    @Test func whatIsLeftOutIsTheWorkersOwn() throws {
        let text = """
            {"version": 1, "dataset": "test/prices", "partition": "2020-01",
             "spec": {"format": "parquet", "codec": "sz", "layout": "athena", "partition": "month"}}
            """
        let message = try JobMessage(parsing: text)
        #expect(message.source == nil && message.destination == nil)
        #expect(message.policy == .ifStale)
        #expect(message.spec.cutting == CuttingLimits())
    }

    @Test(arguments: [
        ("", S3DBError.Code.corruptFile, ""), ("{", .corruptFile, ""), ("7", .invalidSpec, "a message is a number"),
        ("{}", .invalidSpec, "no version"), (#"{"version": 2}"#, .unsupported, "version 2"),
        (#"{"version": 1.0}"#, .invalidSpec, "\"version\" is a number"),
        (#"{"version": 1, "hosts": []}"#, .invalidSpec, "no member \"hosts\""),
        (#"{"version": 1, "dataset": "a/b/c", "spec": {}}"#, .invalidSpec, "no name of a dataset"),
        (#"{"version": 1, "dataset": "a/b", "spec": []}"#, .invalidSpec, "\"spec\" is an array"),
        (#"{"version": 1, "dataset": "a/b", "spec": {"format": "arrow"}}"#, .invalidSpec, "\"codec\" is missing"),
    ])
    func whatIsNoMessageIsRefused(text: String, code: S3DBError.Code, part: String) {
        let error = #expect(throws: S3DBError.self) { try JobMessage(parsing: text) }
        #expect(error?.code == code)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: ["2020", "2020-01-01 00:00:00", "2020-01-32", "yesterday", "../../etc"])
    func aPartitionOfAnotherSizeIsRefused(partition: String) throws {
        let text = try Self.message(.month).text.replacing("\"2020-02\"", with: "\"\(partition)\"")
        #expect(throws: S3DBError.self) { try JobMessage(parsing: text) }
    }

    @Test func aMessageBeyondTheLimitIsRefusedUnread() throws {
        let padding = String(repeating: " ", count: JobMessage.byteLimit)
        let error = #expect(throws: S3DBError.self) { try JobMessage(parsing: padding + (try Self.message(.day).text)) }
        #expect(error?.code == .limitExceeded)
    }
}
