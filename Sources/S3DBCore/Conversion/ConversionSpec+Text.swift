extension ConversionSpec {
    /// The names that begin a spec's text, in their order.
    private static let textNames = [
        "format", "codec", "level", "layout", "size", "span", "batch-rows", "section-rows", "section-bytes",
    ]

    /// Reads a spec back from its text, which files carry; see ``ValidatedSpec/text``. What does not shape bytes is not
    /// in it.
    ///
    /// - Returns: nil for what is no such text.
    init?(text: String) {
        var words = text.split(separator: " ", omittingEmptySubsequences: false)[...]
        var values: [String: Substring] = [:]
        for name in Self.textNames {
            guard let word = words.popFirst(), word.hasPrefix("\(name)=") else { return nil }
            values[name] = word.dropFirst(name.utf8.count + 1)
        }
        var options: [String: String] = [:]
        while let word = words.first, !word.hasPrefix("type:") {
            words.removeFirst()
            guard let (name, value) = Self.pair(word) else { return nil }
            options[name] = value
        }
        guard let types = Self.types(words.joined(separator: " ")), let level = values["level"],
            let size = values["size"].flatMap({ PartitionSize(rawValue: String($0)) }),
            let span = values["span"].flatMap({ SectionSpan(rawValue: String($0)) }),
            let batchRowCount = values["batch-rows"].flatMap({ Int($0) }),
            let sectionRowCount = values["section-rows"].flatMap({ Int($0) }),
            let sectionByteCount = values["section-bytes"].flatMap({ Int($0) })
        else { return nil }
        self.init(
            format: String(values["format"] ?? ""), codec: String(values["codec"] ?? ""), level: Int(level),
            layout: String(values["layout"] ?? ""), size: size, types: types, options: options, span: span,
            cutting: CuttingLimits(
                batchRowCount: batchRowCount, sectionRowCount: sectionRowCount, sectionByteCount: sectionByteCount))
    }

    /// `type:NAME=TYPE` texts, a space between them; names may have spaces and equals signs.
    private static func types(_ text: String) -> [String: S3DBType]? {
        var types: [String: S3DBType] = [:]
        var rest = text[...]
        while !rest.isEmpty {
            guard rest.hasPrefix("type:") else { return nil }
            let body = rest.dropFirst(5)
            let end = body.firstRange(of: " type:")?.lowerBound ?? body.endIndex
            guard let (name, value) = pair(body[..<end]), let type = S3DBType(rawValue: value) else { return nil }
            types[name] = type
            rest = end == body.endIndex ? "" : body[body.index(after: end)...]
        }
        return types
    }

    private static func pair(_ text: Substring) -> (String, String)? {
        guard let equals = text.lastIndex(of: "="), equals != text.startIndex else { return nil }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
}
