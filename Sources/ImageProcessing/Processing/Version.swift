/// This software's version, in every metadata record and in the keys of renditions.
///
/// It is raised with every change of what is made of an image: that makes a repeated event worth processing again,
/// under keys of its own.
public let processorVersion = "0.2.0"
