/// Sends a file whose first bytes are known last, and which may keep bytes of the object that it replaces.
///
///     prologue + head | early parts … | tail | kept run | head | … | tail + epilogue
///
/// New bytes come in groups with kept runs between them. Of each group the head and the tail are held, and what is
/// between them is sent as it fills up: so part 1 is valid whatever the prologue's size, and each group can lend and
/// borrow bytes where it meets a run. When all sizes are known, a ``PartPlan`` says what is copied and what is sent.
/// A file that is a single part is put whole. While the budget has room for a further part, one is sent while the next
/// fills up.
struct HeldUpload: ~Copyable {
    private let store: any ObjectStore
    private let key: ObjectKey
    private let budget: ByteBudget
    private let sizes: PartSizes
    private let base: ObjectInfo?
    private let layout: PartLayout?

    fileprivate var groups = [Group()]
    /// Ranges of `base`, each behind the group of its index.
    private var runs: [Range<Int>] = []
    private var sender: PartSender?

    /// How many parts are sent or copied at once, where the budget has room.
    private var parallelPartCount: Int { store.isRemote ? 4 : 1 }

    /// New bytes between two runs.
    fileprivate struct Group {
        var head: [Buffer] = []
        var headByteCount = 0
        var tail: [Buffer] = []
        var tailByteCount = 0
        /// The parts that were sent, and their bytes.
        var earlyCount = 0
        var earlyByteCount = 0
    }

    /// - Parameters:
    ///   - base: The object whose bytes may be kept; nil for none.
    ///   - groupLimit: How many groups there may be at most.
    ///   - prologueByteCount: The bytes of the prologue, where they are known before it is.
    init(
        store: any ObjectStore, key: ObjectKey, partByteCount: Int, budget: ByteBudget, base: ObjectInfo? = nil,
        groupLimit: Int = 1, prologueByteCount: Int? = nil
    ) {
        self.store = store
        self.key = key
        self.budget = budget
        self.base = base
        sizes = PartSizes(store: store, partByteCount: partByteCount, groupLimit: groupLimit)
        layout = base == nil ? prologueByteCount.map(sizes.layout) : nil
    }

    /// Takes bytes that follow all those before.
    mutating func append(_ bytes: Buffer) async throws(S3DBError) {
        let last = groups.count - 1
        var rest = bytes
        if groups[last].headByteCount < sizes.head {
            let taken = min(rest.count, sizes.head - groups[last].headByteCount)
            groups[last].head.append(rest.slice(0..<taken))
            groups[last].headByteCount += taken
            rest = rest.slice(taken..<rest.count)
        }
        while !rest.isEmpty {
            let part = sizes.earlyPart(after: groups[last].earlyCount)
            let taken = min(rest.count, part + sizes.reserve - groups[last].tailByteCount)
            groups[last].tail.append(rest.slice(0..<taken))
            groups[last].tailByteCount += taken
            rest = rest.slice(taken..<rest.count)
            if groups[last].tailByteCount == part + sizes.reserve { try await sendEarly(part) }
        }
    }

    /// Keeps a range of the base behind all that came before; ranges come in ascending order.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument`` where there are more groups than there may be.
    mutating func keep(_ range: Range<Int>) throws(S3DBError) {
        guard !range.isEmpty else { return }
        let isBehindNewBytes = groups[groups.count - 1].headByteCount > 0
        if !isBehindNewBytes, let run = runs.last, run.upperBound == range.lowerBound {
            runs[runs.count - 1] = run.lowerBound..<range.upperBound
            return
        }
        guard base != nil, groups.count < sizes.groupLimit else {
            throw S3DBError(.invalidArgument, "more than \(sizes.groupLimit) groups of new bytes")
        }
        runs.append(range)
        groups.append(Group())
    }

    /// Appends a range of the base as if it were new.
    mutating func appendKept(_ range: Range<Int>) async throws(S3DBError) {
        guard let base, !range.isEmpty else { return }
        let reader = try await store.open(base.key, range: range, version: base.version)
        while let bytes = try await reader.read(limit: 1 << 20) { try await append(bytes) }
    }

