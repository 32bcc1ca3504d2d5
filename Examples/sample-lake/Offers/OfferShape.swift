import S3DBCore

/// Offers of power plants, in the shape of ERCOT's disclosures: JSON lists between quotes, bools, nulls, names with
/// commas, quotes and letters beyond ASCII, columns that METADATA.json does not declare; lines end in LF.
struct OfferShape: DatasetShape {
    /// The dataset that has this shape.
    static let dataset = "datasoup/ercot_da_gen_ancillary_offers"

    /// What the values depend on.
    let seed: UInt64

    var columns: [String] { Column.allCases.dropLast().map(\.rawValue) }
    var addedColumn: String { Column.regulationCurve.rawValue }
    var droppedColumn: String { Column.entity.rawValue }

    private enum Column: String, CaseIterable {
        case targetStart = "target_start"
        case targetEnd = "target_end"
        case targetBounds = "target_bounds"
        case resource = "resource_name"
        case multiHour = "multi_hour"
        case scheduler = "qse"
        case entity = "dme"
        case blockIndicator = "block_indicator"
        case blocks = "mw_blocks"
        case reserveCurve = "rrs_offer_curve"
        case nonSpinCurve = "off_nonspin_offer_curve"
        case releaseDate = "release_date"
        case tag
        case regulationCurve = "regup_offer_curve"
    }

    var metadata: String {
        """
        {"tags": {"ercot-dam_60d_disclosure": {"content_offset": -5097600, "datafeed_runtime": "None", \
        "time_zone": "America/Chicago", "content_interval": 86400, "publish_offset": 43200, \
        "publish_interval": 86400}}, \
        "type_map": {"target_start": "int", "target_end": "int", "target_bounds": "int", "resource_name": "str", \
        "multi_hour": "bool", "qse": "str", "dme": "str", "off_nonspin_offer_curve": "list", "mw_blocks": "list", \
        "release_date": "int", "tag": "str"}, \
        "superkey": ["target_start", "target_end", "resource_name", "multi_hour", "qse", "dme", "release_date"], \
        "value_key": ["block_indicator", "mw_blocks", "rrs_offer_curve", "off_nonspin_offer_curve"]}
        """
    }

    func append(day: UTCDay, rowCount: Int, columns names: [String], hours: [Int], to csv: inout BufferBuilder) {
        let columns = names.compactMap(Column.init)
        csv.append(text: names.joined(separator: ",") + "\n")
        var stream = SeededStream(seed, 3, UInt64(bitPattern: Int64(day.number)))
        var offer = Offer(resource: 0, &stream)
        for row in 0..<rowCount {
            // A resource offers for each hour before the next one does, so rows are not in the order of time.
            let hour = hours[row % hours.count]
            if row > 0 && row % hours.count == 0 { offer = Offer(resource: row / hours.count, &stream) }
            let start = day.startSeconds + Int64(hour) * 3600
            for (position, column) in columns.enumerated() {
                if position > 0 { csv.append(UInt8(ascii: ",")) }
                switch column {
                case .targetStart: csv.append(decimal: start)
                case .targetEnd: csv.append(decimal: start + 3600)
                case .targetBounds: csv.append(decimal: 1)
                case .resource: csv.append(contentsOf: offer.resource)
                case .multiHour: csv.append(contentsOf: offer.multiHour)
                case .scheduler: csv.append(contentsOf: offer.scheduler)
                case .entity: csv.append(contentsOf: offer.entity)
                case .blockIndicator: csv.append(contentsOf: offer.blockIndicator)
                case .blocks: csv.append(contentsOf: offer.blocks)
                case .reserveCurve: csv.append(contentsOf: offer.reserveCurve)
                case .nonSpinCurve: csv.append(contentsOf: offer.nonSpinCurve)
                case .releaseDate: csv.append(decimal: day.startSeconds + 60 * Int64(UTCDay.secondCount) + 45_000)
                case .tag: csv.append(text: "ercot-dam_60d_disclosure")
                case .regulationCurve: csv.append(contentsOf: offer.reserveCurve)
                }
            }
            csv.append(UInt8(ascii: "\n"))
        }
    }
}
