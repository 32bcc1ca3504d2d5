import S3DBCore
import TestSupport
import Testing

@Suite struct PartitionTextTests {
    @Test(arguments: PartitionSize.allCases)
    func whatIsWrittenReadsBackEqual(size: PartitionSize) throws {
        var generator = SeededGenerator.fresh()
        for _ in 0..<500 {
            let day = try #require(UTCDay(number: Int.random(in: UTCDay.numbers, using: &generator)))
            let hour = size == .hour ? Int.random(in: 0..<24, using: &generator) : 0
            let partition = Partition(size: size, containing: day, hour: hour)
            #expect(Partition(partition.description) == partition, "seed \(generator.seed)")
        }
    }

    @Test(arguments: [
        "", "20", "20200", "2020-1", "2020-13", "2020-02-30", "2020-01-01 24:00:00", "2020-01-01 05:30:00",
        "2020-01-01T05:00:00", "2020-01-01 5:00:000", "０２０２", "+020", "2020-01-0a", "0000", "2020/01",
    ])
    func otherTextIsNone(text: String) {
        #expect(Partition(text) == nil)
    }
}
