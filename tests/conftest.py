"""Before any client exists: no test can reach AWS, whatever the machine that it runs on is signed in to."""

import os

from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # how busy the machine is decides about no test
settings.load_profile("untimed")

pytest_plugins = ["tests.local_system"]

for name in [name for name in os.environ if name.startswith(("AWS_", "POWERTOOLS_"))]:
    del os.environ[name]  # AWS_ENDPOINT_URL, AWS_PROFILE, AWS_SESSION_TOKEN ...

os.environ.update(
    AWS_DEFAULT_REGION="us-east-1",
    AWS_REGION="us-east-1",
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    AWS_EC2_METADATA_DISABLED="true",
    POWERTOOLS_SERVICE_NAME="stockbridge",
    POWERTOOLS_METRICS_NAMESPACE="StockBridge",
    POWERTOOLS_LOG_LEVEL="INFO",
)
