import S3DBCore

/// The places at which a node of the schema may stand in some rows, one behind the other: its levels as far as they are
/// settled above it, and where its value stands in its column.
///
/// A place at which something above is null or empty has no value; its levels are settled.
struct LevelSlots {
    /// The definition levels.
    var definitions: [UInt16]
    /// The repetition levels; empty in no list, where all are 0.
    var repetitions: [UInt16]
    /// The positions in the column; ``absent`` at places without a value.
    var positions: [Int]

    /// What stands for no position.
    static let absent = -1

    /// The places of so many rows of a table.
    init(rowCount: Int) {
        definitions = [UInt16](repeating: 0, count: rowCount)
        repetitions = []
        positions = Array(0..<rowCount)
    }

    private init(definitions: [UInt16], repetitions: [UInt16], positions: [Int]) {
        self.definitions = definitions
        self.repetitions = repetitions
        self.positions = positions
    }

    /// The number of places.
    var count: Int { positions.count }

    /// Settles the places at which the values of a column are null; the others are one level further.
    mutating func settleNulls(_ validity: Bitmap?, isAllNull: Bool) {
        let count = count
        definitions.withUnsafeMutableBufferPointer { definitions in
            positions.withUnsafeMutableBufferPointer { positions in
                if isAllNull {
                    positions.update(repeating: Self.absent)
                    return
                }
                guard let validity else {
                    for index in 0..<count where positions[index] >= 0 { definitions[index] &+= 1 }
                    return
                }
                validity.buffer.withElements(of: UInt8.self) { bits in
                    for index in 0..<count where positions[index] >= 0 {
                        if ValidityBits.isSet(bits.baseAddress, positions[index]) {
                            definitions[index] &+= 1
                        } else {
                            positions[index] = Self.absent
                        }
                    }
                }
            }
        }
    }

    /// The first place that has a value which is null.
    func firstNull(_ validity: Bitmap) -> Int? {
        positions.firstIndex { $0 >= 0 && !validity[$0] }
    }

    /// The positions from the smallest to the largest.
    var extent: Range<Int> {
        var least = Int.max
        var greatest = -1
        for position in positions where position >= 0 {
            least = min(least, position)
            greatest = max(greatest, position)
        }
        return greatest < 0 ? 0..<0 : least..<greatest + 1
    }

    /// Counts positions from another start.
    mutating func movePositions(by distance: Int) {
        if distance == 0 { return }
        positions.withUnsafeMutableBufferPointer { positions in
            for index in positions.indices where positions[index] >= 0 { positions[index] &-= distance }
        }
    }

    /// The places of the elements of lists: one for each element, one that is settled for each list without any.
    ///
    /// - Parameter level: The repetition level of the elements behind the first.
    /// - Throws: ``S3DBError/Code/limitExceeded`` for more elements than are held at once.
    func elements(of lists: some ElementRanges, level: UInt16) throws(S3DBError) -> LevelSlots {
        let total = Self.placeCount(of: lists, positions)
        guard total <= Self.placeLimit else {
            throw S3DBError(
                .limitExceeded, "a batch has lists of \(total) elements together, more than \(Self.placeLimit)",
                remedy: "Make batches of fewer rows")
        }
        var definitions = [UInt16](repeating: 0, count: total)
        var repetitions = [UInt16](repeating: level, count: total)
        var positions = [Int](repeating: Self.absent, count: total)
        definitions.withUnsafeMutableBufferPointer { definitions in
            repetitions.withUnsafeMutableBufferPointer { repetitions in
                positions.withUnsafeMutableBufferPointer { fill(definitions, repetitions, $0, of: lists) }
            }
        }
        return LevelSlots(definitions: definitions, repetitions: repetitions, positions: positions)
    }

    /// The most elements of the lists in the rows that are taken at once.
    private static let placeLimit = 1 << 28

    private static func placeCount(of lists: some ElementRanges, _ positions: [Int]) -> Int {
        var total = 0
        for position in positions {
            let count = position < 0 ? 1 : max(1, lists.range(at: position).count)
            total &+= min(count, placeLimit + 1)
            if total > placeLimit { break }
        }
        return total
    }

    private func fill(
        _ newDefinitions: UnsafeMutableBufferPointer<UInt16>, _ newRepetitions: UnsafeMutableBufferPointer<UInt16>,
        _ newPositions: UnsafeMutableBufferPointer<Int>, of lists: some ElementRanges
    ) {
        var place = 0
        for index in 0..<count {
            let position = positions[index]
            let elements = position < 0 ? 0..<0 : lists.range(at: position)
            newRepetitions[place] = repetitions.isEmpty ? 0 : repetitions[index]
            if elements.isEmpty {
                newDefinitions[place] = definitions[index]
                place &+= 1
                continue
            }
            for element in elements {
                newDefinitions[place] = definitions[index] &+ 1
                newPositions[place] = element
                place &+= 1
            }
        }
    }
}
