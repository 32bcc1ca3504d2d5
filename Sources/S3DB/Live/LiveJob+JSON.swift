import S3DBCore

extension LiveJob {
    /// The job as an object of a live-job document; members have the names of the command line's options.
    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("name", .string(name)), .init("datasets", .array(datasets.map { .string($0) })),
            .init("destination", .string(destination)),
        ]
        members += spec.jsonMembers
        if hasOwnPacing { members += pacing.jsonMembers }
        if isPaused { members.append(.init("paused", true)) }
        return .object(members)
    }

    /// Whether its pace is another than usual, so that it stands in the document.
    var hasOwnPacing: Bool { pacing != LivePacing(of: spec.size) }

    private static let memberNames =
        ["name", "datasets", "destination"] + ConversionSpec.memberNames + LivePacing.memberNames + ["paused"]

    /// Reads what ``json`` writes.
    ///
    /// - Throws: ``S3DBError/Code/invalidSpec`` for a member that is missing, unknown or of the wrong kind.
    public init(json: JSONValue) throws(S3DBError) {
        let members = try JSONMembers(json, of: "a job", known: Self.memberNames)
        name = try members.text("name")
        do throws(S3DBError) {
            datasets = try members.texts("datasets", remedy: "Write [\"*/*\"] for all datasets")
            destination = try members.text("destination")
            spec = try ConversionSpec(members)
            pacing = try LivePacing(members, size: spec.size)
            isPaused = try members.flag("paused")
        } catch {
            throw S3DBError(
                .invalidSpec, "job \(S3DBError.quoted(name)): \(error.message)", remedy: error.remedy)
        }
    }
}
