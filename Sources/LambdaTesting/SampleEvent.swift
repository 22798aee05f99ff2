/// A small event of one kind, in the form in which AWS's documentation describes it: for tests and for local runs.
public struct SampleEvent: Sendable {
  /// The name: that of a sample of `sam local generate-event`, such as `sqs-receive-message`, where there is one.
  public var name: String
  /// The type in `LambdaEvents` that reads it.
  public var type: String
  /// The event.
  public var json: String

  private init(_ name: String, _ type: String, _ json: String) {
    self.name = name
    self.type = type
    self.json = json
  }

  /// The sample of this name; nil where there is none.
  public static func named(_ name: String) -> SampleEvent? { all.first { $0.name == name } }

  private static let cognito = #"""
    "version":"1","region":"eu-west-1","userPoolId":"eu-west-1_a","userName":"jane","callerContext":
    {"awsSdkVersion":"aws-sdk-unknown-unknown","clientId":"c1"}
    """#

  private static func cognito(_ source: String, _ request: String, _ response: String) -> String {
    #"{\#(cognito),"triggerSource":"\#(source)","request":\#(request),"response":\#(response)}"#
  }

  private static let attributes = #""userAttributes":{"sub":"u1","email":"jane@example.com"}"#

  /// All samples: one of each type of event, and notifications of S3.
  public static let all: [SampleEvent] = [
    SampleEvent(
      "s3-put", "S3Notification",
      #"""
      {"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-1",
      "eventTime":"2026-01-02T03:04:05.678Z","eventName":"ObjectCreated:Put","s3":{"s3SchemaVersion":"1.0",
      "configurationId":"c","bucket":{"name":"example-bucket","arn":"arn:aws:s3:::example-bucket"},
      "object":{"key":"photos/a+cat%2C+asleep.jpg","size":1024,"eTag":"0123456789abcdef0123456789abcdef",
      "sequencer":"0A1B2C3D4E5F678901"}}}]}
      """#),
    SampleEvent(
      "s3-delete", "S3Notification",
      #"""
      {"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-1",
      "eventTime":"2026-01-02T03:04:05.678Z","eventName":"ObjectRemoved:Delete","s3":{"s3SchemaVersion":"1.0",
      "configurationId":"c","bucket":{"name":"example-bucket","arn":"arn:aws:s3:::example-bucket"},
      "object":{"key":"photos/a+cat%2C+asleep.jpg","sequencer":"0A1B2C3D4E5F678902"}}}]}
      """#),
    SampleEvent(
      "apigateway-aws-proxy", "APIGatewayRequest",
      #"""
      {"resource":"/orders/{id}","path":"/orders/7","httpMethod":"POST","headers":{"Accept":"*/*"},
      "multiValueHeaders":{"Accept":["*/*"]},"queryStringParameters":null,"multiValueQueryStringParameters":null,
      "pathParameters":{"id":"7"},"stageVariables":null,"requestContext":{"accountId":"1","apiId":"a","stage":"prod",
      "authorizer":{"principalId":"p","depth":3},"requestTimeEpoch":1428582896000,
      "identity":{"sourceIp":"192.0.2.1","userAgent":null,"clientCert":{"clientCertPem":"PEM","subjectDN":"CN=a",
      "validity":{"notBefore":"May 28 12:30:02 2019 GMT"}}},"protocol":"HTTP/1.1"},"body":"eA==","isBase64Encoded":true}
      """#),
    SampleEvent(
      "apigateway-http-api-proxy", "APIGatewayV2Request",
      #"""
      {"version":"2.0","routeKey":"POST /orders","rawPath":"/prod/orders","rawQueryString":"a=1&a=2",
      "cookies":["s=1","t=2"],"headers":{"accept":"*/*"},"queryStringParameters":{"a":"1,2"},"requestContext":
      {"accountId":"1","apiId":"a","authorizer":{"jwt":{"claims":{"sub":"u"},"scopes":null}},"domainName":"d","http":
      {"method":"POST","path":"/orders","protocol":"HTTP/1.1","sourceIp":"192.0.2.1","userAgent":"t"},"stage":"prod",
      "timeEpoch":1583348638390},"body":"{}","isBase64Encoded":false}
      """#),
    SampleEvent(
      "function-url", "FunctionURLRequest",
      #"""
      {"version":"2.0","routeKey":"$default","rawPath":"/","rawQueryString":"","headers":{"host":"u.lambda-url.aws"},
      "requestContext":{"accountId":"anonymous","apiId":"u","authorizer":{"iam":{"accessKey":"AK","userArn":"arn",
      "cognitoIdentity":null}},"http":{"method":"GET","path":"/"},"routeKey":"$default","stage":"$default"},
      "isBase64Encoded":false}
      """#),
    SampleEvent(
      "apigateway-websocket", "APIGatewayWebSocketRequest",
      #"""
      {"requestContext":{"routeKey":"$default","messageId":"m","eventType":"MESSAGE","extendedRequestId":"e",
      "requestTime":"t","messageDirection":"IN","stage":"prod","connectedAt":1583348638390,"requestTimeEpoch":1,
      "identity":{"sourceIp":"192.0.2.1"},"requestId":"r","domainName":"d","connectionId":"c=","apiId":"a"},
      "body":"hello","isBase64Encoded":false}
      """#),
    SampleEvent(
      "alb-request", "ALBRequest",
      #"""
      {"requestContext":{"elb":{"targetGroupArn":"arn:tg"}},"httpMethod":"GET","path":"/a%20b",
      "multiValueQueryStringParameters":{"q":["1","2"]},"multiValueHeaders":{"accept":["a","b"]},"body":"",
      "isBase64Encoded":false}
      """#),
    SampleEvent(
      "apigateway-authorizer", "APIGatewayAuthorizerRequest",
      #"""
      {"type":"TOKEN","authorizationToken":"t","methodArn":"arn:aws:execute-api:eu-west-1:1:a/prod/GET/"}
      """#),
    SampleEvent(
      "apigateway-http-api-authorizer", "APIGatewayV2AuthorizerRequest",
      #"""
      {"version":"2.0","type":"REQUEST","routeArn":"arn","identitySource":["t"],"routeKey":"$default","rawPath":"/",
      "headers":{"authorization":"t"},"requestContext":{"http":{"method":"GET"}}}
      """#),
    SampleEvent(
      "sqs-receive-message", "SQSEvent",
      #"{"Records":[{"messageId":"m","body":"b","attributes":{"SentTimestamp":"1"}}]}"#),
    SampleEvent(
      "sns-notification", "SNSEvent",
      #"{"Records":[{"EventSource":"aws:sns","Sns":{"MessageId":"m","Message":"hello"}}]}"#),
    SampleEvent(
      "eventbridge", "EventBridgeEvent",
      #"""
      {"id":"i","detail-type":"Order","source":"shop","time":"2026-01-02T03:04:05Z","detail":{"n":[1,2.5,true,null]}}
      """#),
    SampleEvent(
      "cloudwatch-scheduled-event", "ScheduledEvent",
      #"""
      {"version":"0","id":"i","detail-type":"Scheduled Event","source":"aws.scheduler","account":"1",
      "time":"2026-01-02T03:04:05Z","region":"eu-west-1","resources":["arn"],"detail":"{}"}
      """#),
    SampleEvent(
      "kinesis-get-records", "KinesisEvent",
      #"""
      {"Records":[{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"p","sequenceNumber":"495","data":"aGk=",
      "approximateArrivalTimestamp":1545084650.987},"eventID":"shardId-0:495","eventName":"aws:kinesis:record"}],
      "window":{"start":"2026-12-09T07:04:00Z","end":"2026-12-09T07:06:00Z"},"state":{"1":"282"},"shardId":"s",
      "isFinalInvokeForWindow":false}
      """#),
    SampleEvent(
      "dynamodb-update", "DynamoDBEvent",
      #"""
      {"Records":[{"eventID":"1","eventName":"MODIFY","awsRegion":"eu-west-1","dynamodb":{"Keys":{"Id":{"N":"101"}},
      "NewImage":{"Id":{"N":"101"},"t":{"M":{"a":{"L":[{"S":"x"},{"NULL":true}]}}},"b":{"B":"aGk="},
      "s":{"SS":["a","b"]},"n":{"NS":["1","2"]},"f":{"BOOL":true}},"ApproximateCreationDateTime":1428537600.5,
      "SequenceNumber":"442","SizeBytes":26,"StreamViewType":"NEW_AND_OLD_IMAGES"},
      "userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"}}]}
      """#),
    SampleEvent(
      "kinesis-kinesis-firehose", "FirehoseTransformationEvent",
      #"""
      {"invocationId":"i","deliveryStreamArn":"arn","region":"eu-west-1","records":[{"recordId":"r",
      "approximateArrivalTimestamp":1495072949453,"data":"aGk=","kinesisRecordMetadata":{"sequenceNumber":"1",
      "subsequenceNumber":"0","partitionKey":"p","shardId":"s","approximateArrivalTimestamp":1495072949453}}]}
      """#),
    SampleEvent(
      "kafka", "KafkaEvent",
      #"""
      {"eventSource":"aws:kafka","eventSourceArn":"arn","bootstrapServers":"b:9092","records":{"t-0":[{"topic":"t",
      "partition":0,"offset":15,"timestamp":1545084650987,"timestampType":"CREATE_TIME","key":"aw==","value":"aGk=",
      "headers":[{"h":[104,-1]}]},{"topic":"t","partition":0,"offset":16}]}}
      """#),
    SampleEvent("cloudwatch-logs", "CloudWatchLogsEvent", #"{"awslogs":{"data":"H4sIAAAAAAAAA6uuBQBDv6ajAgAAAA=="}}"#),
    SampleEvent(
      "ses-email-receiving", "SESEvent",
      #"""
      {"Records":[{"eventSource":"aws:ses","eventVersion":"1.0","ses":{"mail":{"messageId":"m","source":"a@b",
      "destination":["c@d"],"headersTruncated":false,"headers":[{"name":"To","value":"c@d"}],"commonHeaders":{
      "from":["a@b"],"subject":"Hi"}},"receipt":{"recipients":["c@d"],"spamVerdict":{"status":"PASS"},
      "dmarcVerdict":{"status":"NEW_ONE"},"action":{"type":"Lambda","functionArn":"arn"},"processingTimeMillis":574}}}]}
      """#),
    SampleEvent(
      "s3-batch-invocation", "S3BatchEvent",
      #"""
      {"invocationSchemaVersion":"2.0","invocationId":"i","job":{"id":"j","userArguments":{"a":"b"}},"tasks":[{
      "taskId":"t","s3Key":"a+b%2Bc","s3VersionId":null,"s3Bucket":"raw"}]}
      """#),
    SampleEvent(
      "s3-object-lambda", "S3ObjectLambdaEvent",
      #"""
      {"xAmzRequestId":"r","getObjectContext":{"inputS3Url":"https://u","outputRoute":"o","outputToken":"t"},
      "configuration":{"accessPointArn":"arn","payload":"{}"},"userRequest":{"url":"https://o","headers":{"Host":"h"}},
      "userIdentity":{"type":"AssumedRole","sessionContext":{"attributes":{"mfa":"false"}}},"protocolVersion":"1.00"}
      """#),
    SampleEvent(
      "cloudformation-create-request", "CustomResourceRequest",
      #"""
      {"RequestType":"Update","ResponseURL":"https://r","StackId":"s","RequestId":"r","ResourceType":"Custom::T",
      "LogicalResourceId":"l","PhysicalResourceId":"p","ResourceProperties":{"A":["1"]},
      "OldResourceProperties":{"A":[]}}
      """#),
    SampleEvent(
      "cognito-pre-sign-up", "CognitoPreSignUpEvent",
      cognito(
        "PreSignUp_SignUp", "{\(attributes),\"validationData\":null}",
        #"{"autoConfirmUser":false,"autoVerifyEmail":false,"autoVerifyPhone":false}"#)),
    SampleEvent(
      "cognito-post-confirmation", "CognitoPostConfirmationEvent",
      cognito("PostConfirmation_ConfirmSignUp", "{\(attributes)}", "{}")),
    SampleEvent(
      "cognito-pre-authentication", "CognitoPreAuthenticationEvent",
      cognito(
        "PreAuthentication_Authentication", #"{\#(attributes),"validationData":{"a":"b"},"userNotFound":false}"#, "{}")),
    SampleEvent(
      "cognito-post-authentication", "CognitoPostAuthenticationEvent",
      cognito(
        "PostAuthentication_Authentication", #"{\#(attributes),"newDeviceUsed":true}"#, "{}")),
    SampleEvent(
      "cognito-user-migration", "CognitoUserMigrationEvent",
      cognito(
        "UserMigration_Authentication", #"{"password":"p","clientMetadata":{"a":"b"}}"#,
        #"{"userAttributes":null,"finalUserStatus":null,"desiredDeliveryMediums":null,"forceAliasCreation":null}"#)),
    SampleEvent(
      "cognito-pre-token-generation", "CognitoPreTokenGenerationEvent",
      cognito(
        "TokenGeneration_Authentication",
        #"{\#(attributes),"groupConfiguration":{"groupsToOverride":["g"],"preferredRole":null},"scopes":["openid"]}"#,
        #"{"claimsOverrideDetails":null,"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"scopesToAdd":["s"]}}}"#
      )),
    SampleEvent(
      "cognito-custom-message", "CognitoCustomMessageEvent",
      cognito(
        "CustomMessage_SignUp", #"{\#(attributes),"codeParameter":"{####}","usernameParameter":null}"#,
        #"{"smsMessage":null,"emailMessage":null,"emailSubject":null}"#)),
    SampleEvent(
      "cognito-custom-sender", "CognitoCustomSenderEvent",
      cognito(
        "CustomEmailSender_SignUp", #"{"type":"customEmailSenderRequestV1","code":"Y29kZQ==",\#(attributes)}"#, "{}")),
    SampleEvent(
      "cognito-define-auth-challenge", "CognitoDefineAuthChallengeEvent",
      cognito(
        "DefineAuthChallenge_Authentication",
        #"{\#(attributes),"session":[{"challengeName":"SRP_A","challengeResult":true,"challengeMetadata":null}]}"#,
        #"{"challengeName":null,"issueTokens":null,"failAuthentication":null}"#)),
    SampleEvent(
      "cognito-create-auth-challenge", "CognitoCreateAuthChallengeEvent",
      cognito(
        "CreateAuthChallenge_Authentication", #"{\#(attributes),"challengeName":"CUSTOM_CHALLENGE","session":[]}"#,
        #"{"publicChallengeParameters":null,"privateChallengeParameters":null,"challengeMetadata":null}"#)),
    SampleEvent(
      "cognito-verify-auth-challenge", "CognitoVerifyAuthChallengeEvent",
      cognito(
        "VerifyAuthChallengeResponse_Authentication",
        #"{\#(attributes),"privateChallengeParameters":{"answer":"5"},"challengeAnswer":"5"}"#,
        #"{"answerCorrect":null}"#)),
  ]
}
