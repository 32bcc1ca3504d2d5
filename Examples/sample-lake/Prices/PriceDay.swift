import S3DBCore

/// The prices of one day at every bus, hour by hour.
///
/// As in a nodal market: one energy price an hour, a share of it lost on the way to each bus, and a few congested
/// lines, each of which moves the price of its own and some neighbouring areas. All feeds publish the same prices.
struct PriceDay {
    /// The text of `lmp`, `mlc` and `mcc`, bus by bus and hour by hour.
    private let text: Buffer
    /// Where each of the texts starts, and the end of the last.
    private let starts: [Int32]
    private let busCount: Int

    /// Invents a day.
    init(of network: Network, day: UTCDay, hours: [Int], seed: UInt64) {
        var stream = SeededStream(seed, 2, UInt64(bitPattern: Int64(day.number)))
        busCount = network.areas.count
        var text = BufferBuilder(capacity: busCount * 24 * 16)
        var starts: [Int32] = []
        starts.reserveCapacity(busCount * 24 * 3 + 1)
        let base = 19 + stream.bell() * 3
        let lines = (0..<12).map { _ in CongestedLine(network, &stream) }
        var congestion = [Double](repeating: 0, count: busCount)
        for hour in 0..<24 {
            let energy = base + Self.energyByHour[hour] + stream.bell() * 0.8
            for bus in 0..<busCount { congestion[bus] = 0 }
            for line in lines where stream.uniform() < 0.18 {
                line.add(to: &congestion, network, price: stream.uniform() * stream.uniform() * 60)
            }
            guard hours.contains(hour) else {
                starts.append(contentsOf: repeatElement(Int32(text.count), count: busCount * 3))
                continue
            }
            for bus in 0..<busCount {
                let loss = (energy * network.losses[bus] * 100).rounded()
                let congested = (congestion[bus] * 100).rounded()
                let price = (energy * (1 + network.losses[bus]) * 100 + congestion[bus] * 100).rounded()
                for hundredths in [price, loss, congested] {
                    starts.append(Int32(text.count))
                    text.append(hundredths: Int(hundredths))
                }
            }
        }
        starts.append(Int32(text.count))
        self.starts = starts
        self.text = text.freeze()
    }

    /// The price and two of its parts.
    enum Value: Int {
        case lmp, mlc, mcc
    }

    /// Appends the text of a value.
    func append(_ value: Value, bus: Int, hour: Int, to csv: inout BufferBuilder) {
        let index = (hour * busCount + bus) * 3 + value.rawValue
        csv.append(text.bytes.extracting(Int(starts[index])..<Int(starts[index + 1])))
    }

    /// How the energy price of an hour of the UTC day differs from the day's, in dollars a megawatt hour.
    private static let energyByHour: [Double] = [
        3.1, 2.2, 1.4, 0.4, -0.8, -2.0, -2.9, -3.4, -3.6, -3.3, -2.2, 0.2,
        2.4, 2.9, 2.1, 1.2, 0.7, 0.2, -0.2, -0.4, 0.3, 1.9, 4.4, 4.0,
    ]
}

/// A line at its limit: buses on its two sides pay more or less.
private struct CongestedLine {
    /// How strongly each area is affected; 0 for far ones.
    private let shifts: [Double]
    /// How much buses within an area differ.
    private let spread: Double
    private let key: UInt64

    init(_ network: Network, _ stream: inout SeededStream) {
        let centre = stream.index(below: network.areaNames.count)
        let reach = 1 + stream.index(below: max(network.areaNames.count / 2, 1))
        shifts = network.areaNames.indices.map { area in
            let distance = abs(area - centre)
            return distance > reach ? 0 : stream.bell() * 0.5 / Double(1 + distance)
        }
        spread = stream.uniform() * 0.2
        key = stream.next()
    }

    func add(to congestion: inout [Double], _ network: Network, price: Double) {
        for bus in congestion.indices {
            let shift = shifts[network.areas[bus]]
            // Far areas pay one price; near the line every bus has its own.
            let hash = SeededStream.mixed(key &+ UInt64(bus))
            let own = abs(shift) > 0.12 ? (Double(hash >> 11) * 0x1p-53 - 0.5) * spread : 0
            congestion[bus] += price * (shift + own)
        }
    }
}
