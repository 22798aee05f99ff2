/// What a handler is told about one invocation, beside the event.
///
/// Tests make their own: every part has a default.
public struct LambdaContext: Sendable {
  /// The invocation's id, the same for every retry of an asynchronous event.
  public var requestID: String
  /// When Lambda will end the invocation.
  public var deadline: Deadline
  /// The ARN that was invoked: a version's or alias's where the caller named one.
  public var invokedFunctionARN: String?
  /// The X-Ray tracing header, `Root=…;Parent=…;Sampled=…`.
  public var traceID: String?
  /// What a mobile SDK said about its client: JSON, as it came.
  public var clientContext: String?
  /// The Amazon Cognito identity of the caller: JSON, as it came.
  public var cognitoIdentity: String?
  /// The tenant of a function in tenant isolation mode.
  public var tenantID: String?
  /// The id of this attempt where the platform gives one; the runtime echoes it.
  public var invocationID: String?
  /// Whether this is the first invocation of its process.
  public var isColdStart: Bool {
    get { coldStart != nil }
    set { coldStart = newValue ? ColdStart() : nil }
  }
  var coldStart: ColdStart?
  /// What Lambda says about the function itself.
  public var function: FunctionEnvironment
  /// Where the invocation's log lines go; each carries the request id and the trace id.
  public var log: Log

  /// Makes a context, as for a test.
  /// - Parameter log: by default, standard output with this invocation's ids.
  public init(
    requestID: String = "00000000-0000-0000-0000-000000000000", deadline: Deadline = .never,
    invokedFunctionARN: String? = nil, traceID: String? = nil, clientContext: String? = nil,
    cognitoIdentity: String? = nil, tenantID: String? = nil, invocationID: String? = nil, isColdStart: Bool = false,
    function: FunctionEnvironment = .process, log: Log? = nil
  ) {
    self.requestID = requestID
    self.deadline = deadline
    self.invokedFunctionARN = invokedFunctionARN
    self.traceID = traceID
    self.clientContext = clientContext
    self.cognitoIdentity = cognitoIdentity
    self.tenantID = tenantID
    self.invocationID = invocationID
    coldStart = isColdStart ? ColdStart() : nil
    self.function = function
    self.log = (log ?? .process).with(requestID: requestID, traceID: traceID, tenantID: tenantID)
  }
}
