"""The same function for PyPI's awslambdaric, AWS's own runtime for Python."""


def handler(event, context):
    return {"hello": event.get("key", "world")}
