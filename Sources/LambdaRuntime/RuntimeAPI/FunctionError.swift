/// An error whose type and message a handler chooses itself, for callers and retry rules that go by the type.
///
/// Any other error is reported as well: by the name of its Swift type, and its description.
public struct FunctionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Letters only, capitalised, such as `OutOfStock`: what is not a letter is left out where Lambda wants none.
  public var type: String
  /// What went wrong, for the caller to read; over 160 KiB it is cropped.
  public var message: String

  /// Makes an error that is reported so.
  public init(type: String, message: String) {
    self.type = type
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
