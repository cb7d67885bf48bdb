import schemathesis  # noqa: F401
