"""What was typed and what is wrong with it, for templates: a field nobody filled is empty, not an error."""

from service.kit.refusals import Refusal


class Filled(dict[str, str]):
    """A dict whose unknown keys are empty texts."""

    def __missing__(self, key: str) -> str:
        return ""


def wrong_of(refusal: Refusal | None) -> Filled:
    """What is wrong with each field; nothing without a refusal."""
    return Filled(refusal.fields if refusal else {})
