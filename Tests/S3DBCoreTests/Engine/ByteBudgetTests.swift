import Testing

@testable import S3DBCore

@Suite struct ByteBudgetTests {
    @Test func waitsUntilBytesAreFreeAndServesInOrder() async throws {
        let budget = ByteBudget(total: 100)
        try await budget.acquire(80)
        #expect(!budget.tryAcquire(30))
        #expect(budget.tryAcquire(20))
        let order = await withTaskGroup(of: Int.self) { group in
            for (index, size) in [60, 40].enumerated() {
                group.addTask {
                    try? await budget.acquire(size)
                    return index
                }
                // The second waiter must come behind the first.
                while budget.waiterCount <= index { await Task.yield() }
            }
            // 40 are free now: enough for the second in line, who must not overtake the first.
            budget.release(40)
            #expect(budget.waiterCount == 2)
            budget.release(60)
            var order: [Int] = []
            for await index in group { order.append(index) }
            return order
        }
        #expect(Set(order) == [0, 1])
        #expect(!budget.tryAcquire(1))
    }

    @Test func refusesMoreThanThereIs() async {
        let budget = ByteBudget(total: 10)
        await #expect { try await budget.acquire(11) } throws: { ($0 as? S3DBError)?.code == .memoryBudget }
    }

    @Test func cancellationFreesTheQueue() async throws {
        let budget = ByteBudget(total: 10)
        try await budget.acquire(10)
        let waiter = Task { try await budget.acquire(5) }
        while budget.waiterCount == 0 { await Task.yield() }
        waiter.cancel()
        await #expect { try await waiter.value } throws: { ($0 as? S3DBError)?.code == .cancelled }
        budget.release(10)
        #expect(budget.tryAcquire(10))
    }
}
