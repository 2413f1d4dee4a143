"""Changes the transformed template so that ministack 1.5.33 can read it.

Each function changes one thing that the emulator doesn't support, with the reason. The emulated cloud doesn't test what is changed
here; scripts/test_transform.py checks it in the transformed template.
"""

import copy

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

import build
from bootstrap import REGION

# Makes no call to IAM: SAM knows AWSLambdaBasicExecutionRole.
NO_MANAGED_POLICIES = {}
# How SAM names the alias of a function, after the function's own name.
ALIAS = "Aliaslive"


def transformed(template):
    """Returns the template after SAM's translator, as in AWS. The code isn't uploaded yet; it is in the folders of `sam build`."""
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": "code", "Key": "code.zip"}
    defaults = {name: parameter["Default"] for name, parameter in template["Parameters"].items()}
    session = boto3.Session(region_name=REGION)
    template = Translator(NO_MANAGED_POLICIES, Parser(), boto_session=session).translate(template, defaults)
    for name in build.of_functions():
        template["Resources"][name]["Properties"]["Code"] = name
    return template


def function_of_route(integration):
    """Returns the function that a route of the HTTP API invokes. SAM's reference to its alias is `AuthAliaslive`."""
    return function_of_alias(integration["uri"]["Fn::Sub"].split("functions/${")[1].split("}")[0])


def function_of_alias(name):
    """Returns the function of an alias that SAM added."""
    assert name.endswith(ALIAS), f"{name} isn't the alias of a function"
    return name.removesuffix(ALIAS)


def adapted(template, emulator):
    """Returns the template that the emulator can read, and the list of changes."""
    template = copy.deepcopy(template)
    done = []
    for adaptation in (
        routes_of_the_http_api,
        no_route_responses,
        no_alarms_over_several_metrics,
        references_to_secrets_by_arn,
        live_url_that_resolves,
        tls_not_demanded_of_the_buckets,
    ):
        adaptation(template, emulator)
        done.append(f"{adaptation.__name__}: {' '.join(adaptation.__doc__.split())}")
    return template, done


def routes_of_the_http_api(template, _):
    """SAM writes the HTTP API's routes as an OpenAPI body, which the emulator stores but doesn't serve. Each route becomes a
    resource of its own, as CloudFormation's import does."""
    resources = template["Resources"]
    api = resources["Api"]["Properties"]
    body = api.pop("Body")
    api.update({"Name": body["info"]["title"], "ProtocolType": "HTTP"})
    api.pop("FailOnWarnings", None)
    integrations = {}
    for path, methods in body["paths"].items():
        for method, operation in methods.items():
            integration = operation["x-amazon-apigateway-integration"]
            function = function_of_route(integration)
            if function not in integrations:
                integrations[function] = f"ApiIntegration{function}"
                resources[integrations[function]] = {
                    "Type": "AWS::ApiGatewayV2::Integration",
                    "Properties": {
                        "ApiId": {"Ref": "Api"},
                        "IntegrationType": "AWS_PROXY",
                        "IntegrationUri": integration["uri"],
                        "PayloadFormatVersion": integration["payloadFormatVersion"],
                    },
                }
            key = "$default" if path == "$default" else f"{verb(method)} {path}"
            resources[f"ApiRoute{len(resources)}"] = {
                "Type": "AWS::ApiGatewayV2::Route",
                "Properties": {
                    "ApiId": {"Ref": "Api"},
                    "RouteKey": key,
                    "Target": {"Fn::Join": ["/", ["integrations", {"Ref": integrations[function]}]]},
                },
            }


def verb(method):
    return "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()


def no_route_responses(template, _):
    """The emulator has no AWS::ApiGatewayV2::RouteResponse. It sends the answer to a message without one."""
    resources = template["Resources"]
    for name in [name for name, body in resources.items() if body["Type"] == "AWS::ApiGatewayV2::RouteResponse"]:
        del resources[name]


def no_alarms_over_several_metrics(template, _):
    """Alarms of the emulator support one metric each."""
    resources = template["Resources"]
    for name, body in list(resources.items()):
        if body["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in body["Properties"]:
            del resources[name]


def references_to_secrets_by_arn(template, _):
    """In AWS, a reference to a secret is its ARN. In the emulator it is its name, which no policy matches."""
    secrets = [name for name, body in template["Resources"].items() if body["Type"] == "AWS::SecretsManager::Secret"]

    def by_arn(value):
        if isinstance(value, dict):
            if value.get("Ref") in secrets:
                return {"Fn::GetAtt": [value["Ref"], "Arn"]}
            return {key: by_arn(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [by_arn(inner) for inner in value]
        if isinstance(value, str):
            for name in secrets:
                value = value.replace(f"${{{name}}}", f"${{{name}.Arn}}")
        return value

    for part in ("Resources", "Outputs"):
        template[part] = by_arn(template[part])


def live_url_that_resolves(template, emulator):
    """The WebSocket API's host name is below localhost, which not every machine resolves. Functions get its address as a path,
    which the emulator also serves."""
    address = f"ws://{emulator.url.removeprefix('http://')}/_aws/execute-api/${{LiveApi}}/${{LiveStage}}"
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Lambda::Function":
            variables = resource["Properties"].get("Environment", {}).get("Variables", {})
            if "LIVE_URL" in variables:
                variables["LIVE_URL"] = {"Fn::Sub": address}


def tls_not_demanded_of_the_buckets(template, _):
    """The emulator uses plain HTTP on loopback, which the buckets' policies refuse."""
    resources = template["Resources"]
    for name in [name for name, body in resources.items() if body["Type"] == "AWS::S3::BucketPolicy"]:
        del resources[name]
