public import FoundationEssentials

/// An object of the raw bucket that is to be processed.
public struct RawObject: Sendable, Equatable {
  /// In the raw bucket.
  public var key: String
  /// As people know the file.
  public var name: String
  /// In bytes.
  public var size: Int64
  /// Without quotes.
  public var eTag: String
  /// When it was stored: the time of its event, from which its seven days count.
  public var storedAt: Date

  /// - Parameter size: In bytes.
  public init(key: String, name: String, size: Int64, eTag: String, storedAt: Date) {
    self.key = key
    self.name = name
    self.size = size
    self.eTag = eTag
    self.storedAt = storedAt
  }
}

/// How far a job has come that has no row yet.
public enum JobState: Sendable, Equatable {
  /// It is to be done, for the first time or once more.
  case waiting
  case processing
  /// It is not tried again by itself: why.
  case failed(String)
}
