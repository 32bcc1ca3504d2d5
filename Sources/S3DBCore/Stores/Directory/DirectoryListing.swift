/// Walks a directory's files in the order of their keys' UTF-8.
///
/// The keys in a directory `a` all begin with `a/`, so that sorting each directory's names, those of directories
/// with their slash, puts all keys in order: `a b`, `a.csv`, `a/x`, `a0`.
struct DirectoryListing {
    /// A directory on the way, with the names that are still to come, the next one last.
    private struct Level {
        /// Its key with a slash at the end; empty for the root.
        let prefix: [UInt8]
        let identity: FileStatus.Identity
        var names: [FileTree.Entry]
    }

    private let root: String
    private let prefix: [UInt8]
    private let after: [UInt8]
    private var levels: [Level] = []

    init(root: String, prefix: String, after: ObjectKey?) throws(S3DBError) {
        self.root = root
        self.prefix = Array(prefix.utf8)
        self.after = after.map { Array($0.text.utf8) } ?? []
        guard let start = Self.directory(ofPrefix: self.prefix) else { return }
        // The directories on the way count for what the walk is in, so that listings agree whatever their prefix.
        for end in [0] + start.indices.filter({ start[$0] == Self.slash }).map({ $0 + 1 }) {
            guard try enter(Array(start[..<end]), isListed: end == start.count) else {
                levels.removeAll()
                return
            }
        }
    }

    /// The next objects, up to ``ListRules/pageCount``; nil behind the last.
    mutating func nextPage() throws(S3DBError) -> [ObjectInfo]? {
        var page: [ObjectInfo] = []
        while let level = levels.indices.last {
            guard let entry = levels[level].names.popLast() else {
                levels.removeLast()
                continue
            }
            let key = levels[level].prefix + entry.name
            if key.last == Self.slash {
                if isPossible(directory: key) { _ = try enter(key, isListed: true) }
            } else if key.starts(with: prefix), after.lexicographicallyPrecedes(key), let info = try info(key) {
                page.append(info)
                if page.count == ListRules.pageCount { return page }
            }
        }
        return page.isEmpty ? nil : page
    }

    /// The names of the directories under a prefix that is empty or ends in a slash, in order.
    static func directories(root: String, prefix: String) throws(S3DBError) -> [String] {
        let prefix = Array(prefix.utf8)
        guard directory(ofPrefix: prefix) == prefix else { return [] }
        return try sortedNames(root: root, directory: prefix).compactMap { entry in
            entry.name.last == slash ? String(decoding: entry.name.dropLast(), as: UTF8.self) : nil
        }
    }

    /// Goes into a directory, to list it or only to pass through.
    ///
    /// - Returns: false for what is no directory, or one that the walk is in already: symbolic links can lead back.
    private mutating func enter(_ directory: [UInt8], isListed: Bool) throws(S3DBError) -> Bool {
        let text = String(decoding: directory, as: UTF8.self)
        let status: FileStatus?
        do throws(Errno) {
            status = try FileStatus.ifPresent("\(root)/\(text)")
        } catch {
            throw error.error("look at the directory", at: text)
        }
        guard let status, status.kind == .directory, !levels.contains(where: { $0.identity == status.identity })
        else { return false }
        let names = isListed ? try Self.sortedNames(root: root, directory: directory) : []
        levels.append(Level(prefix: directory, identity: status.identity, names: names.reversed()))
        return true
    }

    /// Whether a directory can hold a key under the prefix and behind `after`.
    private func isPossible(directory: [UInt8]) -> Bool {
        (directory.starts(with: prefix) || prefix.starts(with: directory))
            && (after.starts(with: directory) || after.lexicographicallyPrecedes(directory))
    }

    private func info(_ bytes: [UInt8]) throws(S3DBError) -> ObjectInfo? {
        guard let key = try? ObjectKey(String(decoding: bytes, as: UTF8.self)) else { return nil }
        let status = try Errno.explained("look at the file", key) { () throws(Errno) in
            try FileStatus.ifPresent("\(root)/\(key.text)")
        }
        guard let status, status.kind == .file else { return nil }
        return ObjectInfo(key: key, byteCount: status.byteCount, version: status.version)
    }

    /// A directory's names that can be parts of keys, in order, those of directories with a slash at their end.
    private static func sortedNames(root: String, directory: [UInt8]) throws(S3DBError) -> [FileTree.Entry] {
        let text = String(decoding: directory, as: UTF8.self)
        do throws(Errno) {
            var names: [FileTree.Entry] = []
            for entry in try FileTree.entries(of: "\(root)/\(text)") {
                guard !entry.name.elementsEqual(DirectoryStore.uploadsName.utf8),
                    let name = String(validating: entry.name, as: UTF8.self)
                else { continue }
                let kind =
                    if let kind = entry.kind { kind } else { try FileStatus.ifPresent("\(root)/\(text)\(name)")?.kind }
                switch kind {
                case .file: names.append(entry)
                case .directory: names.append(.init(name: entry.name + [slash], kind: .directory))
                case .other, nil: continue
                }
            }
            return names.sorted { $0.name.lexicographicallyPrecedes($1.name) }
        } catch {
            if error.isNothingThere { return [] }
            throw error.error("list the directory", at: text)
        }
    }

    /// The part of a prefix up to its last slash; nil where no key can begin with it.
    private static func directory(ofPrefix prefix: [UInt8]) -> [UInt8]? {
        guard let last = prefix.lastIndex(of: slash) else { return [] }
        let directory = prefix[...last]
        let isKey = (try? ObjectKey(String(decoding: directory.dropLast(), as: UTF8.self))) != nil
        let isInProgress = directory.split(separator: slash).contains {
            $0.elementsEqual(DirectoryStore.uploadsName.utf8)
        }
        return isKey && !isInProgress ? Array(directory) : nil
    }

    private static let slash = UInt8(ascii: "/")
}
