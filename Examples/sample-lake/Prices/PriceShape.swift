import S3DBCore

/// Prices of nodes, in the shape of MISO's: three feeds a day in runs per feed and hour, lines end in CRLF.
struct PriceShape: DatasetShape {
    private let seed: UInt64
    private let market: Market
    private let network: Network

    /// Prices for days of at most `rowCount` rows that lie in `hourCount` hours.
    init(seed: UInt64, market: Market, rowCount: Int, hourCount: Int) {
        self.seed = seed
        self.market = market
        network = Network(nodeCount: rowCount / (market.feeds.count * hourCount) + 1, seed: seed)
    }

    var metadata: String { market.metadata }
    var columns: [String] { Column.allCases.dropLast().map(\.rawValue) }
    var addedColumn: String { Column.zone.rawValue }
    var droppedColumn: String { Column.mcc.rawValue }

    private enum Column: String, CaseIterable {
        case releaseDate = "release_date"
        case targetStart = "target_start"
        case targetEnd = "target_end"
        case targetBounds = "target_bounds"
        case node = "node_name"
        case tag, lmp, mlc, mcc
        case zone = "load_zone"
    }

    func append(day: UTCDay, rowCount: Int, columns names: [String], hours: [Int], to csv: inout BufferBuilder) {
        let prices = PriceDay(of: network, day: day, hours: hours, seed: seed)
        let runs = market.runs(of: day, hours: hours)
        csv.append(text: names.joined(separator: ",") + "\r\n")
        for (number, run) in runs.enumerated() {
            let count = rowCount * (number + 1) / runs.count - rowCount * number / runs.count
            append(run, of: day, rowCount: count, columns: names.compactMap(Column.init), prices, to: &csv)
        }
    }

    private func append(
        _ run: Market.Run, of day: UTCDay, rowCount: Int, columns: [Column], _ prices: PriceDay,
        to csv: inout BufferBuilder
    ) {
        let start = day.startSeconds + Int64(run.hour) * 3600
        let times = [run.releaseSeconds, start, start + 3600].map { Array(String($0).utf8) }
        let tag = Array(run.tag.utf8)
        for node in 0..<rowCount {
            let bus = network.buses[node]
            for column in columns {
                switch column {
                case .releaseDate: csv.append(contentsOf: times[0])
                case .targetStart: csv.append(contentsOf: times[1])
                case .targetEnd: csv.append(contentsOf: times[2])
                case .targetBounds: csv.append(UInt8(ascii: "1"))
                case .node: csv.append(contentsOf: network.names[node])
                case .tag: csv.append(contentsOf: tag)
                case .lmp: prices.append(.lmp, bus: bus, hour: run.hour, to: &csv)
                case .mlc: prices.append(.mlc, bus: bus, hour: run.hour, to: &csv)
                case .mcc: prices.append(.mcc, bus: bus, hour: run.hour, to: &csv)
                case .zone: csv.append(contentsOf: network.areaNames[network.areas[bus]])
                }
                csv.append(UInt8(ascii: ","))
            }
            csv.truncate(to: csv.count - 1)
            csv.append(UInt8(ascii: "\r"))
            csv.append(UInt8(ascii: "\n"))
        }
    }
}
