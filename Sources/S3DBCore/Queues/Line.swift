/// Elements that leave in the order in which they came, at amortised constant cost.
package struct Line<Element> {
    private var storage: [Element?] = []
    private var head = 0

    /// Begins without any.
    package init() {}

    /// How many there are.
    package var count: Int { storage.count - head }

    var elements: [Element] { storage[head...].compactMap { $0 } }

    /// Adds an element behind all others.
    package mutating func append(_ element: Element) {
        storage.append(element)
    }

    /// Takes the first element; nil where there is none.
    package mutating func popFirst() -> Element? {
        guard head < storage.count else { return nil }
        defer {
            storage[head] = nil
            head += 1
            if head * 2 > storage.count {
                storage.removeFirst(head)
                head = 0
            }
        }
        return storage[head]
    }

    /// Takes the first element that is wanted, and moves what is not behind the others. O(elements).
    ///
    /// - Parameter isWanted: nil for an element that is to be dropped.
    package mutating func popFirst(where isWanted: (Element) -> Bool?) -> Element? {
        for _ in 0..<count {
            guard let element = popFirst() else { return nil }
            switch isWanted(element) {
            case true?: return element
            case false?: append(element)
            case nil: break
            }
        }
        return nil
    }
}
