/// A task of an S3 Batch Operations job (Amazon S3 User Guide, "Invoke AWS Lambda function").
public struct S3BatchEvent: Codable, Sendable, Equatable {
  /// The version of this form, which is the response's too: `1.0` or `2.0`.
  public var invocationSchemaVersion: String
  /// The id of this invocation, which is the response's too.
  public var invocationID: String
  /// The job.
  public var job: Job?
  /// What is to be done: one task.
  public var tasks: [Task]

  /// The job that a task is of.
  public struct Job: Codable, Sendable, Equatable {
    /// Its id.
    public var id: String?
    /// What whoever made the job passed on (version `2.0`).
    public var userArguments: [String: String]?

    /// Makes one, as for a test.
    public init(id: String? = nil, userArguments: [String: String]? = nil) {
      self.id = id
      self.userArguments = userArguments
    }
  }

  /// One object that something is to be done with.
  public struct Task: Codable, Sendable, Equatable {
    /// What the response names the task by.
    public var taskID: String
    /// The key as the manifest has it, which may be encoded: see ``key``.
    public var s3Key: String
    /// The object's version.
    public var s3VersionID: String?
    /// The bucket (version `1.0`).
    public var s3BucketARN: String?
    /// The bucket's name (version `2.0`).
    public var s3Bucket: String?

    /// Makes one, as for a test.
    public init(
      taskID: String, s3Key: String, s3VersionID: String? = nil, s3BucketARN: String? = nil, s3Bucket: String? = nil
    ) {
      self.taskID = taskID
      self.s3Key = s3Key
      self.s3VersionID = s3VersionID
      self.s3BucketARN = s3BucketARN
      self.s3Bucket = s3Bucket
    }

    enum CodingKeys: String, CodingKey {
      case taskID = "taskId"
      case s3Key
      case s3VersionID = "s3VersionId"
      case s3BucketARN = "s3BucketArn"
      case s3Bucket
    }
  }

  /// Makes one, as for a test.
  public init(invocationSchemaVersion: String, invocationID: String, tasks: [Task], job: Job? = nil) {
    self.invocationSchemaVersion = invocationSchemaVersion
    self.invocationID = invocationID
    self.job = job
    self.tasks = tasks
  }

  enum CodingKeys: String, CodingKey {
    case invocationSchemaVersion
    case invocationID = "invocationId"
    case job, tasks
  }
}

/// What became of the tasks of a job.
public struct S3BatchResponse: Codable, Sendable, Equatable {
  /// The version, as the event has it.
  public var invocationSchemaVersion: String
  /// What becomes of tasks that are not in the results.
  public var treatMissingKeysAs: ResultCode
  /// The invocation's id, as the event has it.
  public var invocationID: String
  /// What became of each task.
  public var results: [TaskResult]

  /// What became of one task.
  public struct TaskResult: Codable, Sendable, Equatable {
    /// The task's id, as the event has it.
    public var taskID: String
    /// What became of it.
    public var resultCode: ResultCode
    /// A word on it for the job's report.
    public var resultString: String

    /// Says what became of a task.
    public init(taskID: String, resultCode: ResultCode, resultString: String = "") {
      self.taskID = taskID
      self.resultCode = resultCode
      self.resultString = resultString
    }

    enum CodingKeys: String, CodingKey {
      case taskID = "taskId"
      case resultCode, resultString
    }
  }

  /// What became of a task.
  public struct ResultCode: RawRepresentable, Codable, Sendable, Hashable {
    /// The value as AWS writes it.
    public var rawValue: String

    /// Takes any value: AWS may add to those below.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// It is done.
    public static let succeeded = ResultCode(rawValue: "Succeeded")
    /// It is to be tried again.
    public static let temporaryFailure = ResultCode(rawValue: "TemporaryFailure")
    /// It cannot be done.
    public static let permanentFailure = ResultCode(rawValue: "PermanentFailure")
  }

  /// Makes a response.
  public init(
    invocationSchemaVersion: String, invocationID: String, results: [TaskResult],
    treatMissingKeysAs: ResultCode = .permanentFailure
  ) {
    self.invocationSchemaVersion = invocationSchemaVersion
    self.treatMissingKeysAs = treatMissingKeysAs
    self.invocationID = invocationID
    self.results = results
  }

  enum CodingKeys: String, CodingKey {
    case invocationSchemaVersion, treatMissingKeysAs
    case invocationID = "invocationId"
    case results
  }
}
