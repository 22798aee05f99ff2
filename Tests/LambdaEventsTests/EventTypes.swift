import LambdaEvents

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A type of event, by its name: what it makes of JSON.
///
/// This file is also part of the fuzz target and of the function by which samples of AWS's own are read.
struct EventType: Sendable {
  var name: String
  /// Reads an event, and writes what was read.
  var readAndWrite: @Sendable (_ json: [UInt8]) throws -> [UInt8]

  init<Event: Codable & Sendable>(_ type: Event.Type, _ name: String) {
    self.name = name
    readAndWrite = { json in
      let event = try JSONHandler.decode(type, json)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return [UInt8](try encoder.encode(event))
    }
  }

  /// The type of this name.
  static func named(_ name: String) -> EventType? { all.first { $0.name == name } }

  /// All types of events, in the order of the table in docs/events.md.
  static let all: [EventType] = [
    EventType(APIGatewayRequest.self, "APIGatewayRequest"),
    EventType(APIGatewayV2Request.self, "APIGatewayV2Request"),
    EventType(APIGatewayWebSocketRequest.self, "APIGatewayWebSocketRequest"),
    EventType(FunctionURLRequest.self, "FunctionURLRequest"),
    EventType(ALBRequest.self, "ALBRequest"),
    EventType(APIGatewayAuthorizerRequest.self, "APIGatewayAuthorizerRequest"),
    EventType(APIGatewayV2AuthorizerRequest.self, "APIGatewayV2AuthorizerRequest"),
    EventType(SQSEvent.self, "SQSEvent"),
    EventType(SNSEvent.self, "SNSEvent"),
    EventType(EventBridgeEvent<JSONValue>.self, "EventBridgeEvent"),
    EventType(ScheduledEvent.self, "ScheduledEvent"),
    EventType(KinesisEvent.self, "KinesisEvent"),
    EventType(DynamoDBEvent.self, "DynamoDBEvent"),
    EventType(FirehoseTransformationEvent.self, "FirehoseTransformationEvent"),
    EventType(KafkaEvent.self, "KafkaEvent"),
    EventType(CloudWatchLogsEvent.self, "CloudWatchLogsEvent"),
    EventType(SESEvent.self, "SESEvent"),
    EventType(S3BatchEvent.self, "S3BatchEvent"),
    EventType(S3ObjectLambdaEvent.self, "S3ObjectLambdaEvent"),
    EventType(CustomResourceRequest<JSONValue>.self, "CustomResourceRequest"),
    EventType(CognitoPreSignUpEvent.self, "CognitoPreSignUpEvent"),
    EventType(CognitoPostConfirmationEvent.self, "CognitoPostConfirmationEvent"),
    EventType(CognitoPreAuthenticationEvent.self, "CognitoPreAuthenticationEvent"),
    EventType(CognitoPostAuthenticationEvent.self, "CognitoPostAuthenticationEvent"),
    EventType(CognitoUserMigrationEvent.self, "CognitoUserMigrationEvent"),
    EventType(CognitoPreTokenGenerationEvent.self, "CognitoPreTokenGenerationEvent"),
    EventType(CognitoCustomMessageEvent.self, "CognitoCustomMessageEvent"),
    EventType(CognitoCustomSenderEvent.self, "CognitoCustomSenderEvent"),
    EventType(CognitoDefineAuthChallengeEvent.self, "CognitoDefineAuthChallengeEvent"),
    EventType(CognitoCreateAuthChallengeEvent.self, "CognitoCreateAuthChallengeEvent"),
    EventType(CognitoVerifyAuthChallengeEvent.self, "CognitoVerifyAuthChallengeEvent"),
  ]
}
