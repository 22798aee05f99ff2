package import FoundationEssentials

/// AWS's usual order of places: environment, web identity, shared files, container, instance.
package struct CredentialsChain: CredentialsProvider {
  private let providers: [any CredentialsProvider]

  package init(
    configuration: AWSConfiguration, http: HTTPClient, now: @escaping @Sendable () -> Date = { Date() }
  ) throws {
    let environment = configuration.environment
    let tokens = SecurityTokenService(http: http, configuration: configuration, now: now)
    let fromEnvironment = EnvironmentCredentials(environment: environment)
    let container = ContainerCredentials(environment: environment, http: http)
    let instance = InstanceCredentials(environment: environment, http: http)
    let webIdentity = try WebIdentityCredentials.from(environment: environment, tokens: tokens)
    let profile = configuration.profile.map {
      ProfileCredentials(
        profile: $0, files: SharedFiles(environment: environment), tokens: tokens,
        sources: ["Environment": fromEnvironment, "EcsContainer": container, "Ec2InstanceMetadata": instance])
    }
    let all: [(any CredentialsProvider)?] = [fromEnvironment, webIdentity, profile, container, instance]
    providers = all.compactMap { $0 }
  }

  package func credentials() async throws -> Credentials? {
    for provider in providers {
      if let found = try await provider.credentials() { return found }
    }
    throw AWSError.credentials(
      "none in the environment (AWS_ACCESS_KEY_ID), the shared files, a container's agent or the instance's metadata")
  }
}
