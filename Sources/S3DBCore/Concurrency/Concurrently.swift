/// Applies `body` to all elements, at most `width` at a time, and gives the results in the elements' order.
func concurrently<Element: Sendable, Result: Sendable>(
    _ elements: [Element], width: Int, _ body: @Sendable @escaping (Element) async throws(S3DBError) -> Result
) async throws(S3DBError) -> [Result] {
    do {
        return try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            var results = [Result?](repeating: nil, count: elements.count)
            var next = 0
            while next < min(width, elements.count) {
                let index = next
                group.addTask { (index, try await body(elements[index])) }
                next += 1
            }
            while let (index, result) = try await group.next() {
                results[index] = result
                if next < elements.count {
                    let index = next
                    group.addTask { (index, try await body(elements[index])) }
                    next += 1
                }
            }
            return results.compactMap { $0 }
        }
    } catch {
        throw error as? S3DBError ?? S3DBError(.cancelled, "cancelled")
    }
}
