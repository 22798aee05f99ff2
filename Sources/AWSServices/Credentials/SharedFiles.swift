// Why: docs/decisions/0003-sigv4-xml-and-profiles-by-hand.md

import FoundationEssentials

/// A named set of settings from AWS's shared configuration and credentials files.
package struct Profile: Sendable, Equatable {
  package var name: String
  package var settings: [String: String]
  /// Settings within settings, such as those of `s3 =`.
  package var blocks: [String: [String: String]] = [:]

  package subscript(setting: String) -> String? { settings[setting] }
}

/// AWS's shared configuration and credentials files.
///
/// A profile that a person wrote is used or refused: what signs in its place would not be what that person meant.
/// Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files".
package struct SharedFiles: Sendable {
  private let environment: [String: String]

  package init(environment: [String: String]) { self.environment = environment }

  /// The profile that the environment asks for by its name, if it does.
  /// - Throws: `AWSError.configuration` when two variables name different ones.
  func requestedName() throws(AWSError) -> String? {
    let (name, older) = (environment["AWS_PROFILE"], environment["AWS_DEFAULT_PROFILE"])
    if let name, let older, name != older {
      throw .configuration("AWS_PROFILE is \"\(name)\" and AWS_DEFAULT_PROFILE is \"\(older)\": unset one of them")
    }
    return name ?? older
  }

  /// The profile that `AWS_PROFILE` (or, as older tools have it, `AWS_DEFAULT_PROFILE`) names, or `default`.
  /// - Returns: nil when there is no profile and none was asked for by name.
  /// - Throws: `AWSError.configuration` for a file that cannot be read as one, or a named profile that is not there.
  package func chosen() throws -> Profile? {
    let name = try requestedName()
    if let profile = try profile(name ?? "default") { return profile }
    guard let name else { return nil }
    let (configuration, credentials) = (try configurationPath(), try credentialsPath())
    throw AWSError.configuration(
      "AWS_PROFILE is \"\(name)\", and neither \(configuration) nor \(credentials) has such a profile")
  }

  /// A profile from both files together; the credentials file wins, and keys and token come from one file.
  package func profile(_ name: String) throws -> Profile? {
    let (configurationPath, credentialsPath) = (try configurationPath(), try credentialsPath())
    let configuration = try sections(configurationPath) { SectionName(inConfiguration: $0) }
    let credentials = try sections(credentialsPath) { SectionName(inCredentials: $0) }
    let inConfiguration = name == "default" ? name : "profile \(name)"
    if name != "default", configuration[.other(name)] != nil {
      throw misspelt(name, inConfiguration, configurationPath)
    }
    for case .misspelt(profile: name, let text) in configuration.keys {
      throw misspelt(text, inConfiguration, configurationPath)
    }
    for case .misspelt(profile: name, let text) in credentials.keys { throw misspelt(text, name, credentialsPath) }
    var settings = configuration[.profile(name)] ?? [:]
    if let own = credentials[.profile(name)] {
      if own.keys.contains(where: Self.keys.contains) { settings = settings.filter { !Self.keys.contains($0.key) } }
      settings.merge(own) { $1 }
    } else if configuration[.profile(name)] == nil {
      return nil
    }
    return try profile(name, settings)
  }

  /// The settings of one service in a `[services …]` section that a profile names.
  /// - Throws: `AWSError.configuration` when that section is not there, or holds something else.
  func settings(of service: String, in section: String, profile: Profile) throws -> [String: String] {
    let path = try configurationPath()
    func refuse(_ why: String) -> AWSError { .configuration("\(path): [services \(section)] \(why)") }
    guard let services = try sections(path, { SectionName(inConfiguration: $0) })[.services(section)] else {
      throw refuse("is not there, and profile \(profile.name) names it")
    }
    for (name, value) in services.sorted(by: { $0.key < $1.key }) {
      guard case .block = value else {
        throw refuse("has \"\(name)\", which is to stand indented below a service's name, such as \"s3 =\"")
      }
    }
    guard case .block(let settings) = services[service] else { return [:] }
    return settings
  }

  /// - Throws: `AWSError.credentials` when a variable names a file that is not there: a profile may have been meant.
  func requireNamedFiles() throws {
    let named = [("AWS_CONFIG_FILE", try configurationPath()), ("AWS_SHARED_CREDENTIALS_FILE", try credentialsPath())]
    for (variable, path) in named where environment[variable] != nil {
      guard try SmallFile.text(path, limit: Self.limit) != nil else {
        throw AWSError.credentials(
          "\(variable) names \(path), and there is no such file; /dev/null stands for a file without profiles")
      }
    }
  }

  private static let limit = 1 << 20
  private static let tokens: Set<String> = ["aws_session_token", "aws_security_token"]
  private static let keys = tokens.union(["aws_access_key_id", "aws_secret_access_key"])
  /// Settings that say what signs.
  ///
  /// Within another setting they would be of no effect, and another source would sign.
  private static let decisive =
    keys.union([
      "role_arn", "source_profile", "credential_source", "web_identity_token_file", "credential_process", "sso_session",
      "sso_start_url", "login_session",
    ])

  private func misspelt(_ section: String, _ correct: String, _ path: String) -> AWSError {
    .configuration("\(path): the section [\(section)] is to be [\(correct)] in that file")
  }

  private func profile(_ name: String, _ settings: ProfileFile.Settings) throws -> Profile {
    func refuse(_ why: String) -> AWSError { .configuration("profile \(name): \(why)") }
    var profile = Profile(name: name, settings: [:])
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
      switch value {
      case .text(""):
        // A token may be left empty where keys need none; so may what decides nothing about who signs.
        guard !Self.decisive.contains(name) || Self.tokens.contains(name) else { throw refuse("\"\(name)\" is empty") }
      case .text(let text): profile.settings[name] = text
      case .continued: throw refuse("the line after \"\(name)\" is indented further, and so belongs to it")
      case .block(let block):
        if let setting = block.keys.sorted().first(where: Self.decisive.contains) {
          throw refuse("\"\(setting)\" is indented further than \"\(name)\" above it, and so belongs to that")
        }
        profile.blocks[name] = block
      }
    }
    return profile
  }

  private func sections(
    _ path: String, _ read: (String) -> SectionName
  ) throws -> [SectionName: ProfileFile.Settings] {
    guard let text = try SmallFile.text(path, limit: Self.limit) else { return [:] }
    var sections: [SectionName: ProfileFile.Settings] = [:]
    for (text, settings) in try ProfileFile(text, path: path).sections.sorted(by: { $0.key < $1.key }) {
      guard sections.updateValue(settings, forKey: read(text)) == nil else {
        throw AWSError.configuration("\(path): a second section for what [\(text)] names")
      }
    }
    return sections
  }

  private func configurationPath() throws(AWSError) -> String {
    try HomeFolder.expand(environment["AWS_CONFIG_FILE"] ?? "~/.aws/config", environment)
  }

  private func credentialsPath() throws(AWSError) -> String {
    try HomeFolder.expand(environment["AWS_SHARED_CREDENTIALS_FILE"] ?? "~/.aws/credentials", environment)
  }
}
