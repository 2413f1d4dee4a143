#!/usr/bin/env bash
# Checks template.yaml: with CloudFormation's resource schemas (cfn-lint), as a SAM template (sam validate --lint), and after
# SAM's transformation (scripts/test_transform.py). Also checks the operators' scripts (scripts/test_operators.py). The checks need
# no network and no AWS credentials once the tools are installed. The region is set only because SAM requires one.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$(scripts/tools.sh)

export AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-eu-central-1} AWS_EC2_METADATA_DISABLED=true SAM_CLI_TELEMETRY=0

"$tools/cfn-lint" --template template.yaml
echo "cfn-lint: ok"
"$tools/sam" validate --lint --template template.yaml
"$tools/python" -m unittest scripts/test_transform.py scripts/test_operators.py
echo "Not checked, because it needs an AWS account: that CloudFormation accepts the template. scripts/emulated-cloud.sh deploys it to an emulated account."
