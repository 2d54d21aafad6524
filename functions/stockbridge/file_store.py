"""Where files lie while they are made and until they expire: a bucket."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from stockbridge.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

PART_BYTES = 8 * 1024 * 1024  # S3 takes parts of 5 MiB at least, and 10,000 of them

# Of an object that is not there S3 says so only to who may list the bucket, and the functions may not.
_NOT_THERE = {"NoSuchKey", "AccessDenied"}


class FileStore(Protocol):
    """Each method raises Unavailable."""

    def put(self, name: str, content: bytes) -> None: ...

    def get(self, name: str) -> bytes:
        """Raises NotFound."""

    def save(self, name: str, chunks: Iterable[bytes], *, media_type: str, saved_as: str) -> int:
        """All chunks as one file, seen when it is complete and not before, however often it is tried; its size."""


class S3Files:
    """`FileStore` on S3. In memory is one part of a file at most."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, name: str, content: bytes) -> None:
        with _translated():
            self._client.put_object(Bucket=self._bucket, Key=name, Body=content)

    def get(self, name: str) -> bytes:
        with _translated(reads=True):
            return self._client.get_object(Bucket=self._bucket, Key=name)["Body"].read()

    def save(self, name: str, chunks: Iterable[bytes], *, media_type: str, saved_as: str) -> int:
        with _translated():
            upload = self._client.create_multipart_upload(
                Bucket=self._bucket,
                Key=name,
                ContentType=media_type,
                ContentDisposition=f'attachment; filename="{saved_as}"',
                CacheControl="no-store",
            )["UploadId"]
        try:
            return self._upload(name, upload, chunks)
        except BaseException:
            self._abort(name, upload)
            raise

    def url(self, name: str, *, valid_s: int) -> str:
        """Whoever has it may read the file for so long."""
        return self._client.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": name}, ExpiresIn=valid_s
        )

    def _upload(self, name: str, upload: str, chunks: Iterable[bytes]) -> int:
        parts: list[CompletedPartTypeDef] = []
        size = 0
        for number, part in enumerate(_parts(chunks), start=1):
            with _translated():
                answer = self._client.upload_part(
                    Bucket=self._bucket, Key=name, UploadId=upload, PartNumber=number, Body=part
                )
            parts.append({"PartNumber": number, "ETag": answer["ETag"]})
            size += len(part)
        with _translated():
            self._client.complete_multipart_upload(
                Bucket=self._bucket, Key=name, UploadId=upload, MultipartUpload={"Parts": parts}
            )
        return size

    def _abort(self, name: str, upload: str) -> None:
        try:
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=name, UploadId=upload)
        except (BotoCoreError, ClientError):  # the bucket's lifecycle does it, a day later
            return


class _translated:  # noqa: N801 -- a context, read as a word: `with _translated():`
    """S3's errors become ours here and nowhere else; NotFound only where something is read."""

    def __init__(self, *, reads: bool = False) -> None:
        self._reads = reads

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if self._reads and isinstance(error, ClientError) and error.response["Error"]["Code"] in _NOT_THERE:
            raise NotFound("file_not_found") from error
        if isinstance(error, BotoCoreError | ClientError):
            raise Unavailable(f"S3: {type(error).__name__}") from error


def _parts(chunks: Iterable[bytes]) -> Iterable[bytes]:
    """At least one, each but the last of PART_BYTES."""
    waiting = bytearray()
    given = False
    for chunk in chunks:
        waiting += chunk
        while len(waiting) >= PART_BYTES:
            yield bytes(waiting[:PART_BYTES])
            given = True
            del waiting[:PART_BYTES]
    if waiting or not given:
        yield bytes(waiting)
