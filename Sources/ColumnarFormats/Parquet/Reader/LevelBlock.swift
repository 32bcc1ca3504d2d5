/// Levels of a page, some thousands at a time.
struct LevelBlock: ~Copyable {
    /// The most levels that fit.
    static let capacity = 4096

    let definitions = UnsafeMutablePointer<UInt16>.allocate(capacity: Self.capacity)
    let repetitions = UnsafeMutablePointer<UInt16>.allocate(capacity: Self.capacity)
    private var count = 0
    private var position = 0

    init() {
        definitions.initialize(repeating: 0, count: Self.capacity)
        repetitions.initialize(repeating: 0, count: Self.capacity)
    }

    deinit {
        definitions.deallocate()
        repetitions.deallocate()
    }

    /// Whether all levels are taken.
    var isEmpty: Bool { position == count }

    /// Whether no level is taken.
    var isFull: Bool { position == 0 && count > 0 }

    /// Says that the first `count` levels are new.
    mutating func fill(_ count: Int) {
        self.count = min(count, Self.capacity)
        position = 0
    }

    /// Takes the levels up to the end of row number `rowCount`, of which `started` have begun, or all that are left.
    mutating func take(_ rowCount: Int, _ started: inout Int, hasLists: Bool) -> Range<Int> {
        let start = position
        if hasLists {
            while position < count {
                if repetitions[position] == 0 {
                    if started == rowCount { break }
                    started += 1
                }
                position += 1
            }
        } else {
            let step = min(rowCount - started, count - position)
            started += step
            position += step
        }
        return start..<position
    }

    /// The bytes of some of the levels.
    func bytes(of levels: UnsafeMutablePointer<UInt16>, _ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(UnsafeBufferPointer(start: levels + range.lowerBound, count: range.count))
    }
}
