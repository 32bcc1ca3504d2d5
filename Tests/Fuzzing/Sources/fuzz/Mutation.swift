import CLibFuzzer
import S3DBCore

/// How inputs keep their shape while libFuzzer changes them: most changes would only move what offsets point to.
enum InputShape {
    /// As libFuzzer does.
    case any
    /// Mostly without moving anything.
    case fixedPlaces
    /// Likewise, and the length of Parquet's footer fits.
    case parquet
    /// Likewise, and the length of an Arrow file's footer fits.
    case arrowFile

    /// The bytes at the end that belong to the length and the magic; nil where there are none.
    fileprivate var mark: [UInt8]? {
        switch self {
        case .any, .fixedPlaces: nil
        case .parquet: Array("PAR1".utf8)
        case .arrowFile: Array("ARROW1".utf8)
        }
    }
}

/// The bytes of an input, in libFuzzer's memory.
private struct MutableInput {
    let data: UnsafeMutablePointer<UInt8>
    var count: Int
    let capacity: Int
    var generator: SeededGenerator

    /// Changes a stretch, and leaves its length.
    mutating func changeWithin(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        let length = min(range.count, 1 << Int.random(in: 0...8, using: &generator))
        let start = Int.random(in: range.lowerBound...range.upperBound - length, using: &generator)
        // What comes out shorter leaves the rest as it was.
        _ = LLVMFuzzerMutate(data + start, length, length)
    }

    /// Replaces a footer by a changed one of any length; `tail` bytes stand behind it, length first.
    mutating func changeFooter(_ footer: Range<Int>, tail: Int) {
        let end = Array(UnsafeBufferPointer(start: data + footer.upperBound, count: tail))
        let room = capacity - footer.lowerBound - tail
        guard room > 0 else { return }
        let length = LLVMFuzzerMutate(data + footer.lowerBound, footer.count, room)
        count = footer.lowerBound + length + tail
        for (index, byte) in end.enumerated() {
            data[footer.lowerBound + length + index] =
                index < 4 ? UInt8(truncatingIfNeeded: length >> (8 * index)) : byte
        }
    }

    /// Where the footer of a file stands; nil where its length leaves the file or the mark is missing.
    func footer(_ mark: [UInt8]) -> Range<Int>? {
        let tail = 4 + mark.count
        guard count >= tail, mark.indices.allSatisfy({ data[count - mark.count + $0] == mark[$0] }) else { return nil }
        let length = (0..<4).reduce(0) { $0 | Int(data[count - tail + $1]) << (8 * $1) }
        return length <= count - tail ? count - tail - length..<count - tail : nil
    }
}

/// Changes an input, which is `count` bytes of `capacity` at `data`, in place; called by libFuzzer.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(
    _ data: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int, _ seed: UInt32
) -> Int {
    let shape = current?.shape ?? .any
    var input = MutableInput(
        data: data, count: count, capacity: capacity, generator: SeededGenerator(seed: UInt64(seed)))
    let choice = Int.random(in: 0..<10, using: &input.generator)
    if case .any = shape { return LLVMFuzzerMutate(data, count, capacity) }
    if choice == 0 || count == 0 { return LLVMFuzzerMutate(data, count, capacity) }
    guard let mark = shape.mark, let footer = input.footer(mark) else {
        input.changeWithin(0..<count)
        return input.count
    }
    switch choice {
    case 1...3: input.changeFooter(footer, tail: 4 + mark.count)
    case 4...5: input.changeWithin(footer)
    default: input.changeWithin(0..<footer.lowerBound)
    }
    return input.count
}
