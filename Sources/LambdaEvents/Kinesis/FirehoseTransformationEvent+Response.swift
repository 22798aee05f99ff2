extension FirehoseTransformationEvent {
  /// What becomes of one record.
  public enum Transformation: Sendable, Equatable {
    /// It goes on with this content, into the partition of these keys where the stream has dynamic partitioning.
    case ok([UInt8], partitionKeys: [String: String]? = nil)
    /// It is left out on purpose.
    case dropped
  }

  /// The response, with every record in it: one for which `transform` throws has failed, and goes to the stream's
  /// error output.
  public func response(
    _ transform: (Record) async throws -> Transformation
  ) async -> FirehoseTransformationResponse {
    var results: [FirehoseTransformationResponse.Record] = []
    for record in records {
      do {
        switch try await transform(record) {
        case .ok(let bytes, let keys):
          results.append(
            .init(
              recordID: record.recordID, result: .ok, data: Base64Data(bytes),
              metadata: keys.map { .init(partitionKeys: $0) }))
        case .dropped: results.append(.init(recordID: record.recordID, result: .dropped))
        }
      } catch {
        // With its content as it came: that is what the error output keeps.
        results.append(.init(recordID: record.recordID, result: .processingFailed, data: record.data))
      }
    }
    return FirehoseTransformationResponse(records: results)
  }
}
