/// What holds Arrow messages together.
public enum ArrowContainer: String, Hashable, Sendable, CaseIterable {
    /// The IPC stream format: messages from front to back.
    case stream
    /// The IPC file format: a stream with a footer that says where batches stand, so that readers can choose.
    case file
}
