import Synchronization

extension DirectoryQueue {
    /// What a process knows of messages that may wait: folders and names that it has read and not tried yet.
    ///
    /// Only a memory of directories: other processes take the same messages, and the rename decides.
    struct Candidates {
        var folders: [String] = []
        var names: [(folder: String, name: MessageName)] = []
    }

    /// When a process has last looked after what others left.
    struct Upkeep {
        var nextReturn = ContinuousClock.now
        var nextCleaning = ContinuousClock.now
    }

    /// How often messages whose deadline has come are looked for, and how many are returned at once.
    private static let returnInterval = Duration.milliseconds(50)
    private static let returnLimit = 1000

    /// How old a message is that nobody will send any more.
    private static let unsentAge = Duration.seconds(3600)

    /// Takes up to `limit` messages that wait.
    func claim(_ limit: Int, visibility: Duration) throws(Errno) -> [QueueMessage] {
        var claimed: [QueueMessage] = []
        var hasListed = false
        while claimed.count < limit {
            do throws(Errno) {
                guard let candidate = try nextCandidate(hasListed: &hasListed) else { break }
                let file = waiting.path(of: candidate.name, in: candidate.folder)
                if let message = try claim(file, candidate.name, visibility: visibility) { claimed.append(message) }
            } catch {
                // What is claimed already must reach its receiver.
                if claimed.isEmpty { throw error }
                break
            }
        }
        return claimed
    }

    /// Takes one message; nil where another receiver was quicker, or it cannot be read.
    private func claim(_ file: String, _ name: MessageName, visibility: Duration) throws(Errno) -> QueueMessage? {
        let receipt = MessageReceipt(deadline: MessageDeadline(after: visibility), name: name.received)
        let folder = receipt.deadline.description
        guard try inHand.move(file, to: folder, as: receipt.name) else { return nil }
        guard let content = try read(inHand.path(of: receipt.name, in: folder)) else { return nil }
        do throws(S3DBError) {
            let message = try MessageFile(parsing: content)
            return QueueMessage(
                id: name.id.description, receipt: receipt.description, body: message.body,
                receiveCount: receipt.name.receiveCount, sentMilliseconds: name.id.begunNanoseconds / 1_000_000)
        } catch {
            _ = try bury(receipt, in: folder, .init(code: error.code.rawValue, message: error.message))
            return nil
        }
    }

    /// A message's file; nil where it is gone.
    func read(_ path: String) throws(Errno) -> Buffer? {
        do throws(Errno) {
            let file = try FileDescriptor.reading(path)
            let limit = MessageFile.byteLimit(maximumBodyByteCount: maximumBodyByteCount)
            return try file.read(at: 0, limit: min(max(try file.status().byteCount, 1), limit))
        } catch  where error.isNothingThere {
            return nil
        }
    }

    /// The next message that may wait: the directories are read once a call of ``claim(_:visibility:)`` at most.
    private func nextCandidate(hasListed: inout Bool) throws(Errno) -> (folder: String, name: MessageName)? {
        try candidates.withLock { (candidates) throws(Errno) in
            while true {
                if let next = candidates.names.popLast() { return next }
                guard let folder = candidates.folders.popLast() else {
                    if hasListed { return nil }
                    hasListed = true
                    // In random order, so that processes meet seldom and no message waits for ever.
                    candidates.folders = try waiting.folders().shuffled()
                    continue
                }
                let names = try waiting.messages(in: folder)
                if names.isEmpty { waiting.removeIfEmpty(folder) }
                candidates.names = names.shuffled().map { (folder, $0) }
            }
        }
    }

    /// Returns what is due, and removes what killed processes were writing, now and then.
    func keepUp() throws(Errno) {
        let now = ContinuousClock.now
        let isDue = upkeep.withLock { upkeep in
            let isDue = (returning: upkeep.nextReturn <= now, cleaning: upkeep.nextCleaning <= now)
            if isDue.returning { upkeep.nextReturn = now + Self.returnInterval }
            if isDue.cleaning { upkeep.nextCleaning = now + Self.unsentAge }
            return isDue
        }
        if isDue.returning { try returnExpired() }
        if isDue.cleaning { try removeUnsent() }
    }

    private func returnExpired() throws(Errno) {
        var count = 0
        for folder in try inHand.folders() {
            guard let deadline = MessageDeadline(folder), deadline.isPast else { continue }
            for name in try inHand.messages(in: folder) {
                if count == Self.returnLimit { return }
                if try putBack(inHand.path(of: name, in: folder), name) { count += 1 }
            }
            inHand.removeIfEmpty(folder)
        }
    }

    /// Moves a message from someone's hand to where it waits, or to the dead-letter folder after too many deliveries.
    ///
    /// - Returns: false where it is no longer there.
    func putBack(_ file: String, _ name: MessageName) throws(Errno) -> Bool {
        let isDead = receiveCountLimit.map { name.receiveCount >= $0 } ?? false
        return try (isDead ? dead : waiting).move(file, to: name.folder, as: name)
    }

    private func removeUnsent() throws(Errno) {
        let now = FileTree.now()
        for text in try MessageFolders.names(in: unsentPath) {
            guard let id = TimedName(text), id.isOlder(than: Self.unsentAge, now: now) else { continue }
            try FileTree.remove(unsentPath(of: id))
        }
    }

    /// A message's receipt.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument`` for one that this queue did not give.
    func receipt(of message: QueueMessage) throws(S3DBError) -> MessageReceipt {
        guard let receipt = MessageReceipt(message.receipt) else {
            throw S3DBError(
                .invalidArgument, "the receipt \(S3DBError.quoted(message.receipt)) is not one of this queue",
                at: .init(key: description))
        }
        return receipt
    }

    /// The deadline of a message in hand, which may have been moved since it was received; nil where it is not in hand.
    ///
    /// O(deadlines) where it was moved.
    func find(_ receipt: MessageReceipt) throws(Errno) -> MessageDeadline? {
        func isThere(_ deadline: MessageDeadline) throws(Errno) -> Bool {
            try FileStatus.ifPresent(inHand.path(of: receipt.name, in: deadline.description)) != nil
        }
        if try isThere(receipt.deadline) { return receipt.deadline }
        // The latest first: it was extended. A name that moves on while it is looked for is looked for once more.
        for _ in 0..<2 {
            for deadline in try inHand.folders().compactMap({ MessageDeadline($0) }).sorted(by: >)
            where try isThere(deadline) {
                return deadline
            }
        }
        return nil
    }
}
