import LambdaRuntime

Lambda.run(streaming: { event, writer, context in
  try await writer.begin(HTTPIntegrationHead(headers: ["Content-Type": "text/plain; charset=utf-8"]))
  for line in 1...5 {
    // Time for a client to see what there is so far.
    try await Task.sleep(for: .milliseconds(100))
    try await writer.write("line \(line)\n")
  }
})
