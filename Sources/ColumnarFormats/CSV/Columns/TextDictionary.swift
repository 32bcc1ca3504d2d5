import S3DBCore

/// The distinct texts of a column, numbered in the order in which they came.
///
/// A hash table with open addressing finds the number of a text. Before it is asked, the guess is tried that a text
/// is followed by the one that followed it last time: values come in runs and in cycles.
final class TextDictionary {
    /// How large a dictionary may grow.
    struct Limits {
        /// The distinct values.
        var valueCount = 65_536
        /// Their bytes together.
        var byteCount = 1 << 20
        /// The distinct values from which on there must be at least twice as many rows.
        var ratioValueCount = 1024
    }

    private struct Entry {
        var words: FieldWords
        var hash: UInt32
        var count: Int32
        var offset: Int32
    }

    /// The number of values.
    private(set) var count = 0

    /// The number of the last text; -1 where there is none. Who looks up many by ``guess(after:_:_:_:)`` sets it then.
    var last: Int32 = -1

    private let limits: Limits
    private let lineage = ColumnDictionary.Lineage()
    private var entries: UnsafeMutablePointer<Entry>
    private var entryCapacity = 64
    /// For each value the one that followed it last time; -1 where none did. Apart from the entries, as each guess waits
    /// for the one before it, and so few bytes stay near the processor.
    private var successors: UnsafeMutablePointer<Int32>
    private var slots: UnsafeMutablePointer<Int32>
    private var slotMask: Int
    private var bytes = BufferBuilder(capacity: 1024)
    private var snapshot: ColumnDictionary?

    /// Drawn for each dictionary, so that nobody can prepare texts that collide. Numbers do not depend on it.
    private let seed = UInt64.random(in: .min ... .max)

    init(limits: Limits) {
        self.limits = limits
        entries = .allocate(capacity: entryCapacity)
        successors = .allocate(capacity: entryCapacity)
        slotMask = entryCapacity * 2 - 1
        slots = .allocate(capacity: slotMask + 1)
        slots.initialize(repeating: -1, count: slotMask + 1)
    }

    deinit {
        entries.deallocate()
        successors.deallocate()
        slots.deallocate()
    }

    /// The number of a text that follows that numbered `last` where the guess holds; -1 where it does not.
    @inline(__always)
    func guess(after last: Int32, _ start: UnsafeRawPointer, _ count: Int, _ words: FieldWords) -> Int32 {
        guard last >= 0 else { return -1 }
        let guess = successors[Int(last)]
        return guess >= 0 && matches(Int(guess), start, count, words) ? guess : -1
    }

    /// The number of a text; -1 where it is new.
    func find(_ text: UnsafeRawBufferPointer, _ words: FieldWords) -> Int32 {
        guard let start = text.baseAddress else { return -1 }
        let hash = hash(text, words)
        var slot = Int(hash) & slotMask
        while slots[slot] >= 0 {
            let index = slots[slot]
            if entries[Int(index)].hash == hash, matches(Int(index), start, text.count, words) {
                follow(index)
                return index
            }
            slot = (slot + 1) & slotMask
        }
        return -1
    }

    /// Adds a text that ``find(_:_:)`` did not find; nil where there is no room.
    func add(_ text: UnsafeRawBufferPointer, _ words: FieldWords) -> Int32? {
        guard count < limits.valueCount, text.count <= limits.byteCount - bytes.count else { return nil }
        if count == entryCapacity { grow() }
        let index = Int32(truncatingIfNeeded: count)
        let entry = Entry(
            words: words, hash: hash(text, words), count: Int32(truncatingIfNeeded: text.count),
            offset: Int32(truncatingIfNeeded: bytes.count))
        (entries + count).initialize(to: entry)
        (successors + count).initialize(to: -1)
        bytes.appendUnsafe(text)
        count += 1
        place(index)
        follow(index)
        return index
    }

    /// Whether there are too many values for `rowCount` rows.
    func isTooDiverse(rowCount: Int) -> Bool {
        count >= limits.ratioValueCount && count * 2 > rowCount
    }

    /// Remembers that `index` follows the last value.
    private func follow(_ index: Int32) {
        if last >= 0 { successors[Int(last)] = index }
        last = index
    }

