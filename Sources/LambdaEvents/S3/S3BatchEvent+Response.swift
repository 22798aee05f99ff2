import Encodings

extension S3BatchEvent.Task {
  /// The object's key: a manifest has it encoded as in a URL; nil where it is not so encoded UTF-8.
  public var key: String? { PercentEncoding.decode(s3Key, plusIsSpace: true) }

  /// The bucket's name, in either version.
  public var bucket: String? { s3Bucket ?? s3BucketARN?.split(separator: ":").last.map { String($0) } }
}

extension S3BatchEvent {
  /// The response to this event.
  public func response(
    _ results: [S3BatchResponse.TaskResult],
    treatMissingKeysAs: S3BatchResponse.ResultCode = .permanentFailure
  ) -> S3BatchResponse {
    S3BatchResponse(
      invocationSchemaVersion: invocationSchemaVersion, invocationID: invocationID, results: results,
      treatMissingKeysAs: treatMissingKeysAs)
  }
}
