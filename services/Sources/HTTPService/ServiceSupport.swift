// Settings, metrics and lines of log are what web applications have in common with services that speak no HTTP: whoever
// imports this module gets them with it.
@_exported public import ServiceSupport
