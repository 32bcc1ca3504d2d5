/// A data page of a column chunk, as its statistics and indexes tell of it.
struct DataPage {
    /// The rows, nulls included.
    var rowCount: Int
    /// The nulls.
    var nullCount: Int
    /// The smallest and largest value; nil where there is none that could bound the others.
    var bounds: Bounds?
    /// The bytes in the file, header included; 0 until the page is written.
    var byteCount = 0
}
