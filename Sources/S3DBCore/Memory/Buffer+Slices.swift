extension [Buffer] {
    /// The buffers of a range of the bytes that these hold one behind the other, without a copy.
    func slices(_ range: Range<Int>) -> [Buffer] {
        var slices: [Buffer] = []
        var start = 0
        for buffer in self {
            let part = range.clamped(to: start..<start + buffer.count)
            if !part.isEmpty { slices.append(buffer.slice(part.lowerBound - start..<part.upperBound - start)) }
            start += buffer.count
        }
        return slices
    }

    /// The first `byteCount` bytes and the others, without a copy.
    func split(at byteCount: Int) -> (first: [Buffer], rest: [Buffer]) {
        (slices(0..<byteCount), slices(byteCount..<reduce(0) { $0 + $1.count }))
    }
}
