import S3DB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The options from all the places that they can come from: command line, environment, configuration file.
///
/// What stands on the command line wins over the environment, and that over the file.
package struct Settings {
    /// What was given for an option, and where.
    private struct Value {
        var texts: [String]
        /// The place for messages, such as `--level` or `S3DB_LEVEL`.
        var origin: String
    }

    private typealias Layer = [OptionName: Value]

    private var values: Layer = [:]

    private static let yes = ["1", "true", "yes", "on"]
    private static let no = ["0", "false", "no", "off"]

    /// Collects the options.
    ///
    /// - Throws: For a configuration file that cannot be read, or is not an object of known options.
    package init(_ given: [OptionName: [String]], environment: [String: String]) throws(S3DBError) {
        let commandLine = Dictionary(
            uniqueKeysWithValues: given.map { ($0.key, Value(texts: $0.value, origin: $0.key.flag)) })
        var layers = [commandLine, Self.layer(environment)]
        if let file = (layers[0][.config] ?? layers[1][.config])?.texts.first {
            layers.append(try Self.layer(file: file))
        }
        for layer in layers {
            let superseded = Set(values.filter { !Self.isNo($0, $1) }.keys.flatMap(\.superseded))
            for (name, value) in layer where values[name] == nil && !superseded.contains(name) {
                values[name] = value
            }
        }
    }

    /// One text.
    package func text(_ name: OptionName) -> String? { values[name]?.texts.first }

    /// Any number of texts.
    package func list(_ name: OptionName) -> [String] { values[name]?.texts ?? [] }

    /// Yes or no; no where nothing is said.
    package func flag(_ name: OptionName) throws(S3DBError) -> Bool {
        guard let text = text(name)?.lowercased() else { return false }
        if Self.yes.contains(text) { return true }
        if Self.no.contains(text) { return false }
        throw invalid(name, "is neither true nor false")
    }

    /// A text read as something.
    package func value<Read>(_ name: OptionName, _ expected: String, _ read: (String) -> Read?) throws(S3DBError)
        -> Read?
    {
        guard let text = text(name) else { return nil }
        guard let value = read(text) else { throw invalid(name, "is not \(expected)") }
        return value
    }

    /// One of the cases of a type.
    package func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: OptionName, of type: Choice.Type
    ) throws(S3DBError) -> Choice? {
        let names = Choice.allCases.map(\.rawValue)
        return try value(name, "one of \(names.joined(separator: ", "))", Choice.init(rawValue:))
    }

    /// The error for an option whose text is not what it must be.
    package func invalid(_ name: OptionName, _ problem: String) -> S3DBError {
        let value = values[name]
        let text = S3DBError.quoted(value?.texts.joined(separator: " ") ?? "")
        return S3DBError(.invalidArgument, "\(value?.origin ?? name.flag): \(text) \(problem)")
    }

    /// The error for options that must be given and are not; nil when all are.
    package func missing(_ names: [OptionName]) -> S3DBError? {
        let absent = names.filter { values[$0] == nil }
        guard !absent.isEmpty else { return nil }
        return S3DBError(
            .invalidArgument, "missing: \(absent.map(\.flag).joined(separator: ", "))",
            remedy: "Give them here, in the environment (\(absent.map(\.variable).joined(separator: ", "))) "
                + "or in a --config file")
    }
}

extension Settings {
    /// The options in the environment; lists are separated by commas. Empty variables count as absent.
    private static func layer(_ environment: [String: String]) -> Layer {
        var layer: Layer = [:]
        for name in OptionName.allCases {
            guard let text = environment[name.variable], !text.isEmpty else { continue }
            let texts = name.kind == .list ? text.split(separator: ",").map(String.init) : [text]
            layer[name] = Value(texts: texts, origin: name.variable)
        }
        return layer
    }

    private static func isNo(_ name: OptionName, _ value: Value) -> Bool {
        name.kind == .flag && value.texts.allSatisfy { no.contains($0.lowercased()) }
    }

    /// The options in a file: a JSON object of texts, numbers, bools, arrays of texts, and objects of texts for
    /// `NAME=VALUE` options.
    private static func layer(file: String) throws(S3DBError) -> Layer {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: file))
        } catch {
            throw S3DBError(.invalidArgument, "cannot read the configuration file", at: .init(key: file), cause: error)
        }
        do throws(S3DBError) {
            return try layer(try JSONValue.parse(data.span.bytes), file: file)
        } catch {
            throw S3DBError(.invalidArgument, error.message, remedy: error.remedy, at: error.location)
                .located(in: .init(key: file))
        }
    }

    private static func layer(_ json: JSONValue, file: String) throws(S3DBError) -> Layer {
        guard let members = json.objectValue else {
            throw S3DBError(.invalidArgument, "the configuration file holds \(json.kind)", remedy: "Make it an object")
        }
        var layer: Layer = [:]
        for member in members {
            guard let name = OptionName(rawValue: member.name), name != .config else {
                let nearest = OptionName.allCases.map(\.rawValue).nearest(to: member.name) ?? ""
                throw S3DBError(
                    .unknownName, "there is no option \(S3DBError.quoted(member.name))",
                    remedy: "The nearest is \(S3DBError.quoted(nearest))")
            }
            guard let texts = texts(member.value, kind: name.kind) else {
                throw S3DBError(.invalidArgument, "\(member.name) cannot be \(member.value.kind)")
            }
            layer[name] = Value(texts: texts, origin: "\(file): \(member.name)")
        }
        return layer
    }

    private static func texts(_ value: JSONValue, kind: OptionName.Kind) -> [String]? {
        switch (kind, value) {
        case (.flag, .bool(let isSet)): [String(isSet)]
        case (.text, .string(let text)), (.list, .string(let text)): [text]
        case (.text, .number(let text)): [text]
        case (.list, .array(let elements)) where elements.allSatisfy { $0.stringValue != nil }:
            elements.compactMap(\.stringValue)
        case (.list, .object(let members)): pairs(members)
        default: nil
        }
    }

    private static func pairs(_ members: [JSONValue.Member]) -> [String]? {
        var pairs: [String] = []
        for member in members {
            switch member.value {
            case .string(let text), .number(let text): pairs.append("\(member.name)=\(text)")
            case .bool(let value): pairs.append("\(member.name)=\(value)")
            default: return nil
            }
        }
        return pairs
    }
}
