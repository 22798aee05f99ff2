import AWSServices
import Foundation
import Testing

/// AWS's shared files as people have them.
@Suite final class ProfileFileTests: Sendable {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("profiles-\(UUID())")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(at: folder) }

  private func chosen(_ config: String, credentials: String = "", _ profile: String? = nil) throws -> Profile? {
    try Data(config.utf8).write(to: folder.appendingPathComponent("config"))
    try Data(credentials.utf8).write(to: folder.appendingPathComponent("credentials"))
    var environment = [
      "AWS_CONFIG_FILE": folder.path + "/config", "AWS_SHARED_CREDENTIALS_FILE": folder.path + "/credentials",
    ]
    environment["AWS_PROFILE"] = profile
    return try SharedFiles(environment: environment).chosen()
  }

  private func refusal(_ config: String, credentials: String = "", _ profile: String? = nil) -> String? {
    do {
      _ = try chosen(config, credentials: credentials, profile)
      return nil
    } catch { return "\(error)" }
  }

  @Test(arguments: [
    "[default]\n  aws_access_key_id = A\n  region = r\n", "[default]\n\taws_access_key_id = A\n\tregion = r\n",
    "  [default]\n    aws_access_key_id = A\n  region = r\n", "\u{FEFF}[default]\raws_access_key_id=A\rregion=r\r",
    "[default]\r\n  aws_access_key_id: A\r\n\r\n  ; a comment\r\n  region: r ; another\r\n",
    "[default]   # a comment\nAWS_ACCESS_KEY_ID = A\nRegion=r\n", "[profile default]\naws_access_key_id=A\nregion=r",
    "[ 'default' ]\n aws_access_key_id = A\n s3 =\n   a = b\n\n   # c\n   d = e=f\n region = r\n",
  ])
  func readsKeysWhereverTheyStand(text: String) throws {
    let profile = try #require(try chosen(text))
    #expect(profile["aws_access_key_id"] == "A")
    #expect(profile["region"] == "r")
  }

  @Test(arguments: [
    ("profile \"x y\"", "x y"), ("profile 'x y'", "x y"), ("profile x\\ y", "x y"), ("profile x", "x"),
    ("profile  \"x\"", "x"), ("profile 'it'\"'\"'s'", "it's"), ("profile \"a\\\"b\"", "a\"b"), ("profile x]y", "x]y"),
    ("profile grüße", "grüße"), ("\tprofile\tx\t", "x"),
  ])
  func readsNamesAsTheCommandLineWritesThem(section: String, name: String) throws {
    #expect(try chosen("[\(section)]\nregion = r\n", name)?["region"] == "r")
  }

  @Test(arguments: ["x y", "x", "it's", "\"x y\""]) func readsNamesOfTheCredentialsFile(name: String) throws {
    let text = "[\(name)]\naws_access_key_id = A\naws_secret_access_key = s\n"
    #expect(try chosen("", credentials: text, name == "\"x y\"" ? "x y" : name)?["aws_access_key_id"] == "A")
  }

  @Test func keysAndTokenComeFromOneFile() throws {
    let config = "[default]\naws_access_key_id = C\naws_secret_access_key = c\naws_session_token = t\nregion = r\n"
    let profile = try chosen(config, credentials: "[default]\naws_access_key_id = K\naws_secret_access_key = k\n")
    #expect(
      profile?.settings == ["aws_access_key_id": "K", "aws_secret_access_key": "k", "region": "r"])
  }

  @Test(arguments: [
    ("[default]\nregion = r\n  aws_access_key_id = A\n", "the line after \"region\" is indented further"),
    ("[default]\ns3 =\n  aws_access_key_id = A\n", "\"aws_access_key_id\" is indented further than \"s3\""),
    (
      "[profile x]\nregion = r\n  [default]\n  aws_access_key_id = A\n", "line 3: a section begins further to the right"
    ),
    ("[default]\ns3 =\n  nonsense\n", "line 3: \"nonsense\" is not a setting within \"s3\""),
    ("[default]\nregion = a\nregion = b\n", "line 3: a second \"region\" in [default]"),
    ("[default]\nregion = a\n[default]\n", "line 3: a second section [default]"),
    ("[default]\n[profile default]\n", "a second section for what [profile default] names"),
    ("[Default]\naws_access_key_id = A\n", "the section [Default] is to be [default]"),
    ("[DEFAULT]\naws_access_key_id = A\n", "the section [DEFAULT] is to be [default]"),
    ("[Profile default]\naws_access_key_id = A\n", "the section [Profile default] is to be [default]"),
    ("[default]\naws_access_key_id =\n", "profile default: \"aws_access_key_id\" is empty"),
    ("key = 1\n", "line 1: \"key\" stands before the first [section]"), ("[open\n", "line 1: a section's name is not"),
    ("[]\n", "line 1: a section's name is not"), ("[a] b\n", "line 1: a section's name is not"),
    ("[a]\nnonsense\n", "line 2: neither a [section] nor a setting"), ("[a]\n= 1\n", "line 2: neither a [section]"),
  ])
  func refusesWhatWouldBeOfNoEffect(text: String, words: String) {
    #expect(refusal(text)?.contains(words) == true, "\(refusal(text) ?? "accepted")")
  }

  @Test func refusesAProfileThatStandsInTheOtherFilesForm() {
    let keys = "aws_access_key_id = A\naws_secret_access_key = s\n"
    #expect(refusal("[x]\nregion = r\n", "x")?.contains("the section [x] is to be [profile x]") == true)
    #expect(refusal("[x]\nregion = r\n", credentials: "[x]\n\(keys)", "x")?.contains("is to be [profile x]") == true)
    #expect(
      refusal("[profile x]\nregion = r\n", credentials: "[profile x]\n\(keys)", "x")?.contains("is to be [x]") == true)
    #expect(refusal("", credentials: "[profile default]\n\(keys)")?.contains("is to be [default]") == true)
    #expect(refusal("[x]\nregion = r\n[profile y]\nregion = r\n", "y") == nil, "what nobody has asked for does no harm")
  }

  @Test func findsFilesByTheirHome() throws {
    let text = "[default]\nregion = r\n"
    let aws = folder.appendingPathComponent(".aws")
    try FileManager.default.createDirectory(at: aws, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: aws.appendingPathComponent("config"))
    try Data(text.utf8).write(to: folder.appendingPathComponent("mine"))
    for environment in [
      [:], ["AWS_CONFIG_FILE": "~/mine"], ["AWS_CONFIG_FILE": "$HOME/mine"], ["AWS_CONFIG_FILE": "${HOME}/mine"],
    ] {
      let files = SharedFiles(environment: environment.merging(["HOME": folder.path + "/"]) { $1 })
      #expect(try files.chosen()?["region"] == "r", "\(environment)")
    }
    #expect(
      throws: AWSError.configuration(
        "the path ~nobody-of-that-name/x names the user nobody-of-that-name, who is not known here")
    ) { _ = try SharedFiles(environment: ["AWS_CONFIG_FILE": "~nobody-of-that-name/x"]).chosen() }
    // Without HOME the home of the user that the process runs as is meant, whatever is in it.
    #expect(throws: Never.self) { _ = try SharedFiles(environment: ["AWS_CONFIG_FILE": "~/nothing-here"]).chosen() }
  }

  @Test func twoVariablesMayNotNameTwoProfiles() {
    let both = ["AWS_PROFILE": "a", "AWS_DEFAULT_PROFILE": "b", "HOME": folder.path]
    #expect(
      throws: AWSError.configuration("AWS_PROFILE is \"a\" and AWS_DEFAULT_PROFILE is \"b\": unset one of them")
    ) { _ = try SharedFiles(environment: both).chosen() }
  }
}
