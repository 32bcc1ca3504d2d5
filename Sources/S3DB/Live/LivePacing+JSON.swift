import S3DBCore

extension LivePacing {
    static let memberNames = ["settle", "interval", "staleness"]

    /// The pace as members of a job, in seconds: `settle`, `interval` and `staleness`.
    public var jsonMembers: [JSONValue.Member] {
        zip(Self.memberNames, [settle, interval, staleness]).map { name, time in
            .init(name, .number(Int(time.components.seconds)))
        }
    }

    /// Reads what ``jsonMembers`` wrote; what is missing is as usual for partitions of `size`.
    ///
    /// - Throws: ``S3DBError/Code/invalidSpec`` for a member of the wrong kind.
    init(_ members: JSONMembers, size: PartitionSize) throws(S3DBError) {
        self.init(
            of: size, settle: try members.number("settle").map { .seconds($0) },
            interval: try members.number("interval").map { .seconds($0) },
            staleness: try members.number("staleness").map { .seconds($0) })
    }
}
