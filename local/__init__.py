"""The whole system on one machine: template.yaml as it would be deployed, on 127.0.0.1 and without an AWS account."""
