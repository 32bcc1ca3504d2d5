import Partitioning
import S3DBCore
import TestSupport
import Testing

private let schemes: [any PartitionScheme] = [Athena(), DataClient()]

@Suite struct PartitionSchemeTests {
    let dataset: DatasetID

    init() throws {
        dataset = try #require(DatasetID("miso/realtime_price"))
    }

    @Test(
        "keys are those of the table",
        arguments: [
            (PartitionSize.hour, "hour_partition=2021-06-15 20:00:00/1623787200", "year=2021/1623787200"),
            (.day, "day_partition=2021-06-15/1623715200", "year=2021/1623715200"),
            (.month, "month_partition=2021-06-01/1622505600", "year=2021/1622505600"),
            (.year, "year_partition=2021-01-01/1609459200", "year=2021/1609459200"),
        ])
    func keys(size: PartitionSize, athena: String, dataClient: String) throws {
        let day = try #require(UTCDay("2021-06-15"))
        let partition = Partition(size: size, containing: day, hour: 20)
        #expect(
            Athena().key(for: partition, of: dataset, suffix: "parquet")
                == "miso/realtime_price/\(athena).parquet")
        #expect(
            DataClient().key(for: partition, of: dataset, suffix: "arrow.zst")
                == "miso/realtime_price/\(dataClient).arrow.zst")
    }

    @Test("every partition of 1970 to 2100 comes back from its key", arguments: PartitionSize.allCases)
    func roundTrip(size: PartitionSize) throws {
        var generator = SeededGenerator.fresh()
        let first = try #require(UTCDay(year: 1970, month: 1, day: 1)).number
        let last = try #require(UTCDay(year: 2100, month: 12, day: 31)).number
        let days = (0..<2000).map { _ in Int.random(in: first...last, using: &generator) } + [first, last]
        for number in days {
            let day = try #require(UTCDay(number: number))
            let hour = Int.random(in: 0..<24, using: &generator)
            let partition = Partition(size: size, containing: day, hour: hour)
            for scheme in schemes {
                for suffix in ["parquet", "arrow.zst", "arrow"] {
                    let key = scheme.key(for: partition, of: dataset, suffix: suffix)
                    let back = scheme.partition(forKey: key, size: size, suffix: suffix)
                    #expect(back?.0 == dataset && back?.1 == partition, "\(key), seed \(generator.seed)")
                    #expect(key.hasPrefix(scheme.prefix(for: dataset, size: size)))
                    #expect((try? ObjectKey(key)) != nil)
                }
            }
        }
    }

    @Test("sizes do not share keys in athena")
    func sizes() throws {
        let start = try #require(UTCDay("2021-01-01"))
        for size in PartitionSize.allCases {
            let key = Athena().key(for: Partition(size: size, containing: start), of: dataset, suffix: "parquet")
            for other in PartitionSize.allCases where other != size {
                #expect(Athena().partition(forKey: key, size: other, suffix: "parquet") == nil)
            }
        }
    }

    @Test(
        "other keys are refused",
        arguments: [
            "miso/realtime_price/year=2021/1623715201.arrow", "miso/realtime_price/year=2020/1623715200.arrow",
            "miso/realtime_price/year=2021/+1623715200.arrow", "miso/realtime_price/year=2021/01623715200.arrow",
            "miso/realtime_price/year=2021/1623715200.arrow.zst", "miso/realtime_price/year=2021/1623715200",
            "miso/realtime_price/year=2021/1623715200.arrow/x", "/realtime_price/year=2021/1623715200.arrow",
            "realtime_price/year=2021/1623715200.arrow", "miso/realtime_price/year=2021/.arrow",
            "miso/realtime_price/year=2021/99999999999999999999.arrow", "", "///",
            "miso/realtime_price/METADATA.json", "miso/realtime_price/year=2021/9223372036854775807.arrow",
            "miso/realtime_price/year=2021/-9223372036854775808.arrow",
        ])
    func wrongDataClientKeys(key: String) {
        #expect(DataClient().partition(forKey: key, size: .day, suffix: "arrow") == nil)
    }

    @Test(
        "other keys are refused",
        arguments: [
            "a/b/hour_partition=2021-06-15 20:00:00/1623715200.parquet",
            "a/b/hour_partition=2021-06-15%2020:00:00/1623787200.parquet",
            "a/b/hour_partition=2021-06-15T20:00:00/1623787200.parquet", "a/b/hour_partition=/1623787200.parquet",
            "a/b/day_partition=2021-06-15 20:00:00/1623787200.parquet",
            "a/b/hour_partition=2021-06-15 20:00:00/1623787200.parquet.zst",
        ])
    func wrongAthenaKeys(key: String) {
        #expect(Athena().partition(forKey: key, size: .hour, suffix: "parquet") == nil)
    }

    @Test("combinations that not every reader has draw warnings")
    func warnings() {
        #expect(Athena().warnings(format: "parquet", codec: "zst", size: .hour).isEmpty)
        #expect(Athena().warnings(format: "parquet", codec: "br", size: .day).count == 1)
        #expect(Athena().warnings(format: "parquet", codec: "lz4", size: .day).count == 1)
        for codec in ["bz2", "gz", "lz4", "zst"] {
            #expect(DataClient().warnings(format: "arrow", codec: codec, size: .day).isEmpty)
            #expect(DataClient().warnings(format: "arrow", codec: codec, size: .month).count == 1)
        }
        #expect(DataClient().warnings(format: "arrow", codec: "none", size: .day).count == 1)
        #expect(DataClient().warnings(format: "arrow", codec: "sz", size: .hour).count == 2)
    }

    @Test("both register once")
    func register() throws {
        var registry = Registry()
        try registry.registerPartitioning()
        #expect(registry.schemes.names == ["athena", "dataclient"])
        #expect(throws: S3DBError.self) { try registry.registerPartitioning() }
    }
}
