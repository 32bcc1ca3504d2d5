/// An element of an XML answer: its name without prefix, its text, and the elements in it.
struct XMLElement: Hashable, Sendable {
    /// The name, without a namespace prefix.
    var name: String
    /// All text that stands directly in it.
    var text = ""
    /// The elements in it, in order.
    var children: [XMLElement] = []

    /// The first element of a name; nil where there is none. O(children).
    subscript(name: String) -> XMLElement? { children.first { $0.name == name } }

    /// The text of the first element of a name.
    func text(_ name: String) -> String? { self[name]?.text }

    /// The elements of a name, in order.
    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
}
