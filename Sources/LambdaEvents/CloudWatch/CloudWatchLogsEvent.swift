#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Log events of a subscription filter, compressed as CloudWatch Logs sends them.
public struct CloudWatchLogsEvent: Codable, Sendable, Equatable {
  /// The compressed part.
  public var awslogs: RawData

  /// What is compressed.
  public struct RawData: Codable, Sendable, Equatable {
    /// JSON, compressed by gzip.
    public var data: Base64Data

    /// Takes compressed bytes.
    public init(data: Base64Data) {
      self.data = data
    }
  }

  /// Makes one, as for a test.
  public init(awslogs: RawData) {
    self.awslogs = awslogs
  }

  /// Decompresses and reads the log events.
  /// - Parameter limit: the most bytes that they may have once they are decompressed.
  public func logs(
    limit: Int = CloudWatchLogsData.sizeLimit
  ) throws(CloudWatchLogsError) -> CloudWatchLogsData {
    try CloudWatchLogsData(gzip: awslogs.data.bytes, limit: limit)
  }
}

extension CloudWatchLogsData {
  /// The most bytes of log events that are decompressed where nothing else is said: 64 MiB.
  public static let sizeLimit = 64 << 20

  /// Reads compressed log events, as also Kinesis and Firehose get them.
  /// - Parameter limit: the most bytes that they may have once they are decompressed.
  public init(gzip bytes: [UInt8], limit: Int = CloudWatchLogsData.sizeLimit) throws(CloudWatchLogsError) {
    let json: [UInt8]
    do throws(GzipError) {
      json = try Gzip.decompress(bytes, limit: limit)
    } catch {
      throw .compression(error)
    }
    do {
      self = try JSONDecoder().decode(CloudWatchLogsData.self, from: Data(json))
    } catch {
      throw .malformed((error as? DecodingError)?.summary ?? "\(error)")
    }
  }
}

/// Why log events cannot be read.
public enum CloudWatchLogsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// They do not decompress.
  case compression(GzipError)
  /// They are not JSON, or not that of log events: where and why.
  case malformed(String)

  /// What is wrong, on one line.
  public var description: String {
    switch self {
    case .compression(let error): "the log events do not decompress: \(error)"
    case .malformed(let why): "not readable log events: \(why)"
    }
  }
}
