"""Object storage that may be slow: a request of ours gives up on it before its own reader gives up on us."""

from typing import Any

from botocore.config import Config
from storages.backends.s3 import S3ManifestStaticStorage, S3Storage

PATIENCE = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"total_max_attempts": 2},
    # Only where the protocol demands it: not every server of it knows the newer checksums.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


class Pictures(S3Storage):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.client_config: Config = self.client_config.merge(PATIENCE)


class Styles(S3ManifestStaticStorage):
    """Style sheets and scripts under names that change with their words."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.client_config: Config = self.client_config.merge(PATIENCE)
