@_exported import Codecs
@_exported import ColumnarFormats
@_exported import Partitioning
@_exported import S3DBCore
@_exported import S3Transport
