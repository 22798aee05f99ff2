/// AWS's usual order of places: environment, web identity, shared files, container, instance.
package struct CredentialsChain: CredentialsProvider {
  private let first: [any CredentialsProvider]
  private let instance: InstanceCredentials

  init(configuration: AWSConfiguration, http: HTTPClient, clock: ServiceClock, traceHeader: TraceHeader) throws {
    let environment = configuration.environment
    let tokens = SecurityTokenService(
      http: http, configuration: configuration, clock: clock, traceHeader: traceHeader)
    let fromEnvironment = EnvironmentCredentials(environment: environment)
    let container = ContainerCredentials(environment: environment, http: http)
    instance = InstanceCredentials(environment: environment, http: http)
    let webIdentity = try WebIdentityCredentials.from(environment: environment, tokens: tokens)
    let profile = ProfileCredentials(
      profile: configuration.profile, files: SharedFiles(environment: environment), tokens: tokens,
      sources: ["Environment": fromEnvironment, "EcsContainer": container, "Ec2InstanceMetadata": instance])
    let all: [(any CredentialsProvider)?] = [fromEnvironment, webIdentity, profile, container]
    first = all.compactMap { $0 }
  }

  package init(configuration: AWSConfiguration, http: HTTPClient) throws {
    try self.init(configuration: configuration, http: http, clock: ServiceClock(), traceHeader: .none)
  }

  package func credentials() async throws -> Credentials? {
    for provider in first {
      if let found = try await provider.credentials() { return found }
    }
    let elsewhere = "none in the environment (AWS_ACCESS_KEY_ID), the shared files or a container's agent"
    do {
      if let found = try await instance.credentials() { return found }
    } catch AWSError.credentials(let reason) {
      throw AWSError.credentials("\(elsewhere); \(reason)")
    }
    throw AWSError.credentials("\(elsewhere), nor of an instance's role")
  }
}
