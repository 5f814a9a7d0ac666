"""Tests for strongroom.discover.sources.terraform."""

from tests.discover.sources.reading import default, found, one, troubles

from strongroom.discover.interface import How
from strongroom.discover.sources import terraform
from strongroom.source.values import Value

FILE = """
    variable "db_password" {
      type      = string
      sensitive = true
    }
    variable "region" { default = "eu-central-1" }
    # variable "commented" { sensitive = true }
    resource "random_password" "db" { length = 32 }
    resource "aws_secretsmanager_secret" "key" {
      name = "prod/app/SECRET_KEY"
    }
    resource "aws_ssm_parameter" "plain" {
      name = "/app/LEVEL"
      type = "String"
    }
    resource "aws_lambda_function" "f" {
      environment {
        variables = {
          API_TOKEN = "changeme"
          "TABLE"   = aws_dynamodb_table.t.name
        }
      }
    }
    container_definitions = jsonencode([{
      secrets = [{ name = "JWT_KEY", valueFrom = aws_secretsmanager_secret.key.arn }]
      environment = [{ name = "PORT", value = "80" }]
    }])
    """


def test_variables_stores_functions_and_tasks() -> None:
    mentions = found(terraform, "infra/main.tf", FILE)

    assert {m.name: (m.line, m.secret) for m in mentions} == {
        "TF_VAR_db_password": (1, True), "TF_VAR_region": (5, None), "SECRET_KEY": (8, True),
        "API_TOKEN": (18, None), "TABLE": (19, None), "JWT_KEY": (24, True), "PORT": (25, None),
    }  # fmt: skip
    assert one(mentions, "TF_VAR_db_password").required
    assert one(mentions, "TF_VAR_region").required is False
    assert default(mentions, "API_TOKEN") is Value.PLACEHOLDER
    assert one(mentions, "SECRET_KEY").how is How.DECLARED


def test_values_in_the_state_are_said() -> None:
    assert troubles(terraform, "main.tf", FILE) == [(7, "secret-in-state")]
    assert troubles(terraform, "terraform.tfstate", '{"x": "a value"}') == [(1, "terraform-state")]


def test_values_of_variables() -> None:
    (given,) = found(terraform, "prod.tfvars", 'db_password = "insights-2024" # x\n')

    assert (given.name, given.how) == ("TF_VAR_db_password", How.GIVEN)
    assert default([given], given.name) is Value.LITERAL
