/// What one resource offers on one day: the text of each field, between quotes where CSV needs them.
struct Offer {
    let resource: [UInt8]
    let multiHour: [UInt8]
    let scheduler: [UInt8]
    let entity: [UInt8]
    let blockIndicator: [UInt8]
    let blocks: [UInt8]
    let reserveCurve: [UInt8]
    let nonSpinCurve: [UInt8]

    /// Invents the offer of the resource with a number.
    init(resource number: Int, _ stream: inout SeededStream) {
        let place = Self.places[number % Self.places.count]
        resource = Self.field("\(place)_UNIT\(number / Self.places.count + 1)")
        multiHour = Self.field(stream.pick(["True", "False", "False", ""]))
        scheduler = Self.field(stream.pick(Self.schedulers))
        entity = Self.field(stream.pick(Self.entities))
        blockIndicator = Self.field(stream.pick(["V", "V", "F", ""]))
        let megawatts = (1...1 + stream.index(below: 5)).map { Double($0 * 10) + Double(stream.index(below: 20)) / 2 }
        blocks = Self.field(Self.list(megawatts.map { "\($0)" }))
        reserveCurve = Self.field(Self.list(megawatts.map { "[\($0), \(Self.price(&stream))]" }))
        let steps = megawatts.map { #"["\#(stream.pick(["OFFNS", "ONNS"]))", \#($0), \#(Self.price(&stream))]"# }
        nonSpinCurve = Self.field(stream.pick(["", "[]", Self.list(steps), Self.list(steps)]))
    }

    private static let places = ["LAMESA", "PEÑASCO", "O'BRIEN", "WIND 風", "SWEETWATER", "Zürich"]

    // "NA" is a name here: in a column of text nothing but an empty list is null.
    private static let schedulers = ["QLUMIN", "QTEN,23", "NA", "QEDF\u{E9}", "QCALP"]

    private static let entities = [
        "LONE STAR POWER LLC", #"Calvert "East" Energy, LLC"#, "Bluebonnet, Ltd.", "Énergie du Sud", "東風電力", "",
    ]

    private static func price(_ stream: inout SeededStream) -> Double {
        Double(stream.index(below: 4000)) / 100
    }

    private static func list(_ items: [String]) -> String {
        "[\(items.joined(separator: ", "))]"
    }

    /// A field as RFC 4180 writes it.
    private static func field(_ text: String) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        guard text.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == quote }) else { return Array(text.utf8) }
        return [quote] + text.utf8.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote]
    }
}
