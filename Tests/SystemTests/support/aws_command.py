"""`aws`, as far as the documentation uses it: its commands as calls of boto3, whose models have the names."""

import json
import re
import sys
from pathlib import Path

import boto3
import jmespath
from botocore.config import Config

# Of the CLI itself, and not of a call.
GLOBAL = {"query", "output", "cli-binary-format"}


def pythonic(name: str) -> str:
    return name.replace("-", "_")


def value(shape, text: str):
    if shape.type_name in ("structure", "list", "map"):
        return json.loads(text)
    if shape.type_name == "blob":
        return Path(text.removeprefix("fileb://")).read_bytes() if text.startswith("fileb://") else text.encode()
    return text


def main(arguments: list[str]) -> None:
    service, operation, *rest = arguments
    client = boto3.client(service, config=Config(proxies={}))
    waits = operation == "wait"
    if waits:
        operation, *rest = rest
    options, files = {}, []
    while rest:
        word = rest.pop(0)
        if word.startswith("--"):
            options[word[2:]] = rest.pop(0)
        else:
            files.append(word)
    call = "get_function" if waits else pythonic(operation)
    shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[call]).input_shape
    members = {name.lower(): name for name in shape.members}
    # create-function has the zip beside the structure that it goes into.
    zipped = options.pop("zip-file", None)
    parameters = {
        members[name.replace("-", "")]: value(shape.members[members[name.replace("-", "")]], text)
        for name, text in options.items() if name not in GLOBAL
    }
    if zipped:
        parameters["Code"] = {"ZipFile": Path(zipped.removeprefix("fileb://")).read_bytes()}
    if waits:
        client.get_waiter(pythonic(operation)).wait(**parameters)
        return
    response = getattr(client, call)(**parameters)
    if "Payload" in response:
        Path(files[0]).write_bytes(response.pop("Payload").read())
    shown = jmespath.search(options["query"], response) if "query" in options else response
    print(shown if options.get("output") == "text" else json.dumps(shown, default=str))
    if re.search("FunctionError", str(response)):
        sys.exit(1)


main(sys.argv[1:])
