#!/usr/bin/env bash
# Checks template.yaml: against CloudFormation's resource schemas (cfn-lint), as a SAM template (sam validate --lint), and
# what SAM makes of it (scripts/test_transform.py). All of it works offline and without AWS credentials once the tools
# are installed; the region is only there because SAM asks for one.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$(scripts/tools.sh)

export AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-eu-central-1} AWS_EC2_METADATA_DISABLED=true SAM_CLI_TELEMETRY=0

"$tools/cfn-lint" --template template.yaml
echo "cfn-lint: ok"
"$tools/sam" validate --lint --template template.yaml
"$tools/python" -m unittest scripts/test_transform.py
echo "What needs an AWS account and was not checked: that AWS's own CloudFormation accepts the template; scripts/emulated-cloud.sh deploys it into an emulated account."
