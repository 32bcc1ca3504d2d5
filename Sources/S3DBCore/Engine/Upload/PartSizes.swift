/// The sizes and numbers of an upload's parts.
///
///     1 … | early parts of group 0 | … | early parts of group 1 | …       10,000 numbers
///
/// Early parts get their numbers before it is known how many parts stand in front of them, so each group has a
/// stretch of numbers of its own.
struct PartSizes {
    /// The bytes of a group that are held for its first part. A file of no more is put whole.
    let head: Int
    /// The bytes of a part that is sent, the first ones.
    let part: Int
    /// The bytes that a group holds back beside the part that fills up, so that its last part is no smaller than
    /// parts may be.
    let reserve: Int
    /// How many groups there may be.
    let groupLimit: Int

    /// What is held for a first part that may be smaller: S3's smallest.
    private static let headByteCount = 5 << 20

    init(store: any ObjectStore, partByteCount: Int, groupLimit: Int) {
        part = max(store.minimumPartByteCount, min(partByteCount, store.preferredPartByteCount ?? .max))
        head = max(store.minimumPartByteCount, min(part, Self.headByteCount))
        // Behind the only group nothing follows, and the last part may be of any size.
        reserve = groupLimit == 1 ? 0 : store.minimumPartByteCount
        self.groupLimit = max(1, groupLimit)
    }

    /// The most that one group holds, in bytes, beside the buffer that fills it.
    var heldByteCount: Int { head + part + reserve }

    /// How many early parts a group can have.
    private var earlyCount: Int { groupLimit == 1 ? 9_990 : 10_000 / groupLimit / 4 }

    /// The bytes of the next early part behind `count` others: they double ten times on the way, so that a group can
    /// hold any object that S3 can.
    func earlyPart(after count: Int) -> Int {
        min(part << min(count / partCountPerSize, 9), 5 << 30)
    }

    /// How many early parts have a size before it doubles.
    private var partCountPerSize: Int { max(1, earlyCount / 10) }

    /// Where the parts of a file without kept bytes stand, behind a prologue of so many bytes.
    func layout(prologueByteCount: Int) -> PartLayout {
        PartLayout(
            firstPartByteCount: prologueByteCount + head, partByteCount: part, partCountPerSize: partCountPerSize)
    }

    /// The number of an early part.
    ///
    /// - Throws: ``S3DBError/Code/limitExceeded`` when there are none left.
    func earlyNumber(ofGroup group: Int, _ index: Int, _ key: ObjectKey) throws(S3DBError) -> Int {
        guard index < earlyCount else {
            throw S3DBError(
                .limitExceeded, "more than \(earlyCount) parts", remedy: "Make partitions smaller",
                at: .init(key: key.text))
        }
        if groupLimit == 1 { return 2 + index }
        let stretch = 10_000 / groupLimit
        return group * stretch + stretch / 2 + index
    }
}
