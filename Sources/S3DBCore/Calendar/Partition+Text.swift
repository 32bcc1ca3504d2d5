extension PartitionSize {
    /// The size of what one job reads: a day for hours, which all come from one source; else the size itself.
    public var jobSize: PartitionSize { self == .hour ? .day : self }
}

extension Partition {
    /// The partition that ``description`` writes so; nil for any other text. Its form tells the size.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        let size: PartitionSize
        let date: String
        switch bytes.count {
        case 4: (size, date) = (.year, "\(text)-01-01")
        case 7: (size, date) = (.month, "\(text)-01")
        case 10: (size, date) = (.day, String(text))
        case 19: (size, date) = (.hour, String(decoding: bytes.prefix(10), as: UTF8.self))
        default: return nil
        }
        guard let day = UTCDay(date) else { return nil }
        let hour = size == .hour ? Int(String(decoding: bytes[11..<13], as: UTF8.self)) ?? 24 : 0
        guard (0..<24).contains(hour) else { return nil }
        self.init(size: size, containing: day, hour: hour)
        guard description.utf8.elementsEqual(bytes) else { return nil }
    }
}
