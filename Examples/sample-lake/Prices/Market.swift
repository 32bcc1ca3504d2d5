import S3DBCore

/// A market that publishes prices: its feeds, and how late each of them is.
struct Market: Sendable {
    /// The feeds, as METADATA.json describes them.
    let feeds: [Feed]
    /// The time zone of the market's days.
    let timeZone: String
    /// The hours of a UTC day that belong to the market's day before.
    let earlyHourCount: Int

    /// One way in which the prices of an hour are published.
    struct Feed: Sendable {
        /// The value of the column `tag`.
        let tag: String
        /// When it is published, in seconds behind the start of the hour.
        let delaySeconds: Int64?
        /// When it is published otherwise, in seconds behind the start of the UTC day, for the hours of the market's
        /// day before; a day later for the other hours.
        let dailySeconds: Int64
    }

    /// The market behind a dataset: that of MISO's real-time prices, but for day-ahead ones.
    static func named(_ dataset: String) -> Market {
        dataset.contains("dayahead") ? dayAhead : realTime
    }

    private static let realTime = Market(
        feeds: [
            Feed(tag: "real_time_dart", delaySeconds: 4079, dailySeconds: 0),
            Feed(tag: "real_time_http_prelim", delaySeconds: nil, dailySeconds: 40_534),
            Feed(tag: "real_time_http_final", delaySeconds: nil, dailySeconds: 135_934),
        ], timeZone: "UTC-5", earlyHourCount: 5)

    private static let dayAhead = Market(
        feeds: [Feed(tag: "day_ahead_oasis_lmp", delaySeconds: nil, dailySeconds: -100_770)],
        timeZone: "America/Los_Angeles", earlyHourCount: 8)

    /// METADATA.json.
    var metadata: String {
        let tags = feeds.map { feed in
            let interval = feed.delaySeconds == nil ? UTCDay.secondCount : 3600
            return """
                "\(feed.tag)": {"content_offset": 0, "datafeed_runtime": "None", "time_zone": "\(timeZone)", \
                "content_interval": \(interval), "publish_offset": 0, "publish_interval": \(interval)}
                """
        }
        return """
            {"tags": {\(tags.joined(separator: ", "))}, \
            "type_map": {"release_date": "int", "target_start": "int", "target_end": "int", "target_bounds": "int", \
            "node_name": "str", "tag": "str", "lmp": "float", "mlc": "float", "mcc": "float"}, \
            "superkey": ["release_date", "target_start", "target_end", "node_name", "tag"], \
            "value_key": ["lmp", "mlc", "mcc"]}
            """
    }

    /// The rows of one hour in one publication.
    struct Run {
        let tag: String
        let hour: Int
        let releaseSeconds: Int64
    }

    /// The runs of a day in the order of their publication.
    func runs(of day: UTCDay, hours: [Int]) -> [Run] {
        let runs = feeds.flatMap { feed in
            hours.map { hour in
                let late = hour < earlyHourCount ? 0 : Int64(UTCDay.secondCount)
                let offset = feed.delaySeconds.map { $0 + Int64(hour) * 3600 } ?? feed.dailySeconds + late
                return Run(tag: feed.tag, hour: hour, releaseSeconds: day.startSeconds + offset)
            }
        }
        return runs.sorted { ($0.releaseSeconds, $0.tag, $0.hour) < ($1.releaseSeconds, $1.tag, $1.hour) }
    }
}
