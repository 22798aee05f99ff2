import Crypto
import Encodings

/// What S3 knows the whole of an object by.
///
/// Source: Amazon S3 User Guide, "Checking object integrity".
public struct S3Checksum: Sendable, Equatable {
  /// The algorithms that are checked here, by their names in headers: `x-amz-checksum-…`.
  public enum Algorithm: String, Sendable, CaseIterable {
    case sha256, crc64nvme, crc32c, crc32
  }

  /// How `value` was computed.
  public var algorithm: Algorithm
  /// The checksum in Base64.
  public var value: String

  /// A checksum that is known.
  /// - Parameter value: In Base64.
  public init(algorithm: Algorithm, value: String) {
    self.algorithm = algorithm
    self.value = value
  }

  /// Reads the headers of a response to a request with `x-amz-checksum-mode: ENABLED`.
  ///
  /// Nil where there is none, or only one of the parts' checksums (`COMPOSITE`), which the bytes themselves do not
  /// tell.
  init?(_ headers: HTTPFields) {
    guard headers["x-amz-checksum-type"]?.uppercased() != "COMPOSITE" else { return nil }
    for algorithm in Algorithm.allCases {
      // An older form of a composite one is told by the number of parts at its end.
      if let value = headers["x-amz-checksum-\(algorithm.rawValue)"], !value.contains("-") {
        self.init(algorithm: algorithm, value: value)
        return
      }
    }
    return nil
  }
}

/// A checksum of bytes as they come.
package struct S3ChecksumComputation {
  private enum State {
    case digest(SHA256)
    case check(CyclicRedundancyCheck)
  }

  private let algorithm: S3Checksum.Algorithm
  private var state: State

  /// Of no bytes yet.
  package init(_ algorithm: S3Checksum.Algorithm) {
    self.algorithm = algorithm
    state =
      switch algorithm {
      case .sha256: .digest(SHA256())
      case .crc64nvme: .check(CyclicRedundancyCheck(CyclicRedundancyCheck.crc64NVMe))
      case .crc32c: .check(CyclicRedundancyCheck(CyclicRedundancyCheck.crc32c))
      case .crc32: .check(CyclicRedundancyCheck(CyclicRedundancyCheck.crc32))
      }
  }

  /// Takes the next bytes.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    switch state {
    case .digest(var digest):
      digest.update(bufferPointer: bytes)
      state = .digest(digest)
    case .check(var check):
      check.update(bytes)
      state = .check(check)
    }
  }

  /// Of all bytes so far.
  package var checksum: S3Checksum {
    let bytes =
      switch state {
      case .digest(let digest): Array(digest.finalize())
      case .check(let check): check.bytes
      }
    return S3Checksum(algorithm: algorithm, value: Base64.encode(bytes))
  }
}
