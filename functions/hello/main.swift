import LambdaRuntime

Lambda.run { event, context in
  context.log.info("Hello from \(context.function.functionName)")
  return Array("{\"hello\":\"world\",\"bytes\":\(event.count)}".utf8)
}
