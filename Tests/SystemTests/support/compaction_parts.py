"""The daily compaction as Terraform plans it: its state machine and its table on ministack, and DuckDB to do what
Athena was asked for, in a folder in place of the bucket."""

import json
import os
import re
import subprocess
import time
from pathlib import Path

import analytics_parts as parts
from aws_parts import REGION, Part
from json_server import JSONServer
from runtime_parts import ROOT
from terraform_state import resources

ACCOUNT = "000000000000"
MODULE = f"""
provider "aws" {{
  region                      = "{REGION}"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  endpoints {{
    sfn = "%(states)s"
  }}
}}

module "analytics" {{
  source               = "./infrastructure/modules/analytics"
  name                 = "darkroom"
  partition            = "aws"
  region               = "{REGION}"
  account              = "{ACCOUNT}"
  processed_bucket     = {{ id = "processed", arn = "arn:aws:s3:::processed" }}
  athena_bucket        = {{ id = "athena", arn = "arn:aws:s3:::athena" }}
  scan_limit_mb        = 10000
  crawler              = false
  compaction           = true
  quicksight_principal = null
  permissions_boundary = null
  force_destroy        = false
  alarm_topic_arn      = "arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
}}
"""
TABLE_INPUT = ("Name", "Description", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")
UNLOAD = re.compile(
    r"UNLOAD \((?P<select>.*)\) TO '(?P<to>[^']*)' WITH \(format = 'PARQUET', compression = 'ZSTD', "
    r"partitioned_by = ARRAY\['(?P<by>\w+)'\]\)")


class Validation(JSONServer):
    """What planning a state machine asks of Step Functions. That the definition is right, running it shows."""

    def answer(self, method, path, headers, body):
        assert headers["X-Amz-Target"] == "AWSStepFunctions.ValidateStateMachineDefinition"
        return 200, {"result": "OK", "diagnostics": [], "truncated": False}


def planned(folder: Path) -> dict[str, dict]:
    """The values of what the analytics module makes, by address within it, as planned without an account."""
    folder.joinpath("infrastructure").symlink_to(ROOT / "infrastructure")
    run = lambda *arguments: subprocess.run(  # noqa: E731
        [ROOT / "scripts/terraform", f"-chdir={folder}", *arguments], capture_output=True, text=True, timeout=300,
        env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"]})
    with Validation() as states:
        folder.joinpath("main.tf").write_text(MODULE % {"states": states.url})
        for command in (["init"], ["plan", "-input=false", "-refresh=false", "-out=plan"]):
            result = run(*command)
            assert result.returncode == 0, result.stderr
    plan = json.loads(run("show", "-json", "plan").stdout)
    return {address.removeprefix("module.analytics."): values
            for _, address, values in resources(plan["planned_values"]["root_module"])}


class Compaction:
    """The state machine and its table. ministack knows no task that waits for Athena
    (`athena:startQueryExecution.sync`): the machine's first state starts the query as the SDK would, and `unload` does
    afterwards what it asks for."""

    def __init__(self, plan: dict[str, dict], part: Part, folder: Path, rows: list[dict]):
        self.folder = folder
        self.rows = folder / "rows.jsonl"
        self.rows.write_text("".join(json.dumps(row) + "\n" for row in rows))
        self.athena, self.glue, self.states = (part.client(name) for name in ("athena", "glue", "stepfunctions"))
        group = plan["aws_athena_workgroup.compaction[0]"]
        results = group["configuration"][0]["result_configuration"][0]["output_location"]
        self.group = group["name"]
        self.athena.create_work_group(
            Name=self.group, Configuration={"ResultConfiguration": {"OutputLocation": results}})
        table = plan["aws_glue_catalog_table.metadata_compacted"]
        self.database = table["database_name"]
        self.glue.create_database(DatabaseInput={"Name": self.database})
        self.glue.create_table(DatabaseName=self.database, TableInput=_table_input(table))
        definition = plan["aws_sfn_state_machine.compaction[0]"]["definition"]
        waiting, starting = "states:::athena:startQueryExecution.sync", "states:::aws-sdk:athena:startQueryExecution"
        assert definition.count(waiting) == 1
        trust = plan["aws_iam_role.compaction[0]"]["assume_role_policy"]
        role = part.client("iam").create_role(RoleName="compaction", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        self.machine = self.states.create_state_machine(
            name="compaction", definition=definition.replace(waiting, starting), roleArn=role)["stateMachineArn"]

    def run(self, name: str) -> dict:
        """Starts an execution, and waits for how it ends."""
        arn = self.states.start_execution(stateMachineArn=self.machine, name=name, input="{}")["executionArn"]
        deadline = time.monotonic() + 60
        while (execution := self.states.describe_execution(executionArn=arn))["status"] == "RUNNING":
            assert time.monotonic() < deadline, "the execution does not end"
            time.sleep(0.1)
        return execution

    def queries(self) -> list[dict]:
        """What Athena was asked for, the first one first."""
        names = self.athena.list_query_executions(WorkGroup=self.group)["QueryExecutionIds"]
        found = [self.athena.get_query_execution(QueryExecutionId=name)["QueryExecution"] for name in names]
        return sorted(found, key=lambda query: query["Status"]["SubmissionDateTime"])

    def unload(self, query: str) -> None:
        """Does what the statement asks for, as Athena documents it."""
        unload = UNLOAD.fullmatch(query)
        assert unload, f"not an UNLOAD of the documented form: {query}"
        target = self._path(unload["to"])
        target.mkdir(parents=True)
        parts.duckdb(parts.metadata_table(self.rows) + f"COPY ({unload['select']}) TO '{target}' "
                     f"(FORMAT parquet, COMPRESSION zstd, PARTITION_BY ({unload['by']}));")

    def table(self) -> dict:
        """The compacted table's definition, as it can be given to Glue."""
        found = self.glue.get_table(DatabaseName=self.database, Name="metadata_compacted")["Table"]
        return {key: found[key] for key in TABLE_INPUT}

    def compacted(self) -> list[dict]:
        """The rows that the table has now, read where its template says: a folder for each day."""
        template = self.table()["Parameters"]["storage.location.template"]
        assert template.endswith("/dt=${dt}/"), template
        files = self._path(template.replace("${dt}", "*")) / "*"
        # The folder's "run=" is a column to DuckDB, and none to Athena, whose table has `dt` alone.
        return parts.duckdb(f"SELECT * EXCLUDE run FROM read_parquet('{files}', hive_types = {{'dt': 'varchar'}});")

    def _path(self, address: str) -> Path:
        assert address.startswith("s3://athena/"), address
        return self.folder / address.removeprefix("s3://athena/")


def _table_input(table: dict) -> dict:
    """What Glue is told of a table that Terraform has planned."""
    columns = lambda some: [  # noqa: E731
        {"Name": one["name"], "Type": one["type"], "Comment": one["comment"]} for one in some]
    storage = table["storage_descriptor"][0]
    format = storage["ser_de_info"][0]
    return {
        "Name": table["name"], "Description": table["description"], "TableType": table["table_type"],
        "Parameters": table["parameters"], "PartitionKeys": columns(table["partition_keys"]),
        "StorageDescriptor": {
            "Columns": columns(storage["columns"]), "Location": storage["location"],
            "InputFormat": storage["input_format"], "OutputFormat": storage["output_format"],
            "SerdeInfo": {"SerializationLibrary": format["serialization_library"], "Parameters": format["parameters"]}}}
