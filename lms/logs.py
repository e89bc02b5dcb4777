import re

import structlog

# What stands behind these parts of an address lets whoever reads it in: signed links, keys of mails, certificate codes.
SECRET = re.compile(r"(?<!/admin)(/(?:follow-up|supervisor|confirm-email|password/reset/key|certificates|c)/)"
                    r"[^/\s?#\"']+")


def hide_secrets(_logger, _name, event):
    """Django logs the address of a request that it refuses: without the parts that are secret."""
    return event | {"event": SECRET.sub(r"\1…", str(event["event"]))}


class Formatter(structlog.stdlib.ProcessorFormatter):
    """One JSON object a line, for whatever reads the logs. Personal data does not go in: log identifiers only."""

    def __init__(self):
        shared = [
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ]
        super().__init__(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                hide_secrets,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
