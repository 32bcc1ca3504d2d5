import S3DBCore

/// How a CSV stream is written; ``s3db`` unless told otherwise.
public struct CSVDialect: Hashable, Sendable {
    /// The byte between fields.
    public var delimiter: UInt8

    /// The byte that encloses a field and, doubled, stands for itself within; nil where nothing is quoted.
    public var quote: UInt8?

    /// The texts, quoted or not and without trimming, that are null in columns of numbers and booleans.
    ///
    /// In text columns nothing is null, but an empty field where the decoder is told so.
    public var nullTokens: [String]

    /// Where the names of the columns come from.
    public var header: Header

    /// Whether spaces and tabs round numbers and booleans are ignored.
    public var trimsNumbers: Bool

    /// Whether an empty field between quotes is an empty text also in the columns in which an empty field is null.
    public var quotedEmptyIsText: Bool

    /// Where the names of a stream's columns come from.
    public enum Header: Hashable, Sendable {
        /// The first record names the columns.
        case firstRecord
        /// The stream begins with data; its columns have these names.
        case names([String])
    }

    /// Makes a dialect.
    public init(
        delimiter: UInt8 = UInt8(ascii: ","), quote: UInt8? = UInt8(ascii: "\""),
        nullTokens: [String] = CSVDialect.s3dbNullTokens, header: Header = .firstRecord, trimsNumbers: Bool = true,
        quotedEmptyIsText: Bool = false
    ) {
        self.delimiter = delimiter
        self.quote = quote
        self.nullTokens = nullTokens
        self.header = header
        self.trimsNumbers = trimsNumbers
        self.quotedEmptyIsText = quotedEmptyIsText
    }

    /// RFC 4180 with CRLF or LF, a header, and the null tokens of S3DB.
    public static let s3db = CSVDialect()

    /// The null tokens of S3DB: those of Arrow's CSV reader, and `<NA>`.
    public static let s3dbNullTokens = [
        "", "NA", "N/A", "n/a", "NULL", "null", "NaN", "nan", "-NaN", "-nan", "#N/A", "#NA", "#N/A N/A", "<NA>",
        "1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN",
    ]

    /// Checks that the special bytes can be told apart.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument``.
    func check() throws(S3DBError) {
        let lineEnds = [Byte.lineFeed, Byte.carriageReturn]
        guard !lineEnds.contains(delimiter), quote.map({ !lineEnds.contains($0) }) ?? true, quote != delimiter else {
            throw S3DBError(
                .invalidArgument, "delimiter, quote and line ends of a CSV dialect are not distinct",
                remedy: "Choose a delimiter and a quote that differ from each other and from CR and LF")
        }
    }
}

/// The bytes that the grammar of CSV and of numbers names.
enum Byte {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let plus: UInt8 = 0x2B
    static let minus: UInt8 = 0x2D
    static let dot: UInt8 = 0x2E
    static let zero: UInt8 = 0x30
    static let lowercaseE: UInt8 = 0x65
    /// What turns an ASCII capital into its small letter when set.
    static let lowercaseBit: UInt8 = 0x20
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
