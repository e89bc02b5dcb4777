import structlog


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
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
