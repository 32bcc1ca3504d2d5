import S3DBCore

/// Looks values of one width up in a dictionary.
enum DictionaryGather {
    /// The positions that are unpacked at a time; they stay in the nearest cache.
    private static let stepCount = 2048

    /// Appends the values at the next `count` positions.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` where there are fewer, or one is not in the dictionary.
    static func append(
        _ count: Int, of decoder: inout HybridDecoder, _ dictionary: PageDictionary, width: Int,
        to output: inout BufferBuilder
    ) throws(S3DBError) {
        try output.append(upTo: count * width) { (target) throws(S3DBError) -> Int in
            // Typed throws do not pass through the standard library's temporary allocation.
            var failure: S3DBError?
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: stepCount) { positions in
                do throws(S3DBError) {
                    var done = 0
                    while done < count {
                        let step = min(stepCount, count - done)
                        let part = UnsafeMutableBufferPointer(rebasing: positions[..<step])
                        guard let start = part.baseAddress else { return }
                        try decoder.decode(step, into: start)
                        try dictionary.check(UnsafeBufferPointer(part))
                        let room = UnsafeMutableRawBufferPointer(
                            rebasing: target[done * width..<(done + step) * width])
                        gather(UnsafeBufferPointer(part), from: dictionary.values, width: width, into: room)
                        done += step
                    }
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
            return count * width
        }
    }

    private static func gather(
        _ positions: UnsafeBufferPointer<UInt32>, from values: Buffer, width: Int,
        into target: UnsafeMutableRawBufferPointer
    ) {
        values.withUnsafeBytes { values in
            switch width {
            case 4: gather(positions, from: values, as: UInt32.self, into: target)
            case 8: gather(positions, from: values, as: UInt64.self, into: target)
            default:
                for (index, position) in positions.enumerated() {
                    let value = UnsafeRawBufferPointer(
                        rebasing: values[Int(position) * width..<(Int(position) + 1) * width])
                    UnsafeMutableRawBufferPointer(rebasing: target[(index * width)...]).copyMemory(from: value)
                }
            }
        }
    }

    /// The positions were checked, and there is room for as many values.
    private static func gather<Word: BitwiseCopyable>(
        _ positions: UnsafeBufferPointer<UInt32>, from values: UnsafeRawBufferPointer, as type: Word.Type,
        into target: UnsafeMutableRawBufferPointer
    ) {
        guard let source = values.baseAddress?.assumingMemoryBound(to: Word.self),
            let target = target.baseAddress?.assumingMemoryBound(to: Word.self)
        else { return }
        for index in 0..<positions.count { target[index] = source[Int(positions[index])] }
    }
}
