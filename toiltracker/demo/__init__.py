"""The sample data: an invented team with half a year of work, put in through the same doors as real work."""


def demo_credentials() -> tuple[str, str] | None:
    """Return the e-mail and password of the sample's owner, if they still let one in."""
    from toiltracker.demo import sign_in  # noqa: PLC0415 - the plan is plain Python and loads without models

    return sign_in.demo_credentials()
