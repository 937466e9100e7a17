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


FARM_SETTINGS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
    # The server says after three of these that a run is gone; the least that Prefect accepts.
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    # A server that is started again is waited for.
    "PREFECT_CLIENT_MAX_RETRIES": "8",
    # Each worker asks its server so often; a slot without work waits half of it. Hundreds of workers must not keep the server busy.
    "PREFECT_WORKER_QUERY_SECONDS": "5",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
}


def apply_farm_settings() -> None:
    """Set what is not set yet, for runs on a Prefect server that is somebody's to keep: PREFECT_API_URL names it."""
    for name, value in FARM_SETTINGS.items():
        os.environ.setdefault(name, value)
