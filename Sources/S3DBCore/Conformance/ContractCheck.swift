/// One rule of a protocol's contract, as a question to an implementation.
struct ContractCheck<Subject: SubjectUnderTest>: Sendable {
    private let name: String
    /// Without what of the contract it cannot be asked.
    private let needs: Set<Subject.Feature>
    private let body: @Sendable (Subject) async throws(S3DBError) -> Void

    init(
        _ name: String, needs: Set<Subject.Feature> = [],
        _ body: @escaping @Sendable (Subject) async throws(S3DBError) -> Void
    ) {
        self.name = name
        self.needs = needs
        self.body = body
    }

    /// Runs checks, one after the other, each on a subject of its own; not those that need what is lacking.
    ///
    /// - Throws: ``SubjectUnderTest/brokenCode`` that names every check that failed.
    static func run(
        _ checks: [ContractCheck], lacking: Set<Subject.Feature> = [],
        on makeSubject: () async throws(S3DBError) -> Subject
    ) async throws(S3DBError) {
        var failures: [S3DBError] = []
        for check in checks where check.needs.isDisjoint(with: lacking) {
            do throws(S3DBError) {
                try await check.body(try await makeSubject())
            } catch {
                failures.append(
                    S3DBError(
                        Subject.brokenCode, "\(check.name): \(error.message)", remedy: error.remedy,
                        at: error.location, cause: error.code == Subject.brokenCode ? nil : error))
            }
        }
        guard let first = failures.first else { return }
        throw S3DBError(
            first.code, first.message, remedy: first.remedy, at: first.location, related: Array(failures.dropFirst()),
            cause: first.cause)
    }
}

/// What checks are run on, with the questions that all kinds of them ask.
protocol SubjectUnderTest: Sendable {
    /// What some implementations are known to lack.
    associatedtype Feature: Hashable & Sendable = Never
    /// The code of an implementation that does not keep the contract.
    static var brokenCode: S3DBError.Code { get }
    /// The implementation's name for people.
    var name: String { get }
}

extension SubjectUnderTest {
    /// What `count` tasks at once make of `body`.
    func race<Value: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (Int) async throws(S3DBError) -> Value
    ) async -> [Result<Value, S3DBError>] {
        await withTaskGroup(of: (Int, Result<Value, S3DBError>).self) { group in
            for index in 0..<count {
                group.addTask {
                    do throws(S3DBError) {
                        return (index, .success(try await body(index)))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            var results: [(Int, Result<Value, S3DBError>)] = []
            for await result in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    func expect(_ condition: Bool, _ message: String) throws(S3DBError) {
        if !condition { throw failure(message) }
    }

    func expectEqual<Value: Equatable>(
        _ found: Value, _ expected: Value, _ what: String
    ) throws(S3DBError) {
        if found != expected { throw failure("\(what): found \(found) where \(expected) was expected") }
    }

    /// Runs what must fail, with one of the codes unless there are none.
    func expectFailure<Value>(
        _ codes: S3DBError.Code..., of what: String, _ body: () async throws(S3DBError) -> Value
    ) async throws(S3DBError) {
        do throws(S3DBError) {
            _ = try await body()
        } catch {
            if codes.isEmpty || codes.contains(error.code) { return }
            throw failure("\(what) failed as \(error.code) where \(codes) was expected")
        }
        throw failure("\(what) did not fail")
    }

    func failure(_ message: String) -> S3DBError {
        S3DBError(Self.brokenCode, message, at: .init(key: name))
    }
}
