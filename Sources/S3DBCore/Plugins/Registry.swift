/// The formats, codecs and schemes that a program knows, by name.
///
/// A registry is a value: pass it where it is needed, change a copy to add to it.
///
///     var registry = Registry.standard
///     try registry.register(XZ())
public struct Registry: Sendable {
    /// The codecs.
    public private(set) var codecs = Plugins<any Codec>(kind: "codec")
    /// The formats that can be read.
    public private(set) var sources = Plugins<any RecordSource>(kind: "source format")
    /// The formats that can be written.
    public private(set) var sinks = Plugins<any ColumnarSink>(kind: "format")
    /// The layouts of keys.
    public private(set) var schemes = Plugins<any PartitionScheme>(kind: "layout")

    /// Makes an empty registry.
    public init() {}

    /// Adds a codec.
    ///
    /// - Throws: ``S3DBError/Code/duplicateName`` when the name is taken and `replacing` is false.
    public mutating func register(_ codec: any Codec, replacing: Bool = false) throws(S3DBError) {
        try codecs.add(codec, named: codec.name, replacing: replacing)
    }

    /// Adds a format that can be read. Throws like ``register(_:replacing:)-(Codec,_)``.
    public mutating func register(_ source: any RecordSource, replacing: Bool = false) throws(S3DBError) {
        try sources.add(source, named: source.name, replacing: replacing)
    }

    /// Adds a format that can be written. Throws like ``register(_:replacing:)-(Codec,_)``.
    public mutating func register(_ sink: any ColumnarSink, replacing: Bool = false) throws(S3DBError) {
        try sinks.add(sink, named: sink.name, replacing: replacing)
    }

    /// Adds a layout. Throws like ``register(_:replacing:)-(Codec,_)``.
    public mutating func register(_ scheme: any PartitionScheme, replacing: Bool = false) throws(S3DBError) {
        try schemes.add(scheme, named: scheme.name, replacing: replacing)
    }

    /// Plugins of one kind in the order of their registration.
    public struct Plugins<Plugin: Sendable>: Sendable {
        private let kind: String
        private var byName: [String: Plugin] = [:]

        /// The registered names, in the order of their registration.
        public private(set) var names: [String] = []

        init(kind: String) {
            self.kind = kind
        }

        /// The registered plugins, in the order of their registration.
        public var all: [Plugin] { names.compactMap { byName[$0] } }

        /// The plugin called `name`.
        ///
        /// - Throws: ``S3DBError/Code/unknownName``, with the names that there are.
        public func named(_ name: String) throws(S3DBError) -> Plugin {
            guard let plugin = byName[name] else {
                throw S3DBError(
                    .unknownName, "there is no \(kind) \(S3DBError.quoted(name))",
                    remedy: "Known: " + names.joined(separator: ", "))
            }
            return plugin
        }

        mutating func add(_ plugin: Plugin, named name: String, replacing: Bool) throws(S3DBError) {
            let isNew = byName[name] == nil
            guard isNew || replacing else {
                throw S3DBError(
                    .duplicateName, "a \(kind) \(S3DBError.quoted(name)) is registered already",
                    remedy: "Choose another name, or register with replacing: true")
            }
            byName[name] = plugin
            if isNew { names.append(name) }
        }
    }
}
