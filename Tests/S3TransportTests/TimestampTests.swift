import Testing

@testable import S3Transport

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-24T23:40:06Z", 1_795_563_606_000),
        ("2026-11-24t23:40:06.999z", 1_795_563_606_999), ("2026-11-25 01:10:06+01:30", 1_795_563_606_000),
        ("2026-11-24T23:40:06.5-00:00", 1_795_563_606_500), ("1969-12-31T23:59:59Z", -1000),
        ("2026-11-24T23:40:06.0254999Z", 1_795_563_606_025), ("2026-02-21T01:01:45.000Z", 1_771_635_705_000),
        ("1969-12-31T23:59:59.750Z", -250), ("2016-12-31T23:59:60Z", 1_483_228_800_000),
    ])
    func moments(text: String, milliseconds: Int64) {
        #expect(Timestamp.milliseconds(text) == milliseconds)
        #expect(Timestamp.seconds(text) == milliseconds / 1000 - (milliseconds % 1000 < 0 ? 1 : 0))
    }

    @Test(arguments: [
        "", "Z", "2026-11-24", "2026-11-24T23:40:06", "2026-13-24T23:40:06Z", "2026-02-30T23:40:06Z",
        "2026-11-24T24:40:06Z", "2026-11-24T23:60:06Z", "2026-11-24T23:40:61Z", "2026-11-24T23:40:06.Z",
        "2026-11-24T23:40:06+1:00", "2026-11-24T23:40:06+25:00", "2026-11-24T23:40:06Zx", "2026-11-24T2é:40:06Z",
        "12026-11-24T23:40:06Z", "2026-02-21T1:01:45Z",
    ])
    func whatIsNone(text: String) {
        #expect(Timestamp.milliseconds(text) == nil)
        #expect(Timestamp.seconds(text) == nil)
    }
}
