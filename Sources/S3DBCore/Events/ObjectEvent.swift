/// That an object was written or removed, as a store's notifications tell it.
///
/// Only a hint where to look: events come twice, late, out of order or not at all, so that what is done about one is
/// decided by the object that stands then.
public struct ObjectEvent: Hashable, Sendable {
    /// What happened.
    public enum Kind: Hashable, Sendable {
        /// The object was written, or copied there.
        case written
        /// The object was removed.
        case removed
    }

    /// What happened.
    public var kind: Kind
    /// The bucket; nil for a store that has none.
    public var bucket: String?
    /// The key within the bucket, or within the store that has none; decoded.
    public var key: ObjectKey
    /// When it happened, in milliseconds since 1970; nil where the event does not say.
    public var milliseconds: Int64?
    /// The object's version as the event tells it; nil where it does not.
    public var version: VersionToken?

    /// Makes an event.
    public init(
        kind: Kind = .written, bucket: String? = nil, key: ObjectKey, milliseconds: Int64? = nil,
        version: VersionToken? = nil
    ) {
        self.kind = kind
        self.bucket = bucket
        self.key = key
        self.milliseconds = milliseconds
        self.version = version
    }
}
