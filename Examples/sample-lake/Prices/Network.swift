import S3DBCore

/// The nodes that prices are published for: names in order, each at a bus, each bus in an area.
///
/// Nodes at one bus always have the same price; about three in ten nodes share the bus of the node before.
struct Network: Sendable {
    /// The names, in order.
    let names: [[UInt8]]
    /// The bus of each node.
    let buses: [Int]
    /// The area of each bus.
    let areas: [Int]
    /// What a bus loses, as a share of the energy price.
    let losses: [Double]
    /// The names of the areas.
    let areaNames: [[UInt8]]

    /// Invents the network of `nodeCount` nodes.
    init(nodeCount: Int, seed: UInt64) {
        var stream = SeededStream(seed, 1)
        let areaCount = min(max(nodeCount / 60, 1), 36)
        var areaNames = Set<String>()
        while areaNames.count < areaCount { areaNames.insert(Self.word(length: 2 + areaNames.count % 3, &stream)) }
        var nodes: [(name: [UInt8], bus: Int)] = []
        var areas: [Int] = []
        var losses: [Double] = []
        nodes.reserveCapacity(nodeCount)
        let sortedAreas = areaNames.sorted()
        for (area, areaName) in sortedAreas.enumerated() {
            let loss = stream.bell() * 0.03
            let count = nodeCount * (area + 1) / areaCount - nodeCount * area / areaCount
            var stations = Set<String>()
            var left = count
            while left > 0 {
                let station = Self.station(&stream)
                guard stations.insert(station).inserted else { continue }
                var unitCount = 1
                while unitCount < min(left, 9) && stream.uniform() < 0.3 { unitCount += 1 }
                for unit in 1...unitCount {
                    let suffix = unitCount == 1 ? "" : String(unit)
                    nodes.append((Array("\(areaName).\(station)\(suffix)".utf8), areas.count))
                }
                areas.append(area)
                losses.append(loss + stream.bell() * 0.012)
                left -= unitCount
            }
        }
        nodes.sort { $0.name.lexicographicallyPrecedes($1.name) }
        names = nodes.map(\.name)
        buses = nodes.map(\.bus)
        self.areas = areas
        self.losses = losses
        self.areaNames = sortedAreas.map { Array($0.utf8) }
    }

    /// A station such as `CC.KILBO` or `ROCKG_A`: a few letters, so that any number of them are different.
    private static func station(_ stream: inout SeededStream) -> String {
        let name = word(length: 4 + stream.index(below: 5), &stream)
        return switch stream.index(below: 10) {
        case 0: "CC.\(name.prefix(5))"
        case 1: "\(name.prefix(6)).AZ"
        case 2: "\(name.prefix(5)).ARR"
        case 3: "\(name)_A"
        default: name
        }
    }

    /// Capital letters, consonants and vowels in turn.
    private static func word(length: Int, _ stream: inout SeededStream) -> String {
        let consonants = Array("BCDFGHKLMNPRSTVW")
        let vowels = Array("AEIOU")
        return String((0..<length).map { $0 % 2 == 0 ? stream.pick(consonants) : stream.pick(vowels) })
    }
}
