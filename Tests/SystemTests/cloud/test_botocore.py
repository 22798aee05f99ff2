"""The AWS client's reading of profiles, and its table of endpoints, against botocore's."""

import itertools
import json
import random

import botocore.configloader
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import BotoCoreError
from botocore.loaders import create_loader

from swift_suite import run_swift_suite


def test_endpoints_are_those_of_botocore(tmp_path):
    cases = list(endpoints())
    assert len(cases) > 400 and len({case["partition"] for case in cases}) == 8
    file = tmp_path / "endpoints.json"
    file.write_text(json.dumps(cases))
    run_swift_suite("EndpointOracleTests", DARKROOM_TEST_ENDPOINT_CASES=str(file))


def endpoints():
    """Every region of every partition, and one of each that does not exist yet, with each service and each variant."""
    loader = create_loader()
    partitions = loader.load_data("partitions")
    new = {"aws": "us-north-9", "aws-cn": "cn-north-9", "aws-us-gov": "us-gov-north-9", "aws-iso": "us-iso-north-9",
           "aws-iso-b": "us-isob-north-9", "aws-iso-e": "eu-isoe-north-9", "aws-iso-f": "us-isof-north-9",
           "aws-eusc": "eusc-de-north-9"}
    of_service = {
        "s3": {"Bucket": "raw", "ForcePathStyle": False, "Accelerate": False, "UseGlobalEndpoint": False,
               "DisableMultiRegionAccessPoints": False},
        "sqs": {}, "sts": {"UseGlobalEndpoint": False}}
    for service, parameters in of_service.items():
        provider = EndpointProvider(loader.load_service_model(service, "endpoint-rule-set-1"), partitions)
        for partition in partitions["partitions"]:
            regions = [region for region in partition["regions"] if not region.endswith("-global")]
            for region, fips, dual in itertools.product(regions + [new[partition["id"]]], *[[False, True]] * 2):
                try:
                    url = provider.resolve_endpoint(
                        Region=region, UseFIPS=fips, UseDualStack=dual, **parameters).url
                except BotoCoreError:
                    url = None
                yield {"partition": partition["id"], "service": service, "region": region, "fips": fips,
                       "dualStack": dual, "host": url and url.removeprefix("https://").removeprefix("raw.")}


def test_profiles_are_read_as_botocore_reads_them(tmp_path):
    cases = [profile_case(random.Random(seed), tmp_path) for seed in range(1500)]
    read = [case for case in cases if case["settings"]]
    assert 400 < len(read) < len(cases) - 100, f"{len(read)} of {len(cases)} are read: too much of one kind"
    file = tmp_path / "profiles.json"
    file.write_text(json.dumps(cases))
    run_swift_suite("ProfileOracleTests", DARKROOM_TEST_PROFILE_CASES=str(file))


def profile_case(random: random.Random, folder) -> dict:
    """A configuration file as people write them, with what botocore reads as its profile `work`."""
    name = random.choice(["work", "work", "my work", "it's"])
    quoted = {"work": ["work", '"work"', "'work'"], "my work": ['"my work"', "'my work'", "my\\ work"],
              "it's": ['"it\'s"', "'it'\"'\"'s'", "it\\'s"]}[name]
    headers = [f"[profile {random.choice(quoted)}]", "[default]", "[profile other]", "[services local]", "[plugins]"]
    random.shuffle(headers)
    settings = ["region", "output", "role_arn", "aws_access_key_id", "AWS_Secret_Access_Key", "s3", "endpoint_url"]
    lines = random.choice([[], ["# a comment", ""], ["; [default]"]])
    for header in headers[:random.randint(2, 5)]:
        indent = random.choice(["", "", "", "  ", "\t", "    "])
        lines.append(random.choice(["", "", "", " "]) + header + random.choice(["", "", " "]))
        for setting in random.sample(settings, random.randint(1, 4)):
            space = random.choice(["", " ", "\t", "  "])
            value = random.choice(["a", "a/b+c=", "x:y", "a#b", "a;b", "http://h:1/p", "x y", ""])
            if random.random() < 0.1:
                indent += random.choice([" ", "  "])
            lines.append(f"{indent}{setting}{space}{random.choice('===:')}{space}{value}")
            if setting == "s3" and random.random() < 0.7:
                lines += [f"{indent}  addressing_style = path", f"{indent}    a=b"][:random.randint(1, 2)]
            if random.random() < 0.15:
                lines.append(random.choice(["", "   ", f"{indent}# c", "      ; c"]))
    text = random.choice(["\n", "\n", "\r\n"]).join(lines) + "\n"
    file = folder / "config"
    file.write_bytes(text.encode())
    try:
        profile = botocore.configloader.load_config(str(file))["profiles"].get(name)
    except BotoCoreError:
        profile = None
    return {"config": text, "profile": name, "settings": profile}
