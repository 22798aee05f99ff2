import LambdaRuntime
import Testing

@Suite("What Lambda says about a function", .timeLimit(.minutes(1)))
struct FunctionEnvironmentTests {
  @Test(
    "as many invocations run side by side as Lambda says, up to its maximum of 1,600; what makes no sense is one",
    arguments: [
      (nil, 1), ("1", 1), ("64", 64), ("1600", 1600), ("99999999", 2048), ("0", 1), ("-3", 1), ("many", 1), ("", 1),
    ] as [(String?, Int)])
  func concurrency(value: String?, expected: Int) {
    let environment = FunctionEnvironment { $0 == "AWS_LAMBDA_MAX_CONCURRENCY" ? value : nil }
    #expect(environment.maximumConcurrency == expected)
  }

  @Test("what is not set has a default")
  func defaults() {
    #expect(FunctionEnvironment { _ in nil } == FunctionEnvironment())
  }
}