    /// Sends the first bytes of the last group's tail as its next part.
    private mutating func sendEarly(_ byteCount: Int) async throws(S3DBError) {
        let last = groups.count - 1
        let (content, rest) = groups[last].tail.split(at: byteCount)
        let number = try sizes.earlyNumber(ofGroup: last, groups[last].earlyCount, key)
        groups[last].tail = rest
        groups[last].tailByteCount -= byteCount
        groups[last].earlyCount += 1
        groups[last].earlyByteCount += byteCount
        try await send(.init(number: number, content: content, byteCount: byteCount))
    }

    private mutating func send(_ part: PartCutter.Part) async throws(S3DBError) {
        var sender = try await startedSender()
        defer { self.sender = sender }
        try await sender.wait(untilAtMost: parallelPartCount - 1)
        if budget.tryAcquire(part.byteCount) {
            sender.begin(part) { [budget] in budget.release(part.byteCount) }
        } else {
            // The part lives on the job's own reservation, which the next one needs.
            sender.begin(part)
            try await sender.wait(untilAtMost: 0)
        }
    }

    private mutating func copy(_ range: Range<Int>, of base: ObjectInfo, as number: Int) async throws(S3DBError) {
        var sender = try await startedSender()
        defer { self.sender = sender }
        try await sender.wait(untilAtMost: parallelPartCount - 1)
        sender.beginCopy(range, of: base, as: number)
    }

    private func startedSender() async throws(S3DBError) -> PartSender {
        if let sender { return sender }
        var upload = try await store.createUpload(key)
        upload.layout = layout
        return PartSender(store: store, upload: upload)
    }

    /// Makes the file visible: prologue, everything appended and kept, epilogue.
    mutating func complete(
        prologue: Buffer, epilogue: Buffer, if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo {
        try await append(epilogue)
        groups[0].head.insert(prologue, at: 0)
        groups[0].headByteCount += prologue.count
        // The prologue and the head behind it are one part: early parts have the numbers from 2 on.
        let plan = PartPlan(
            groups: groups.map(\.planned), runs: runs, minimum: store.minimumPartByteCount,
            partByteCount: max(sizes.part, prologue.count + sizes.head))
        if sender == nil, plan.parts.count == 1, case .send(let pieces)? = plan.parts.first {
            return try await store.put(key, try await content(of: pieces), if: condition)
        }
        try await send(plan)
        var sender = try await startedSender()
        defer { self.sender = sender }
        return try await sender.complete(if: condition)
    }

    private mutating func send(_ plan: PartPlan) async throws(S3DBError) {
        var number = 1
        for part in plan.parts {
            switch part {
            case .sentEarly(let group):
                let first = try sizes.earlyNumber(ofGroup: group, 0, key)
                guard number <= first else { throw tooManyParts() }
                number = first + groups[group].earlyCount
            case .copy(let range):
                guard let base else { continue }
                try await copy(range, of: base, as: number)
                number += 1
            case .send(let pieces):
                let byteCount = pieces.reduce(0) { $0 + $1.byteCount }
                try await send(
                    .init(number: number, content: try await content(of: pieces), byteCount: byteCount))
                number += 1
            }
        }
    }

    private func tooManyParts() -> S3DBError {
        S3DBError(
            .limitExceeded, "the file has more parts than an upload may have", remedy: "Make partitions smaller",
            at: .init(key: key.text))
    }

    /// The bytes of one part, those of the base read from it.
    private func content(of pieces: [PartPlan.Piece]) async throws(S3DBError) -> [Buffer] {
        var content: [Buffer] = []
        for piece in pieces {
            switch piece {
            case .held(let group, let range):
                content += (groups[group].head + groups[group].tail).slices(range)
            case .kept(let range):
                guard let base else { continue }
                guard
                    let (_, bytes) = try await store.read(
                        base.key, range: range, version: base.version, limit: range.count)
                else { throw ReadRules.changed(base.key) }
                content.append(bytes)
            }
        }
        return content
    }

    /// Forgets everything that was sent.
    mutating func abort() async {
        groups = [Group()]
        runs = []
        await sender?.abandon()
        sender = nil
    }
}

extension HeldUpload.Group {
    /// What a plan of parts must know of the group.
    fileprivate var planned: PartPlan.Group {
        PartPlan.Group(
            heldByteCount: headByteCount + tailByteCount,
            early: earlyCount == 0 ? nil : .init(offset: headByteCount, byteCount: earlyByteCount))
    }
}
