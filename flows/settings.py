"""Environment of Prefect for local runs; to be applied before Prefect is imported. What a user has set stays."""

import os

LOCAL_SETTINGS = {
    # No telemetry of the client, nor of the ephemeral server.
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # Several first starts at once exceed the default of 20 s.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    # The command shows its own progress.
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_INTERNAL_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
}


def apply_local_settings() -> None:
    """Set what is not set yet. The local runner always uses an ephemeral server, whatever profile is active: no other host is spoken to."""
    os.environ.pop("PREFECT_API_URL", None)
    os.environ["PREFECT_PROFILE"] = "ephemeral"  # ships with Prefect
    for name, value in LOCAL_SETTINGS.items():
        os.environ.setdefault(name, value)
