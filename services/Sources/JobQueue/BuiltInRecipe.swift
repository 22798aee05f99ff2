public import ImageProcessing

extension Recipe {
  /// The recipe that holds where no other is named: the image processor's own.
  /// - Throws: What is wrong with it.
  public static func builtIn() throws -> Recipe {
    try Recipe(json: PackageResources.recipe_json, name: "the built-in recipe")
  }
}
