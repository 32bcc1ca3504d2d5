/// Does something with every element, with `limit` of them at once; the results in the order in which they came.
func concurrently<Element: Sendable, Result: Sendable>(
    _ elements: [Element], limit: Int, _ body: @escaping @Sendable (Element) async throws -> Result
) async throws -> [(element: Element, result: Result)] {
    try await withThrowingTaskGroup(of: (Element, Result).self) { group in
        var waiting = elements[...]
        func start() {
            guard let element = waiting.popFirst() else { return }
            group.addTask { (element, try await body(element)) }
        }
        for _ in 0..<limit { start() }
        var results: [(Element, Result)] = []
        while let finished = try await group.next() {
            start()
            results.append(finished)
        }
        return results
    }
}
