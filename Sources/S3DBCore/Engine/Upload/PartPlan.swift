/// The parts of an upload in order: what is copied, and what is sent together.
struct PartPlan: Hashable {
    /// One part, or the place of parts that were sent already.
    enum Part: Hashable {
        /// A range of the object that is replaced.
        case copy(Range<Int>)
        /// New bytes and ranges of the object that is replaced.
        case send([Piece])
        /// The parts that the group sent while it grew.
        case sentEarly(group: Int)
    }

    /// Bytes that follow one another in a part that is sent.
    enum Piece: Hashable {
        /// New bytes of a group, counted from the first that is held of it.
        case held(group: Int, Range<Int>)
        /// A range of the object that is replaced.
        case kept(Range<Int>)

        var byteCount: Int {
            switch self {
            case .held(_, let range), .kept(let range): range.count
            }
        }
    }

    /// The new bytes between two runs.
    struct Group: Hashable {
        /// Those that are held.
        var heldByteCount: Int
        /// The parts that were sent already; nil where there are none.
        var early: Early?

        var byteCount: Int { heldByteCount + (early?.byteCount ?? 0) }
    }

    /// Parts of a group that were sent while it grew.
    struct Early: Hashable {
        /// How many of the bytes that are held stand in front of them.
        var offset: Int
        /// Their bytes.
        var byteCount: Int
    }

    /// The parts in order.
    private(set) var parts: [Part] = []

    private let partByteCount: Int
    private let copyByteLimit: Int
    /// What the next part that is sent begins with.
    private var pending: [Piece] = []

    /// Plans the parts of a file of `groups` with `runs` between them.
    ///
    /// Where a group sent parts early, at least `minimum` bytes are held on both sides of them.
    ///
    /// - Parameters:
    ///   - minimum: The bytes of the smallest part but for the last.
    ///   - partByteCount: About the bytes of a part that is sent, `minimum` at least; none has twice as many.
    init(
        groups: [Group], runs: [Range<Int>], minimum: Int, partByteCount: Int,
        copyByteLimit: Int = MultipartRules.copyByteLimit
    ) {
        self.partByteCount = partByteCount
        self.copyByteLimit = copyByteLimit
        let copies = CopyPlan.copies(newByteCounts: groups.map(\.byteCount), runs: runs, minimum: minimum)
        for (index, group) in groups.enumerated() {
            let offset = group.early?.offset ?? group.heldByteCount
            append(.held(group: index, 0..<offset))
            if group.early != nil {
                send()
                parts.append(.sentEarly(group: index))
                append(.held(group: index, offset..<group.heldByteCount))
            }
            guard index < runs.count else { break }
            let run = runs[index]
            if let copied = copies[index] {
                append(.kept(run.lowerBound..<copied.lowerBound))
                send()
                copy(copied)
                append(.kept(copied.upperBound..<run.upperBound))
            } else {
                append(.kept(run))
            }
        }
        send()
    }

    private mutating func append(_ piece: Piece) {
        if piece.byteCount > 0 { pending.append(piece) }
    }

    /// Copies a range in as few parts as the limit allows, of about equal sizes.
    private mutating func copy(_ range: Range<Int>) {
        let count = max(1, (range.count + copyByteLimit - 1) / copyByteLimit)
        for index in 0..<count {
            let start = range.lowerBound + range.count / count * index
            let end = index == count - 1 ? range.upperBound : start + range.count / count
            parts.append(.copy(start..<end))
        }
    }

    /// Sends what is pending in parts of about equal sizes.
    private mutating func send() {
        let byteCount = pending.reduce(0) { $0 + $1.byteCount }
        guard byteCount > 0 else { return }
        let count = max(1, byteCount / partByteCount)
        for index in 0..<count {
            var left = index == count - 1 ? byteCount - byteCount / count * index : byteCount / count
            var pieces: [Piece] = []
            while left > 0, let first = pending.first {
                let taken = min(left, first.byteCount)
                let (piece, rest) = first.split(at: taken)
                pieces.append(piece)
                if rest.byteCount == 0 { pending.removeFirst() } else { pending[0] = rest }
                left -= taken
            }
            parts.append(.send(pieces))
        }
    }
}

extension PartPlan.Piece {
    /// The first `byteCount` bytes and the others.
    fileprivate func split(at byteCount: Int) -> (PartPlan.Piece, PartPlan.Piece) {
        func halves(_ range: Range<Int>) -> (Range<Int>, Range<Int>) {
            let middle = range.lowerBound + byteCount
            return (range.lowerBound..<middle, middle..<range.upperBound)
        }
        switch self {
        case .held(let group, let range):
            let (first, rest) = halves(range)
            return (.held(group: group, first), .held(group: group, rest))
        case .kept(let range):
            let (first, rest) = halves(range)
            return (.kept(first), .kept(rest))
        }
    }
}
