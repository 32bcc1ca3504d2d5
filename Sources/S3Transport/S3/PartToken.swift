import S3DBCore

/// What is known of an uploaded part, as the one text that goes along with it: its ETag, and the checksum that was
/// sent with it.
struct PartToken: Hashable, Sendable {
    let tag: String
    let checksum: Checksum?

    init(tag: String, checksum: Checksum?) {
        self.tag = tag
        self.checksum = checksum
    }

    /// Reads a token's text. An ETag has no space (RFC 9110, section 8.8.3).
    init(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        tag = String(parts[0])
        checksum = parts.count < 2 ? nil : UInt64(parts[1], radix: 16).map { Checksum(.crc64NVME, value: $0) }
    }

    /// The token's text.
    var text: String { checksum.map { "\(tag) \(String($0.value, radix: 16))" } ?? tag }
}

extension [UploadedPart] {
    /// The checksum of the object that they become, in their order; nil unless that of every part is known.
    var joinedChecksum: Checksum? {
        var joined: Checksum?
        for part in self {
            guard let checksum = PartToken(part.token).checksum else { return nil }
            joined = joined?.joined(with: checksum, byteCount: part.byteCount) ?? checksum
        }
        return joined
    }
}
