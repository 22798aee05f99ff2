/// This software's version, in every metadata record: a change of it makes a repeated event worth processing again.
public let processorVersion = "0.1.0"