    private func place(_ index: Int32) {
        var slot = Int(entries[Int(index)].hash) & slotMask
        while slots[slot] >= 0 { slot = (slot + 1) & slotMask }
        slots[slot] = index
    }

    private func grow() {
        entries = Self.grown(entries, count)
        successors = Self.grown(successors, count)
        entryCapacity *= 2
        slots.deallocate()
        slotMask = entryCapacity * 2 - 1
        slots = .allocate(capacity: slotMask + 1)
        slots.initialize(repeating: -1, count: slotMask + 1)
        for index in 0..<count { place(Int32(truncatingIfNeeded: index)) }
    }

    /// Twice the memory of a list that `count` elements fill.
    private static func grown<Element>(
        _ list: UnsafeMutablePointer<Element>, _ count: Int
    ) -> UnsafeMutablePointer<Element> {
        let grown = UnsafeMutablePointer<Element>.allocate(capacity: count * 2)
        grown.moveInitialize(from: list, count: count)
        list.deallocate()
        return grown
    }

    @inline(__always)
    private func matches(_ index: Int, _ start: UnsafeRawPointer, _ count: Int, _ words: FieldWords) -> Bool {
        let entry = entries[index]
        guard Int(entry.count) == count, entry.words == words else { return false }
        return count <= FieldWords.maximumByteCount || equalsLong(entry, start, count)
    }

    /// Compares what lies between the first and the last eight bytes.
    private func equalsLong(_ entry: Entry, _ start: UnsafeRawPointer, _ count: Int) -> Bool {
        bytes.withUnsafeMutableBytes { bytes in
            guard let known = bytes.baseAddress.map({ $0 + Int(entry.offset) }) else { return false }
            var offset = 8
            while offset < count - 8 {
                let a = (known + offset).loadUnaligned(as: UInt64.self)
                let b = (start + offset).loadUnaligned(as: UInt64.self)
                if a != b { return false }
                offset += 8
            }
            return true
        }
    }

    /// Multiplies word after word into a state of 128 bits and folds it.
    private func hash(_ text: UnsafeRawBufferPointer, _ words: FieldWords) -> UInt32 {
        var state = Self.fold(words.first ^ seed, words.last ^ UInt64(text.count) &* 0x9E37_79B9_7F4A_7C15)
        if text.count > FieldWords.maximumByteCount, let start = text.baseAddress {
            var offset = 8
            while offset < text.count - 8 {
                state = Self.fold(state ^ (start + offset).loadUnaligned(as: UInt64.self), seed | 1)
                offset += 8
            }
        }
        state = Self.fold(state ^ seed, 0xA076_1D64_78BD_642F)
        return UInt32(truncatingIfNeeded: state ^ state >> 32)
    }

    private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = (a ^ 0xE703_7ED1_A0B4_28DB).multipliedFullWidth(by: b | 1)
        return product.high ^ product.low
    }

    /// The bytes of the value numbered `index`; 0 where there is none, as behind the index of a null.
    func byteCount(of index: Int32) -> Int {
        Int(index) < count ? Int(entries[Int(index)].count) : 0
    }

    /// Appends the value numbered `index`, if there is one.
    func append(_ index: Int32, to output: inout BufferBuilder) {
        guard Int(index) < count else { return }
        let entry = entries[Int(index)]
        let range = Int(entry.offset)..<Int(entry.offset) + Int(entry.count)
        bytes.withUnsafeMutableBytes { output.appendUnsafe(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// All values so far. Made anew only when there are more than last time.
    func values(type: DataType) -> ColumnDictionary {
        if let snapshot, snapshot.values.count == count { return snapshot }
        var offsets = BufferBuilder(capacity: (count + 1) * 4)
        for index in 0..<count { offsets.append(value: entries[index].offset) }
        offsets.append(value: Int32(truncatingIfNeeded: bytes.count))
        let storage = AnyColumn.Storage.variableLength(offsets: offsets.freeze(), bytes: Buffer(copying: bytes.bytes))
        let made = ColumnDictionary(
            values: AnyColumn(uncheckedType: type, count: count, storage: storage), lineage: lineage)
        snapshot = made
        return made
    }
}
