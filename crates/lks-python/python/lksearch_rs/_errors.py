"""Exceptions, which pickle by their message and hint."""


class LksearchError(Exception):
    """What went wrong; the message says what, where and what to do next."""

    kind = "Other"

    def __init__(self, message, hint=None):
        super().__init__(message, hint)
        self.hint = hint
        if hint:
            # Tracebacks show it from Python 3.11 on.
            self.__notes__ = [f"hint: {hint}"]

    def __str__(self):
        return self.args[0]


class ConfigError(LksearchError):
    """Mend the settings."""

    kind = "Config"


class InvalidQueryError(LksearchError, ValueError):
    """Ask something else."""

    kind = "InvalidQuery"


class NotFoundError(LksearchError, LookupError):
    """It does not exist."""

    kind = "NotFound"


class UnavailableError(LksearchError, ConnectionError):
    """The archive or the cloud cannot be reached now; later may be better."""

    kind = "Unavailable"


class OfflineError(LksearchError):
    """The setting `offline` forbids to ask."""

    kind = "Offline"


class RemoteError(LksearchError):
    """The archive answered something that cannot be used; trying again will not help."""

    kind = "Remote"


class CorruptError(LksearchError):
    """Bytes are damaged."""

    kind = "Corrupt"


class StorageError(LksearchError):
    """The local disk."""

    kind = "Storage"


class CancelledError(LksearchError):
    """Somebody stopped it."""

    kind = "Cancelled"


class DownloadError(LksearchError):
    """Rows of a manifest that failed."""

    kind = "Download"

    def __init__(self, message, hint=None, manifest=None):
        super().__init__(message, hint)
        self.manifest = manifest

    def __reduce__(self):
        return type(self), (*self.args, self.manifest)
