/// Requests as each of the services sends them.
enum Events {
  static let restAPI = #"""
    {"resource":"/{proxy+}","path":"/orders/7","httpMethod":"POST","headers":{"Host":"a.example","Accept":"b"},
    "multiValueHeaders":{"Host":["a.example"],"Accept":["a","b"],"Cookie":["s=1; t=2"],"X-Forwarded-Proto":["https"]},
    "queryStringParameters":{"q":"c d"},"multiValueQueryStringParameters":{"q":["a&b","c d"]},"pathParameters":null,
    "stageVariables":null,"requestContext":{"stage":"prod","path":"/prod/orders/7","identity":{"sourceIp":"192.0.2.1"}},
    "body":"AP8=","isBase64Encoded":true}
    """#
  static let httpAPI = #"""
    {"version":"2.0","routeKey":"$default","rawPath":"/prod/orders/7","rawQueryString":"q=a%26b&q=c+d",
    "cookies":["s=1","t=2"],"headers":{"host":"x.execute-api.eu-west-1.amazonaws.com","accept":"a,b",
    "x-forwarded-proto":"https"},"requestContext":{"domainName":"x.execute-api.eu-west-1.amazonaws.com","stage":"prod",
    "http":{"method":"POST","path":"/prod/orders/7","sourceIp":"192.0.2.1"}},"body":"AP8=","isBase64Encoded":true}
    """#
  static let functionURL = #"""
    {"version":"2.0","routeKey":"$default","rawPath":"/orders/7","rawQueryString":"q=a%26b&q=c%20d",
    "cookies":["s=1","t=2"],"headers":{"host":"u.lambda-url.eu-west-1.on.aws","accept":"a,b",
    "x-forwarded-proto":"https"},"requestContext":{"domainName":"u.lambda-url.eu-west-1.on.aws","stage":"$default",
    "http":{"method":"POST","path":"/orders/7","sourceIp":"192.0.2.1"}},"body":"AP8=","isBase64Encoded":true}
    """#
  static let loadBalancer = #"""
    {"requestContext":{"elb":{"targetGroupArn":"arn"}},"httpMethod":"POST","path":"/orders/7",
    "queryStringParameters":{"q":"c%20d"},"headers":{"host":"l.example","accept":"a,b","cookie":"s=1; t=2",
    "x-forwarded-proto":"https","x-forwarded-for":"198.51.100.9, 192.0.2.1"},"body":"AP8=","isBase64Encoded":true}
    """#
  static let loadBalancerMultiValue = #"""
    {"requestContext":{"elb":{"targetGroupArn":"arn"}},"httpMethod":"POST","path":"/orders/7",
    "multiValueQueryStringParameters":{"q":["a%26b","c%20d"]},"multiValueHeaders":{"host":["l.example"],
    "accept":["a","b"],"cookie":["s=1; t=2"],"x-forwarded-proto":["https"],"x-forwarded-for":["192.0.2.1"]},
    "body":"AP8=","isBase64Encoded":true}
    """#

  static let all: [(name: String, json: String)] = [
    ("a REST API", restAPI), ("an HTTP API", httpAPI), ("a function URL", functionURL),
    ("a load balancer", loadBalancer), ("a load balancer with multi-value headers", loadBalancerMultiValue),
  ]
}
